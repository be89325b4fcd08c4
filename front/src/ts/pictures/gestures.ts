// What fingers, mouse and wheel do on the picture: drag and swipe go through the series, or move an enlarged picture;
// two fingers, Ctrl + wheel and a double tap enlarge.

export interface Moves {
  step(by: number): boolean; // false: there is nothing further that way
  count(): number;
  isZoomed(): boolean;
  pan(x: number, y: number): void;
  zoom(factor: number, x: number, y: number): void;
  toggleZoom(x: number, y: number): void;
  touched(): void;
}

const TAP = 10; // CSS pixels that a finger may tremble
const DOUBLE = 320; // ms between the taps of a double tap
const WHEEL = 40; // of a wheel's delta for one picture

export function listen(stage: HTMLElement, moves: Moves): void {
  const pointers = new Map<number, PointerEvent>();
  let travelled = 0;
  let rest = 0; // of a drag, not yet a whole picture
  let lastTap = { at: 0, x: 0, y: 0 };

  const perPicture = (): number => Math.min(Math.max(stage.clientHeight / moves.count(), 4), 32);
  const spread = (): { distance: number; x: number; y: number } => {
    const [a, b] = [...pointers.values()] as [PointerEvent, PointerEvent];
    return {
      distance: Math.max(Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), 1),
      x: (a.clientX + b.clientX) / 2,
      y: (a.clientY + b.clientY) / 2,
    };
  };

  stage.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || (event.target as Element).closest("button, a")) return;
    stage.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, event);
    if (pointers.size === 1) travelled = rest = 0;
    moves.touched();
  });

  stage.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) return;
    const old = pointers.size === 2 ? spread() : null;
    pointers.set(event.pointerId, event);
    if (old) {
      const now = spread();
      moves.zoom(now.distance / old.distance, now.x, now.y);
      moves.pan(now.x - old.x, now.y - old.y);
      travelled = Infinity;
      return;
    }
    const x = event.clientX - before.clientX;
    const y = event.clientY - before.clientY;
    travelled += Math.abs(x) + Math.abs(y);
    if (travelled < TAP) return;
    if (moves.isZoomed()) {
      moves.pan(x, y);
      return;
    }
    rest += Math.abs(x) > Math.abs(y) ? x : y;
    const whole = Math.trunc(rest / perPicture());
    rest -= whole * perPicture();
    if (whole) moves.step(whole);
  });

  const lifted = (event: PointerEvent): void => {
    if (!pointers.delete(event.pointerId) || event.type !== "pointerup" || travelled >= TAP) return;
    const near = Math.hypot(event.clientX - lastTap.x, event.clientY - lastTap.y) < 3 * TAP;
    if (near && event.timeStamp - lastTap.at < DOUBLE) {
      moves.toggleZoom(event.clientX, event.clientY);
      lastTap = { at: 0, x: 0, y: 0 };
    } else {
      lastTap = { at: event.timeStamp, x: event.clientX, y: event.clientY };
    }
  };
  stage.addEventListener("pointerup", lifted);
  stage.addEventListener("pointercancel", lifted);
  stage.addEventListener("dragstart", (event) => event.preventDefault());

  let turned = 0;
  stage.addEventListener(
    "wheel",
    (event) => {
      if (event.ctrlKey) {
        event.preventDefault();
        moves.zoom(Math.exp(-event.deltaY / 200), event.clientX, event.clientY);
        return;
      }
      if (Math.abs(event.deltaY) < Math.abs(event.deltaX) || moves.count() === 1) return;
      turned = Math.sign(turned) === Math.sign(event.deltaY) ? turned : 0;
      turned += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : Math.sign(event.deltaY) * WHEEL;
      const whole = Math.trunc(turned / WHEEL);
      turned -= whole * WHEEL;
      // A notch of a wheel is one picture, however far it scrolls; at the ends the page scrolls on.
      if (whole === 0 || moves.step(Math.sign(whole))) event.preventDefault();
    },
    { passive: false },
  );
}
