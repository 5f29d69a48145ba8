/**
 * What happened to one instrument's book, as columns in the venue's order: levels that changed, trades, and the clearing before a
 * snapshot. Ticks and lots are whole numbers of the instrument's grid.
 */
export const BID_LEVEL = 0;
export const ASK_LEVEL = 1;
/** A taker bought. */
export const BOUGHT = 2;
export const SOLD = 3;
/** All levels are gone; those of a snapshot follow. */
export const CLEARED = 4;

/** Prices beyond have no place in a ladder. */
export const TICKS_MAX = 2 ** 31 - 1;

export class BookEvents {
  length = 0;
  /** Venue time, ms; never falls. */
  at: Float64Array;
  kind: Uint8Array;
  /** 0 where all is cleared. */
  ticks: Int32Array;
  /** Of a level: what stands there now, 0 for nothing. Of a trade: its size. */
  lots: Float64Array;

  constructor(capacity = 1_024) {
    this.at = new Float64Array(capacity);
    this.kind = new Uint8Array(capacity);
    this.ticks = new Int32Array(capacity);
    this.lots = new Float64Array(capacity);
  }

  push(at: number, kind: number, ticks: number, lots: number): void {
    if (this.length === this.at.length) this.grow();
    const i = this.length;
    this.at[i] = at;
    this.kind[i] = kind;
    this.ticks[i] = ticks;
    this.lots[i] = lots;
    this.length += 1;
  }

  private grow(): void {
    const { at, kind, ticks, lots } = this;
    const capacity = 2 * at.length;
    (this.at = new Float64Array(capacity)).set(at);
    (this.kind = new Uint8Array(capacity)).set(kind);
    (this.ticks = new Int32Array(capacity)).set(ticks);
    (this.lots = new Float64Array(capacity)).set(lots);
  }
}
