// Announces two minutes ahead that the visit ends by itself; one key prolongs it. The server alone knows how long it lasts:
// another tab may have prolonged it, so that it is asked before anything is said. Asking prolongs nothing.

interface Answer {
  seconds: number;
  extendable: boolean;
}

const ANNOUNCED = 120_000;
// Asked for a moment after the end, so that the server agrees that it is over.
const GRACE = 1_500;

class Timeout {
  private ends: number;
  private timer = 0;
  private isAsking = false;
  private readonly first: HTMLDialogElement;
  private readonly last: HTMLDialogElement;

  constructor(private readonly root: HTMLElement) {
    this.ends = Date.now() + Number(root.dataset.timeout) * 1000;
    [this.first, this.last] = Array.from(root.querySelectorAll("dialog")) as [HTMLDialogElement, HTMLDialogElement];
    root.querySelector<HTMLElement>("[data-timeout-line]")!.hidden = true;
    const form = root.querySelector<HTMLFormElement>("[data-timeout-stay]")!;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.stay(form);
    });
    // Escape is a key too: whoever presses it is there.
    this.first.addEventListener("cancel", (event) => {
      event.preventDefault();
      void this.stay(form);
    });
    // A laptop that slept, a tab in the background: clocks stand still there.
    document.addEventListener("visibilitychange", () => this.wait());
    this.wait();
  }

  private get left(): number {
    return this.ends - Date.now();
  }

  private wait(): void {
    window.clearTimeout(this.timer);
    if (this.left <= 0) this.timer = window.setTimeout(() => void this.ask(), GRACE);
    else if (this.left > ANNOUNCED) this.timer = window.setTimeout(() => void this.ask(), this.left - ANNOUNCED);
    else if (!this.first.open && !this.last.open && !this.last.returnValue) void this.ask();
    else this.count();
  }

  private count(): void {
    const seconds = Math.max(0, Math.ceil(this.left / 1000));
    const shown = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    for (const place of this.root.querySelectorAll("[data-timeout-count]")) place.textContent = shown;
    this.timer = window.setTimeout(() => this.wait(), Math.min(1000, Math.max(this.left, 0)));
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const answer = await this.fetched({ headers: { "X-Preload": "1" } });
    this.isAsking = false;
    if (answer) this.learn(answer);
    else this.timer = window.setTimeout(() => this.wait(), 5_000);
  }

  private async stay(form: HTMLFormElement): Promise<void> {
    const answer = await this.fetched({ method: "POST", body: new FormData(form) });
    this.first.close();
    if (answer) this.learn(answer);
    else this.wait();
  }

  private learn({ seconds, extendable }: Answer): void {
    if (seconds <= 0) return this.leave();
    this.ends = Date.now() + seconds * 1000;
    if (this.left > ANNOUNCED) {
      this.first.close();
      return this.wait();
    }
    const dialog = extendable ? this.first : this.last;
    if (!dialog.open && !dialog.returnValue) dialog.showModal();
    this.count();
  }

  private leave(): void {
    document.documentElement.hidden = true;
    window.location.replace(this.root.dataset.timeoutLeadsTo!);
  }

  private async fetched(how: RequestInit): Promise<Answer | null> {
    try {
      const response = await fetch(this.root.dataset.timeoutAsks!, { ...how, cache: "no-store" });
      return response.ok ? ((await response.json()) as Answer) : null;
    } catch {
      return null; // without a connection nothing can be said
    }
  }
}

const root = document.querySelector<HTMLElement>("[data-timeout]");
if (root) new Timeout(root);
