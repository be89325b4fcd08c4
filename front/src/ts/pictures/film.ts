// A multi-frame picture as a film, at the rate that the file says. It never starts by itself.

export class Film {
  private timer = 0;

  // `advance` brings the next frame to the front and settles when it is there; `changed` hears whether it plays.
  constructor(
    private readonly advance: () => Promise<void>,
    private readonly changed: (plays: boolean) => void,
  ) {}

  get plays(): boolean {
    return this.timer !== 0;
  }

  play(milliseconds: number): void {
    if (this.plays) return;
    const tick = async (due: number): Promise<void> => {
      await this.advance();
      if (!this.plays) return;
      const next = Math.max(due + milliseconds, performance.now()); // a late frame delays the film, it is not skipped
      this.timer = window.setTimeout(() => void tick(next), next - performance.now());
    };
    this.timer = window.setTimeout(() => void tick(performance.now()), milliseconds);
    this.changed(true);
  }

  pause(): void {
    if (!this.plays) return;
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.changed(false);
  }
}
