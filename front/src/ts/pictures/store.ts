// Pictures in the page's own memory: no-store forbids the browser to keep them, and the slider wants them at once.
// They die with the page. The oldest leave when the cap is reached.

const CAP = 128 * 1024 * 1024; // bytes
const LANES = 4; // pictures loaded ahead at the same time

export class NotLoaded extends Error {}

export class Store {
  private readonly kept = new Map<string, { url: string; bytes: number }>(); // oldest use first
  private readonly coming = new Map<string, Promise<string>>();
  private ahead: string[] = [];
  private lanes = 0;
  private bytes = 0;

  has(address: string): boolean {
    return this.kept.has(address);
  }

  // The picture as an object URL. Rejects with NotLoaded.
  load(address: string): Promise<string> {
    const here = this.kept.get(address);
    if (here) {
      this.kept.delete(address);
      this.kept.set(address, here);
      return Promise.resolve(here.url);
    }
    return this.coming.get(address) ?? this.fetch(address, false);
  }

  // What to load ahead, nearest first; replaces what was wished for before.
  expect(addresses: string[]): void {
    this.ahead = addresses;
    this.next();
  }

  private next(): void {
    while (this.lanes < LANES && this.ahead.length > 0) {
      const address = this.ahead.shift()!;
      if (this.kept.has(address) || this.coming.has(address)) continue;
      this.lanes += 1;
      this.fetch(address, true)
        .catch(() => {
          this.ahead = []; // whoever goes there sees what is wrong; loading ahead does not insist
        })
        .finally(() => {
          this.lanes -= 1;
          this.next();
        });
    }
  }

  private fetch(address: string, ahead: boolean): Promise<string> {
    const promise = this.blob(address, ahead)
      .then((blob) => this.keep(address, blob))
      .finally(() => this.coming.delete(address));
    this.coming.set(address, promise);
    return promise;
  }

  private async blob(address: string, ahead: boolean): Promise<Blob> {
    // Loading ahead is nobody's doing: it does not keep a session alive.
    const headers: Record<string, string> = ahead ? { "X-Preload": "1" } : {};
    try {
      const response = await fetch(address, { headers, credentials: "same-origin", redirect: "error" });
      if (response.ok) return await response.blob();
    } catch (error) {
      throw new NotLoaded(String(error));
    }
    throw new NotLoaded(address);
  }

  private keep(address: string, blob: Blob): string {
    const url = URL.createObjectURL(blob);
    this.kept.set(address, { url, bytes: blob.size });
    this.bytes += blob.size;
    for (const [oldest, { url: gone, bytes }] of this.kept) {
      if (this.bytes <= CAP || oldest === address) break;
      this.kept.delete(oldest);
      this.bytes -= bytes;
      URL.revokeObjectURL(gone);
    }
    return url;
  }
}

// Which positions to load ahead of `position`: mostly onward, a few behind, nearest first.
export function ahead(position: number, direction: number, count: number): number[] {
  const thrifty = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
  const onward = thrifty ? 3 : 48;
  const positions: number[] = [];
  for (let step = 1; step <= onward; step += 1) {
    positions.push(position + direction * step);
    if (step % 4 === 1) positions.push(position - direction * ((step + 3) / 4));
  }
  positions.push(position); // the first one came with the page, and is gone once another stands in its place
  return positions.filter((each) => each >= 1 && each <= count);
}
