// The component's markup (templates/components/pictures/) and how it shows a state. It decides nothing.

import { type Series, type Side } from "./model";

const SIDES: Side[] = ["left", "right", "top", "bottom"];

export class Markup {
  readonly stage: HTMLElement;
  readonly slider: HTMLInputElement;
  private readonly sentences: Record<string, string> = {};

  constructor(readonly root: HTMLElement) {
    this.stage = this.part("stage");
    this.slider = this.part<HTMLInputElement>("slider");
    for (const word of this.part<HTMLTemplateElement>("words").content.querySelectorAll<HTMLElement>("[data-word]")) {
      this.sentences[word.dataset.word!] = word.textContent!.trim();
    }
  }

  part<Kind extends HTMLElement = HTMLElement>(name: string): Kind {
    return this.root.querySelector<Kind>(`[data-${name}]`)!;
  }

  get image(): HTMLImageElement {
    return this.part<HTMLImageElement>("image");
  }

  show(name: string, isShown: boolean): void {
    this.part(name).hidden = !isShown;
  }

  sentence(name: string, series: Series, position: number): string {
    const said: Record<string, string> = {
      title: this.root.dataset.title!,
      series: series.model.label,
      position: String(position),
      total: String(series.count),
    };
    return this.sentences[name]!.replace(/\{(\w+)\}/g, (_, word: string) => said[word] ?? "");
  }

  // Puts a decoded picture in front, with everything that is said about it.
  picture(image: HTMLImageElement, series: Series, position: number): void {
    const { width, height, letters } = series.picture(position);
    const old = this.image;
    image.className = old.className;
    image.dataset.image = "";
    image.draggable = false;
    image.alt = this.sentence("alt", series, position);
    if (width) {
      image.width = width;
      image.height = height;
    }
    old.replaceWith(image);
    for (const side of SIDES) this.root.querySelector(`[data-letter="${side}"]`)!.textContent = letters[side];
    this.part("position").textContent = `${position} / ${series.count}`;
    this.slider.setAttribute("aria-valuetext", this.sentence("announce", series, position));
  }

  // What can be done from `wanted` on; `query` gives the address of a window.
  tools(series: Series, wanted: number, window: string, query: (window: string) => string): void {
    this.show("move", series.count > 1);
    this.slider.max = String(series.count);
    this.slider.value = String(wanted);
    for (const link of this.root.querySelectorAll<HTMLElement>("[data-step]")) {
      link.setAttribute("href", query(window));
      mark(link, "aria-disabled", wanted === (link.dataset.step === "1" ? series.count : 1));
    }
    for (const link of this.root.querySelectorAll<HTMLElement>("[data-series]")) {
      mark(link, "aria-current", link.dataset.series === series.model.id);
    }
    this.show("play", series.picture(wanted).milliseconds > 0);
    this.windows(series.model.windows, window, query);
    const viewer = this.root.querySelector<HTMLAnchorElement>("[data-viewer]");
    if (viewer) viewer.search = query(window);
  }

  private windows(windows: [string, string][], current: string, query: (window: string) => string): void {
    const nav = this.part("windows");
    nav.hidden = windows.length === 0;
    let links = [...nav.querySelectorAll<HTMLElement>("[data-window]")];
    if (links.map((link) => link.dataset.window).join() !== windows.map(([slug]) => slug).join()) {
      links = windows.map(([slug, label]) => {
        const link = document.createElement("a");
        link.className = "pictures__tool";
        link.dataset.window = slug;
        link.textContent = label;
        return link;
      });
      nav.replaceChildren(...links);
    }
    for (const link of links) {
      link.setAttribute("href", query(link.dataset.window!));
      mark(link, "aria-current", link.dataset.window === current);
    }
  }

  zoom(isZoomed: boolean, isMost: boolean): void {
    this.stage.classList.toggle("is-zoomed", isZoomed);
    mark(this.part("zoom-out"), "aria-disabled", !isZoomed);
    mark(this.part("zoom-in"), "aria-disabled", isMost);
  }

  film(plays: boolean): void {
    this.show("play-label", !plays);
    this.show("pause-label", plays);
  }
}

function mark(element: HTMLElement, attribute: string, isSet: boolean): void {
  if (isSet) element.setAttribute(attribute, "true");
  else element.removeAttribute(attribute);
}
