/**
 * An order book kept from a snapshot and numbered deltas, by Binance's rules: a delta covers the updates
 * first..last ("U" and "u"); one that ends at or before the book is old, one that begins later than the
 * book's next update leaves a gap. A book with a gap, or with bids at or above asks, is wrong and shows
 * nothing until the next snapshot. Deltas that come before a snapshot are kept aside, as the snapshot is
 * usually older than the newest of them. Source: Binance spot docs, "How to manage a local order book".
 */
import { BookSide } from "./book-side.ts";

/** [price, quantity]; a quantity of zero in a delta takes the level out. */
export type BookLevels = readonly (readonly [number, number])[];

export interface BookSnapshot {
  readonly updateId: number;
  readonly bids: BookLevels;
  readonly asks: BookLevels;
}

export interface BookDelta {
  readonly first: number;
  readonly last: number;
  readonly bids: BookLevels;
  readonly asks: BookLevels;
}

/** Anything but "applied" and "old" means: fetch a snapshot. */
export type BookResult = "applied" | "old" | "no-snapshot" | "gap" | "crossed";

/** 100 s of 100 ms deltas; with the oldest gone, the snapshot shows a gap and is fetched again. */
const PENDING_MAX = 1_000;

export class OrderBook {
  readonly bids = new BookSide("bids");
  readonly asks = new BookSide("asks");
  /** Last update contained; -1 while there is no book. */
  updateId = -1;
  private pending: BookDelta[] = [];

  get synced(): boolean {
    return this.updateId >= 0;
  }

  /** Starts over from a snapshot and the deltas that came before it. "gap": it is too old, fetch a newer one. */
  load(snapshot: BookSnapshot): BookResult {
    this.bids.clear();
    this.asks.clear();
    this.updateId = snapshot.updateId;
    this.write(snapshot);
    const { pending } = this;
    this.pending = [];
    if (this.bids.price >= this.asks.price) return this.lose("crossed");
    for (const [at, delta] of pending.entries()) {
      const result = this.apply(delta);
      if (result === "applied" || result === "old") continue;
      this.pending = pending.slice(at);
      return result;
    }
    return "applied";
  }

  apply(delta: BookDelta): BookResult {
    if (this.updateId < 0) {
      if (this.pending.length === PENDING_MAX) this.pending.shift();
      this.pending.push(delta);
      return "no-snapshot";
    }
    if (delta.last <= this.updateId) return "old";
    if (delta.first > this.updateId + 1) {
      this.pending.push(delta);
      return this.lose("gap");
    }
    this.write(delta);
    this.updateId = delta.last;
    return this.bids.price >= this.asks.price ? this.lose("crossed") : "applied";
  }

  /** At most `count` levels a side, best first. */
  depth(count: number): BookSnapshot {
    return { updateId: this.updateId, bids: this.bids.levels(count), asks: this.asks.levels(count) };
  }

  private write(levels: Pick<BookSnapshot, "bids" | "asks">): void {
    for (const [price, quantity] of levels.bids) this.bids.set(price, quantity);
    for (const [price, quantity] of levels.asks) this.asks.set(price, quantity);
  }

  private lose(why: "gap" | "crossed"): BookResult {
    this.bids.clear();
    this.asks.clear();
    this.updateId = -1;
    return why;
  }
}
