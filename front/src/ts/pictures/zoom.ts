// How far a picture is enlarged and which part of it is in sight. The stylesheet fits it into the stage at scale 1.

const MOST = 8;
const STEP = 1.5;

export class Zoom {
  private scale = 1;
  private x = 0; // of the picture's middle from the stage's, in CSS pixels
  private y = 0;

  constructor(
    private readonly stage: HTMLElement,
    private readonly changed: (isZoomed: boolean) => void,
  ) {}

  get isZoomed(): boolean {
    return this.scale > 1;
  }

  get isMost(): boolean {
    return this.scale >= MOST;
  }

  in(): void {
    this.by(STEP);
  }

  out(): void {
    this.by(1 / STEP);
  }

  reset(): void {
    this.scale = 1;
    this.apply();
  }

  // Enlarges by `factor` so that what is at the point (client coordinates; the middle if none) stays there.
  by(factor: number, clientX?: number, clientY?: number): void {
    const box = this.stage.getBoundingClientRect();
    const fromMiddleX = clientX === undefined ? 0 : clientX - box.left - box.width / 2;
    const fromMiddleY = clientY === undefined ? 0 : clientY - box.top - box.height / 2;
    const scale = Math.min(Math.max(this.scale * factor, 1), MOST);
    const grown = scale / this.scale;
    this.x = fromMiddleX - (fromMiddleX - this.x) * grown;
    this.y = fromMiddleY - (fromMiddleY - this.y) * grown;
    this.scale = scale < 1.02 ? 1 : scale;
    this.apply();
  }

  pan(x: number, y: number): void {
    this.x += x;
    this.y += y;
    this.apply();
  }

  // Draws `image` as this zoom says; called for each picture that comes to the front.
  drawOn(image: HTMLElement): void {
    image.style.transform = this.isZoomed ? `translate(${this.x}px, ${this.y}px) scale(${this.scale})` : "";
  }

  private apply(): void {
    const most = { x: (this.stage.clientWidth * (this.scale - 1)) / 2, y: (this.stage.clientHeight * (this.scale - 1)) / 2 };
    this.x = Math.min(Math.max(this.x, -most.x), most.x);
    this.y = Math.min(Math.max(this.y, -most.y), most.y);
    this.changed(this.isZoomed);
  }
}
