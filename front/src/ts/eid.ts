// Logging in by card: asks the Web eID browser extension, by messages to this window, as its public specification says
// (https://github.com/web-eid/web-eid-system-architecture-doc). A form with `data-eid` gets its number to sign from
// `data-nonce`, and is sent with the card's answer in its field `token`.
const EXTENSION_ANSWERS = 2_000;
const PROGRAM_ANSWERS = 7_000;
const PERSON_ANSWERS = 125_000; // the program gives up after two minutes
// The extension compares it with its own: the oldest major version that speaks like this.
const SPOKEN_VERSION = "2.0.0";

interface Told {
  action: string;
  error?: { code?: string };
  [field: string]: unknown;
}

class Problem extends Error {
  constructor(
    readonly says: string,
    readonly sentence = "",
  ) {
    super(says);
  }
}

// What the extension's error codes mean for whoever sits there.
const MEANINGS: Record<string, string> = {
  ERR_WEBEID_EXTENSION_UNAVAILABLE: "extension",
  ERR_WEBEID_NATIVE_UNAVAILABLE: "program",
  ERR_WEBEID_VERSION_MISMATCH: "outdated",
  ERR_WEBEID_VERSION_INVALID: "outdated",
  ERR_WEBEID_USER_CANCELLED: "cancelled",
  ERR_WEBEID_USER_TIMEOUT: "late",
  ERR_WEBEID_ACTION_TIMEOUT: "late",
  ERR_WEBEID_NATIVE_FATAL: "reader",
  ERR_WEBEID_ACTION_PENDING: "busy",
  ERR_WEBEID_CONTEXT_INSECURE: "insecure",
};

function meaning(error: unknown): string {
  return error instanceof Problem ? error.says : "failed";
}

// One message and its answer. The extension says at once that it heard (`-ack`), then `-success` or `-failure`.
function tell(action: string, fields: Record<string, unknown>, patience: number, afterwards: string): Promise<Told> {
  return new Promise((resolve, reject) => {
    let timer = window.setTimeout(() => end(() => reject(new Problem("extension"))), EXTENSION_ANSWERS);
    const end = (how: () => void): void => {
      window.clearTimeout(timer);
      window.removeEventListener("message", hear);
      how();
    };
    const hear = (event: MessageEvent): void => {
      const told = event.data as Told | null;
      if (event.source !== window || typeof told?.action !== "string") return;
      if (told.action === `${action}-ack`) {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => end(() => reject(new Problem(afterwards))), patience);
      } else if (told.action === `${action}-success`) {
        end(() => resolve(told));
      } else if (told.action === `${action}-failure`) {
        end(() => reject(new Problem(MEANINGS[told.error?.code ?? ""] ?? "failed")));
      }
    };
    window.addEventListener("message", hear);
    window.postMessage({ action, libraryVersion: SPOKEN_VERSION, ...fields }, window.location.origin);
  });
}

class EidForm {
  private isAsking = false;
  private readonly button: HTMLButtonElement;

  constructor(private readonly form: HTMLFormElement) {
    this.button = form.querySelector<HTMLButtonElement>("[data-eid-button]")!;
    this.button.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!this.isAsking) void this.begin();
    });
    void this.look();
  }

  // Whoever presses the button meanwhile need not wait for what this finds: it is asked once more then.
  private async look(): Promise<void> {
    this.say("looking");
    const found = await this.status().then(() => "ready", meaning);
    if (!this.isAsking) this.say(found);
  }

  private async begin(): Promise<void> {
    this.isAsking = this.button.disabled = true;
    try {
      await this.ask();
    } catch (error) {
      this.say(meaning(error), error instanceof Problem ? error.sentence : "");
      this.isAsking = this.button.disabled = false;
    }
  }

  private async status(): Promise<void> {
    if (!window.isSecureContext) throw new Problem("insecure");
    await tell("web-eid:status", {}, PROGRAM_ANSWERS, "program");
  }

  private async ask(): Promise<void> {
    this.say("looking");
    await this.status();
    const challengeNonce = await this.nonce();
    this.say("card");
    const options = { lang: document.documentElement.lang };
    const told = await tell("web-eid:authenticate", { challengeNonce, options }, PERSON_ANSWERS, "late");
    const { unverifiedCertificate, algorithm, signature, format } = told;
    this.form.querySelector<HTMLInputElement>("[name=token]")!.value = JSON.stringify({
      unverifiedCertificate,
      algorithm,
      signature,
      format,
    });
    this.say("sent");
    this.form.submit();
  }

  private async nonce(): Promise<string> {
    const answer = await fetch(this.form.dataset.nonce!, {
      method: "POST",
      body: new URLSearchParams({ csrfmiddlewaretoken: this.field("csrfmiddlewaretoken") }),
      cache: "no-store",
    }).catch(() => null);
    if (answer?.status === 429) throw new Problem("early", ((await answer.json()) as { sentence: string }).sentence);
    if (!answer?.ok) throw new Problem("portal");
    return ((await answer.json()) as { nonce: string }).nonce;
  }

  private field(name: string): string {
    return this.form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "";
  }

  private say(what: string, sentence = ""): void {
    for (const notice of this.form.querySelectorAll<HTMLElement>("[data-says]")) {
      notice.hidden = notice.dataset.says !== what;
      const place = notice.querySelector("[data-sentence]");
      if (place) place.textContent = sentence;
    }
  }
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-eid]")) new EidForm(form);
