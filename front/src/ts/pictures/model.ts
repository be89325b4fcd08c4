// What a component moves through: the same series, stacks and windows that the server drew (studies/viewer/component.py).

export type Side = "left" | "right" | "top" | "bottom";

export interface Picture {
  readonly instance: string;
  readonly frame: number;
  readonly width: number; // of the preview, in pixels; 0 while it has not been made
  readonly height: number;
  readonly hasFullSize: boolean;
  readonly milliseconds: number; // between two frames of a film; 0: not a film
  readonly letters: Readonly<Record<Side, string>>;
}

type Shape = [number, number, boolean, number, string, string, string, string];
type Stack = [string, number, number];

export interface SeriesModel {
  id: string;
  label: string;
  opens: number;
  windows: [string, string][];
  shapes: Shape[];
  stacks: Stack[];
}

export interface Model {
  base: string;
  series: SeriesModel[];
}

export class Series {
  readonly count: number;
  private readonly ends: number[] = []; // the last position of each stack

  constructor(
    private readonly base: string,
    readonly model: SeriesModel,
  ) {
    let end = 0;
    for (const [, frames] of model.stacks) {
      end += frames;
      this.ends.push(end);
    }
    this.count = end;
  }

  nearest(position: number): number {
    return Math.min(Math.max(Math.round(position), 1), this.count);
  }

  picture(position: number): Picture {
    const index = this.stackAt(position);
    const [instance, frames, shape] = this.model.stacks[index]!;
    const [width, height, hasFullSize, milliseconds, left, right, top, bottom] = this.model.shapes[shape]!;
    const frame = position - (this.ends[index]! - frames);
    return { instance, frame, width, height, hasFullSize, milliseconds, letters: { left, right, top, bottom } };
  }

  // The first and the last position of the film that the picture at `position` belongs to.
  film(position: number): [number, number] {
    const index = this.stackAt(position);
    return [this.ends[index]! - this.model.stacks[index]![1] + 1, this.ends[index]!];
  }

  address(position: number, window: string): string {
    return this.named(position, window ? `preview-${window}` : "preview");
  }

  // The largest picture there is: a window other than the file's own has no full size.
  enlarged(position: number, window: string): string {
    const { hasFullSize } = this.picture(position);
    return hasFullSize && !window ? this.named(position, "full") : this.address(position, window);
  }

  private named(position: number, name: string): string {
    const { instance, frame } = this.picture(position);
    return `${this.base}${instance}/${frame}/${name}.jpg`;
  }

  private stackAt(position: number): number {
    let low = 0;
    let high = this.ends.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
