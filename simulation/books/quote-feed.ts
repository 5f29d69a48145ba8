/**
 * The best of a book on its way to the strategy: what each moment of the venue has left of it, noted where it changed, in the order in
 * which it will be heard. A ring of columns that grows.
 */
import type { DepthLadder } from "./depth-ladder.ts";

export class QuoteFeed {
  /** Venue time of the next quote; Infinity when none is on its way. */
  nextAt = Infinity;
  /** The quote that was heard last, in ticks and lots. */
  bid = 0;
  bidLots = 0;
  ask = 0;
  askLots = 0;
  private lastBid = 0;
  private lastBidLots = 0;
  private lastAsk = 0;
  private lastAskLots = 0;
  private at = new Float64Array(1_024);
  private prices = new Int32Array(2 * 1_024);
  private sizes = new Float64Array(2 * 1_024);
  /** Counted from the beginning; the place is the remainder by the capacity, a power of two. */
  private first = 0;
  private end = 0;

  /** Whether the best has changed with this moment. Nothing is quoted while a side is empty or both cross. */
  note(bids: DepthLadder, asks: DepthLadder, moment: number): boolean {
    const bid = bids.best;
    const ask = asks.best;
    if (bid === 0 || ask === 0 || bid >= ask) return false;
    const bidLots = bids.bestLots;
    const askLots = asks.bestLots;
    if (
      bid === this.lastBid &&
      ask === this.lastAsk &&
      bidLots === this.lastBidLots &&
      askLots === this.lastAskLots
    )
      return false;
    this.lastBid = bid;
    this.lastAsk = ask;
    this.lastBidLots = bidLots;
    this.lastAskLots = askLots;
    if (this.end - this.first === this.at.length) this.grow();
    const place = this.end & (this.at.length - 1);
    this.at[place] = moment;
    this.prices[2 * place] = bid;
    this.prices[2 * place + 1] = ask;
    this.sizes[2 * place] = bidLots;
    this.sizes[2 * place + 1] = askLots;
    if (this.first === this.end) this.nextAt = moment;
    this.end += 1;
    return true;
  }

  /** The next one is heard; it is on its way. */
  hear(): void {
    const place = this.first & (this.at.length - 1);
    this.bid = this.prices[2 * place]!;
    this.ask = this.prices[2 * place + 1]!;
    this.bidLots = this.sizes[2 * place]!;
    this.askLots = this.sizes[2 * place + 1]!;
    this.first += 1;
    this.nextAt = this.first === this.end ? Infinity : this.at[this.first & (this.at.length - 1)]!;
  }

  private grow(): void {
    const { at, prices, sizes, first } = this;
    const capacity = at.length;
    this.at = new Float64Array(2 * capacity);
    this.prices = new Int32Array(4 * capacity);
    this.sizes = new Float64Array(4 * capacity);
    for (let k = first; k < this.end; k += 1) {
      const [from, to] = [k & (capacity - 1), k & (2 * capacity - 1)];
      this.at[to] = at[from]!;
      for (const side of [0, 1]) {
        this.prices[2 * to + side] = prices[2 * from + side]!;
        this.sizes[2 * to + side] = sizes[2 * from + side]!;
      }
    }
  }
}
