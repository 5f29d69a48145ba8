/**
 * One side of a book as lots by price: pages of 1,024 ticks over one typed array, made where a level first stands. A level is
 * set by index; the next best is found by a walk over the page, past pages that are empty.
 */
import type { Side } from "../../domain/values/values.ts";

const BITS = 10;
const PAGE = 1 << BITS;
const MASK = PAGE - 1;

export class DepthLadder {
  /** Ticks of the best level; 0 when there is none. */
  best = 0;
  /** What stands there. */
  bestLots = 0;
  levels = 0;
  /** Towards worse prices. */
  private readonly worse: 1 | -1;
  /** Where a page stands; 0 for none, and place 0 stays empty. */
  private places = new Int32Array(PAGE);
  /** Levels by place. */
  private counts = new Int32Array(8);
  private lots = new Float64Array(8 * PAGE);
  private used = 1;

  constructor(side: Side) {
    this.worse = side === "buy" ? -1 : 1;
  }

  at(ticks: number): number {
    const page = ticks >> BITS;
    return page < this.places.length ? this.lots[(this.places[page]! << BITS) | (ticks & MASK)]! : 0;
  }

  /** The level's lots become `lots`, 0 takes it away; what stood there before comes back. Ticks from 1 to 2^31 - 1. */
  set(ticks: number, lots: number): number {
    const page = ticks >> BITS;
    let place = page < this.places.length ? this.places[page]! : 0;
    if (place === 0) {
      if (lots === 0) return 0;
      place = this.open(page);
    }
    const at = (place << BITS) | (ticks & MASK);
    const before = this.lots[at]!;
    this.lots[at] = lots;
    if (lots > 0) {
      if (before === 0) {
        this.levels += 1;
        this.counts[place]! += 1;
      }
      if (ticks === this.best) this.bestLots = lots;
      else if (this.best === 0 || (ticks - this.best) * this.worse < 0) {
        this.best = ticks;
        this.bestLots = lots;
      }
    } else if (before > 0) {
      this.levels -= 1;
      this.counts[place]! -= 1;
      if (ticks === this.best) {
        this.best = this.beyond(ticks);
        this.bestLots = this.at(this.best);
      }
    }
    return before;
  }

  /** The next level at a worse price; 0 when there is none. */
  beyond(ticks: number): number {
    if (this.levels === 0) return 0;
    const { worse, places, counts, lots } = this;
    let at = ticks + worse;
    let page = at >> BITS;
    while (page >= 0 && page < places.length) {
      const place = places[page]!;
      const end = worse > 0 ? (page + 1) << BITS : (page << BITS) - 1;
      if (counts[place]! > 0)
        for (; at !== end; at += worse) if (lots[(place << BITS) | (at & MASK)]! > 0) return at;
      page += worse;
      at = end;
    }
    return 0;
  }

  clear(): void {
    this.lots.fill(0, 0, this.used << BITS);
    this.counts.fill(0);
    this.best = this.bestLots = this.levels = 0;
  }

  private open(page: number): number {
    if (page >= this.places.length) {
      const { places } = this;
      this.places = new Int32Array(Math.max(page + 1, 2 * places.length));
      this.places.set(places);
    }
    const place = this.used;
    if (place === this.counts.length) {
      const { counts, lots } = this;
      (this.counts = new Int32Array(2 * place)).set(counts);
      (this.lots = new Float64Array(2 * place * PAGE)).set(lots);
    }
    this.used += 1;
    this.places[page] = place;
    return place;
  }
}
