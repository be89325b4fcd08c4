// One picture component: what is in front, and everything that changes it.

import { Film } from "./film";
import { listen } from "./gestures";
import { Markup } from "./markup";
import { type Model, Series } from "./model";
import { Store, ahead } from "./store";
import { Zoom } from "./zoom";

const SLOW = 250; // ms after which waiting is shown
const QUIET = 700; // ms without a change after which the position is read out and the address written
const AWAKE = 5 * 60 * 1000; // ms of looking at pictures kept in memory after which the server hears of it

const PAN: Record<string, [number, number]> = {
  ArrowLeft: [60, 0],
  ArrowRight: [-60, 0],
  ArrowUp: [0, 60],
  ArrowDown: [0, -60],
};
const STEP: Record<string, number> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  PageDown: 10,
  PageUp: -10,
  Home: -Infinity,
  End: Infinity,
};

export class Pictures {
  private readonly all: Map<string, Series>;
  private readonly markup: Markup;
  private readonly zoom: Zoom;
  private readonly film: Film;
  private series: Series;
  private window: string;
  private wanted: number; // the position asked for
  private shown: number; // the position in front
  private direction = 1;
  private isFetching = false;
  private heardAt = Date.now();
  private quiet = 0;

  constructor(root: HTMLElement, model: Model, private readonly store: Store) {
    this.markup = new Markup(root);
    this.all = new Map(model.series.map((series) => [series.id, new Series(model.base, series)]));
    this.series = this.all.get(root.querySelector<HTMLElement>("[data-series][aria-current]")!.dataset.series!)!;
    this.window = root.querySelector<HTMLElement>("[data-window][aria-current]")?.dataset.window ?? "";
    this.wanted = this.shown = this.series.nearest(Number(this.markup.slider.defaultValue));
    this.zoom = new Zoom(this.markup.stage, () => this.zoomed());
    this.film = new Film(
      () => this.nextOfFilm(),
      (plays) => this.markup.film(plays),
    );
    this.hear(root);
    root.classList.add("is-live");
    this.markup.show("zoom", true);
    this.markup.show("enlarge", false);
    this.markup.zoom(false, false);
    this.drawTools();
    this.expect();
  }

  private hear(root: HTMLElement): void {
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("keydown", (event) => this.typed(event));
    if (root.closest(".window")) document.addEventListener("keydown", (event) => this.typedNowhere(event));
    this.markup.slider.addEventListener("input", () => this.go(Number(this.markup.slider.value)));
    listen(this.markup.stage, {
      step: (by) => this.step(by),
      count: () => this.series.count,
      isZoomed: () => this.zoom.isZoomed,
      pan: (x, y) => this.zoom.pan(x, y),
      zoom: (factor, x, y) => this.zoom.by(factor, x, y),
      toggleZoom: (x, y) => (this.zoom.isZoomed ? this.zoom.reset() : this.zoom.by(2.5, x, y)),
      touched: () => this.markup.part(this.series.count > 1 ? "slider" : "zoom-in").focus({ preventScroll: true }),
    });
    const { image } = this.markup;
    if (image.complete && image.naturalWidth === 0) this.fail();
    else image.addEventListener("error", () => this.fail());
  }

  private clicked(event: MouseEvent): void {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a link opened in a tab of its own stays a link
    const on = (event.target as Element).closest<HTMLElement>("a, button");
    if (!on) return;
    const { series, window, step } = on.dataset;
    if (series !== undefined) this.open(series);
    else if (window !== undefined) this.look(window);
    else if (step !== undefined) this.step(Number(step));
    else if ("zoomIn" in on.dataset) this.zoom.in();
    else if ("zoomOut" in on.dataset) this.zoom.out();
    else if ("retry" in on.dataset) void this.show();
    else if ("play" in on.dataset) this.playOrPause();
    else return;
    event.preventDefault();
  }

  private typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = PAN[event.key];
    const step = STEP[event.key];
    if (event.shiftKey && pan && this.zoom.isZoomed) this.zoom.pan(...pan);
    else if (step) this.step(step);
    else if (event.key === "+" || event.key === "=") this.zoom.in();
    else if (event.key === "-") this.zoom.out();
    else if (event.key === "0") this.zoom.reset();
    else return;
    event.preventDefault();
  }

  // In the full window the keys that go through pictures need no focus, unless they are needed to scroll the page.
  private typedNowhere(event: KeyboardEvent): void {
    const { scrollHeight, clientHeight } = document.documentElement;
    if (event.target === document.body && STEP[event.key] && scrollHeight <= clientHeight) this.typed(event);
  }

  private step(by: number): boolean {
    const there = this.series.nearest(this.wanted + by);
    const isFurther = there !== this.wanted;
    this.go(there);
    return isFurther;
  }

  private go(position: number): void {
    this.film.pause();
    if (position === this.wanted) return;
    this.direction = position > this.wanted ? 1 : -1;
    this.wanted = position;
    this.drawTools();
    void this.show();
  }

  private open(id: string): void {
    this.film.pause();
    this.zoom.reset();
    this.series = this.all.get(id)!;
    this.window = "";
    this.direction = 1;
    this.wanted = this.series.model.opens;
    this.shown = 0;
    this.drawTools();
    void this.show();
  }

  private look(window: string): void {
    this.window = window;
    this.shown = 0;
    this.drawTools();
    void this.show();
  }

  private playOrPause(): void {
    if (this.film.plays) this.film.pause();
    else this.film.play(this.series.picture(this.wanted).milliseconds);
  }

  private nextOfFilm(): Promise<void> {
    const [first, last] = this.series.film(this.wanted);
    this.direction = 1;
    this.wanted = this.wanted < last ? this.wanted + 1 : first;
    this.drawTools();
    return this.show();
  }

  // Brings what is wanted to the front. While one picture is on its way nothing else is asked for; when it is there, the
  // newest wish is next, so that a quick drag over a slow line still shows pictures.
  private async show(): Promise<void> {
    this.markup.show("failed", false);
    if (this.isFetching) return;
    this.isFetching = true;
    const slow = window.setTimeout(() => this.markup.show("loading", true), SLOW);
    try {
      for (let drawn = ""; drawn !== this.wish(); ) drawn = await this.bring(this.wish());
      this.stayAwake();
      this.expect();
    } catch {
      this.film.pause();
      this.fail();
    } finally {
      window.clearTimeout(slow);
      this.markup.show("loading", false);
      this.isFetching = false;
    }
  }

  // The address that should be in front: the large one once somebody has zoomed in on the picture that is there.
  private wish(): string {
    const isThere = this.shown === this.wanted && this.zoom.isZoomed;
    return isThere ? this.series.enlarged(this.wanted, this.window) : this.series.address(this.wanted, this.window);
  }

  private async bring(address: string): Promise<string> {
    const { series, wanted, window: through } = this;
    if (!this.store.has(address)) this.heardAt = Date.now();
    const image = new Image();
    image.src = await this.store.load(address);
    await image.decode();
    if (series === this.series && through === this.window) {
      this.markup.picture(image, series, wanted);
      this.zoom.drawOn(image);
      this.shown = wanted;
      this.whenQuiet();
    }
    return address;
  }

  private zoomed(): void {
    this.markup.zoom(this.zoom.isZoomed, this.zoom.isMost);
    this.zoom.drawOn(this.markup.image);
    if (this.zoom.isZoomed && this.series.picture(this.wanted).hasFullSize) void this.show();
  }

  private fail(): void {
    this.shown = 0;
    this.markup.show("failed", true);
  }

  private drawTools(): void {
    this.markup.tools(this.series, this.wanted, this.window, (window) => this.query(window));
  }

  private query(window: string): string {
    const asked = new URLSearchParams({ series: this.series.model.id, picture: String(this.wanted) });
    if (window) asked.set("window", window);
    return `?${asked}`;
  }

  private expect(): void {
    const positions = ahead(this.wanted, this.direction, this.series.count);
    this.store.expect(positions.map((position) => this.series.address(position, this.window)));
  }

  // Whoever looks through what is already here is not idle: the server hears of it now and then.
  private stayAwake(): void {
    if (Date.now() - this.heardAt < AWAKE) return;
    this.heardAt = Date.now();
    void fetch(this.series.address(this.wanted, this.window), { method: "HEAD" }).then((answer) => {
      if (!answer.ok) window.location.reload();
    });
  }

  private whenQuiet(): void {
    window.clearTimeout(this.quiet);
    this.quiet = window.setTimeout(() => {
      window.history.replaceState(null, "", this.query(this.window));
      if (this.film.plays || document.activeElement === this.markup.slider) return; // the slider speaks for itself
      this.markup.part("announce").textContent = this.markup.sentence("announce", this.series, this.shown);
    }, QUIET);
  }
}
