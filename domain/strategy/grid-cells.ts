/**
 * The cells of a grid: cell k is bought at level k and sold at level k + 1. Levels are lower + k * step, or lower * ratio^k. A
 * grid that climbs counts on: cells first..end - 1 are those that it has now. Arithmetic cells are of one quantity, geometric ones
 * of one amount of quote, so that each round earns the same amount, or the same part.
 */
export class GridCells {
  /** 0 before the grid is laid. */
  private count = 0;
  first = 0;
  private lower = 0;
  /** Added, or multiplied with. */
  private step = 0;
  private geometric = false;
  /** Base units, by k modulo the count: what a full cell holds, and what it holds now. */
  private readonly sizes: Float64Array;
  private readonly held: Float64Array;

  constructor(most: number) {
    this.sizes = new Float64Array(most);
    this.held = new Float64Array(most);
  }

  get laid(): boolean {
    return this.count > 0;
  }

  get end(): number {
    return this.first + this.count;
  }

  /**
   * `narrowest`: the least distance of two levels as a part of the price; fewer cells are made to keep it, and none where not
   * even one would be wide enough. `quote`: what all cells together may cost.
   */
  lay(plan: {
    readonly lower: number;
    readonly upper: number;
    readonly geometric: boolean;
    readonly cells: number;
    readonly narrowest: number;
    readonly quote: number;
  }): void {
    const { lower, upper, geometric, narrowest, quote } = plan;
    const fitting = geometric
      ? Math.log(upper / lower) / Math.log(1 + narrowest)
      : (upper - lower) / (upper * narrowest);
    // A hair of tolerance: ten cells of a tenth shall be ten.
    const cells = Math.min(plan.cells, this.sizes.length, Math.floor(fitting + 1e-9));
    if (!(cells >= 1) || !(quote > 0)) return;
    this.count = cells;
    this.first = 0;
    this.lower = lower;
    this.geometric = geometric;
    this.step = geometric ? (upper / lower) ** (1 / cells) : (upper - lower) / cells;
    let levels = 0;
    for (let k = 0; k < cells; k += 1) levels += this.level(k);
    for (let k = 0; k < cells; k += 1)
      this.sizes[k] = geometric ? quote / cells / this.level(k) : quote / levels;
    this.held.fill(0);
  }

  level(k: number): number {
    return this.geometric ? this.lower * this.step ** k : this.lower + k * this.step;
  }

  sizeOf(k: number): number {
    return this.sizes[k % this.count]!;
  }

  heldBy(k: number): number {
    return this.held[k % this.count]!;
  }

  /** What was bought for a cell (above 0), or sold. A cell that the grid has left behind hands over to the lowest. */
  add(k: number, quantity: number): void {
    const at = Math.max(k, this.first) % this.count;
    const left = this.held[at]! + quantity;
    // Less than a millionth is rounding.
    this.held[at] = left > 1e-6 * this.sizes[at]! ? left : 0;
  }

  /** Base units that the cells at and above a price are to sell. */
  above(price: number): number {
    let sum = 0;
    for (let k = this.first; k < this.end; k += 1) if (this.level(k) >= price) sum += this.sizeOf(k);
    return sum;
  }

  /** Shares out what the first purchase bought, from the top. */
  fillAbove(quantity: number): void {
    let rest = quantity;
    for (let k = this.end - 1; k >= this.first && rest > 0; k -= 1) {
      const more = Math.min(rest, this.sizeOf(k) - this.heldBy(k));
      this.held[k % this.count]! += more;
      rest -= more;
    }
  }

  /** The lowest cell, which holds nothing, becomes the highest, for the same quote. */
  climb(): void {
    const at = this.first % this.count;
    this.sizes[at] = (this.sizes[at]! * this.level(this.first)) / this.level(this.end);
    this.held[at] = 0;
    this.first += 1;
  }

  /**
   * Shares `position` out anew: to each cell what it offers for sale, then what its standing buy has got, then to cells without
   * any order: those that sell above the price first, from the bottom, since of them the purchase is the likelier.
   */
  rebuild(
    orders: readonly {
      readonly purpose: string;
      readonly buys: boolean;
      readonly quantity: number;
      readonly filled: number;
    }[],
    position: number,
    price: number,
    cellOf: (purpose: string) => number,
  ): void {
    if (!this.laid) return;
    this.held.fill(0);
    const bids = new Map<number, number>();
    let rest = position;
    const give = (k: number, most: number): void => {
      const more = Math.max(0, Math.min(rest, most, this.sizeOf(k) - this.heldBy(k)));
      this.held[k % this.count]! += more;
      rest -= more;
    };
    for (const { purpose, buys, quantity, filled } of orders) {
      const k = Math.max(this.first, cellOf(purpose));
      if (k >= this.end) continue;
      if (buys) bids.set(k, (bids.get(k) ?? 0) + quantity - filled);
      else give(k, quantity - filled);
    }
    for (const [k, bid] of bids) give(k, this.sizeOf(k) - bid);
    for (const sells of [true, false])
      for (let k = this.first; k < this.end; k += 1)
        if (!bids.has(k) && this.level(k + 1) > price === sells) give(k, this.sizeOf(k));
  }
}
