/**
 * The cells of a grid: cell k goes round between level k, where it buys, and level k + 1, where it sells. Levels are lower +
 * k * step, or lower * ratio^k. A grid that trails counts on, or down below 0: cells first..end - 1 are those that it has now.
 * Arithmetic cells are of one quantity, geometric ones of one amount of quote, so that each round earns the same amount, or part.
 *
 * Of each cell it is known what it has to sell, from nothing to its size. A long cell begins with nothing and has to sell what
 * it bought; a short one begins with all of its size, and what it lacks is owed. So position = sum to sell - sizes of short cells.
 */
import { loadState, saveState, type State } from "../indicators/state.ts";
import { readObject } from "../values/read.ts";
import { fitLevels, type GridPlan, type LevelOrder } from "./grid-levels.ts";

export class GridCells {
  /** 0 before the grid is laid. */
  private count = 0;
  first = 0;
  private lower = 0;
  /** Added, or multiplied with. */
  private step = 0;
  private geometric = false;
  private lot = 0;
  /** The first short cell: -Infinity where all are, Infinity where none is. */
  private shortFrom = Infinity;
  /** Base units, by k modulo the count: what a cell may hold or owe, and what it has to sell now. */
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

  lay(plan: GridPlan): void {
    const { mode, lower, upper, geometric, narrowest, quote, price, lot } = plan;
    const fitting = geometric
      ? Math.log(upper / lower) / Math.log(1 + narrowest)
      : (upper - lower) / (upper * narrowest);
    // A hair of tolerance: ten cells of a tenth shall be ten.
    const cells = Math.min(plan.cells, this.sizes.length, Math.floor(fitting + 1e-9));
    if (!(cells >= 1) || !(quote > 0)) return;
    this.space(plan, cells);
    this.lot = lot;
    this.shortFrom = mode === "short" ? -Infinity : Infinity;
    if (mode === "neutral" && lot > 0)
      for (let k = cells; k >= 0 && this.level(k) >= price; k -= 1) this.shortFrom = k;
    let costs = 0;
    for (let k = 0; k < cells; k += 1) costs += this.costOf(k, price);
    for (let k = 0; k < cells; k += 1) {
      this.sizes[k] = this.whole(geometric ? quote / cells / this.costOf(k, price) : quote / costs);
      this.held[k] = this.isShort(k) ? this.sizes[k]! : 0;
      if (this.sizes[k] === 0) this.count = 0;
    }
  }

  private space({ lower, upper, geometric }: GridPlan, cells: number): void {
    this.count = cells;
    this.first = 0;
    this.lower = lower;
    this.geometric = geometric;
    this.step = geometric ? (upper / lower) ** (1 / cells) : (upper - lower) / cells;
  }

  /**
   * What a unit of a cell needs: its price, and of a short one what it may lose up to the top, twice, once as a loss and once as
   * margin, for margin is kept on the average price of all that are short, not on that of those that still are.
   */
  private costOf(k: number, price: number): number {
    if (!this.isShort(k)) return this.level(k);
    return 2 * Math.max(this.level(this.end), price) - Math.max(this.level(k + 1), price);
  }

  private whole(quantity: number): number {
    return this.lot > 0 ? Math.floor(quantity / this.lot + 1e-6) * this.lot : quantity;
  }

  level(k: number): number {
    return this.geometric ? this.lower * this.step ** k : this.lower + k * this.step;
  }

  /** Between the levels of which cell a price lies; beyond them, the nearest. */
  cellAt(price: number): number {
    const { lower, step } = this;
    // A price on a level is that level, whatever the rounding.
    const at = this.geometric ? Math.log(price / lower) / Math.log(step) : (price - lower) / step;
    return this.nearest(Math.floor(at + 1e-9));
  }

  isShort(k: number): boolean {
    return k >= this.shortFrom;
  }

  /** Those now; a cell that the grid has left behind is the nearest of them. */
  nearest(k: number): number {
    return Math.min(Math.max(k, this.first), this.end - 1);
  }

  slot(k: number): number {
    return ((k % this.count) + this.count) % this.count;
  }

  sizeOf(k: number): number {
    return this.sizes[this.slot(k)]!;
  }

  heldBy(k: number): number {
    return this.held[this.slot(k)]!;
  }

  /** What was bought for a cell (above 0), or sold. */
  add(k: number, quantity: number): void {
    const at = this.slot(this.nearest(k));
    this.held[at] = this.tidy(this.held[at]! + quantity, this.sizes[at]!);
  }

  /** Without what is only rounding: less than a millionth. */
  private tidy(left: number, size: number): number {
    if (this.lot > 0) return Math.max(0, Math.round(left / this.lot) * this.lot);
    return left > 1e-6 * size ? left : 0;
  }

  /** Base units that the first order trades: a long grid buys what the cells above the price sell, a short one the reverse. */
  toOpen(price: number): number {
    let sum = 0;
    for (let k = this.first; k < this.end; k += 1)
      if (!this.isShort(k)) sum += this.level(k) >= price ? this.sizeOf(k) - this.heldBy(k) : 0;
      else if (this.level(k + 1) <= price) sum += this.heldBy(k);
    return sum;
  }

  /** Shares out what the first order traded: bought from the top, sold from the bottom. */
  open(quantity: number): void {
    let rest = quantity;
    for (let j = 0; j < this.count && rest > 0; j += 1) {
      const k = this.isShort(this.first) ? this.first + j : this.end - 1 - j;
      const more = Math.min(rest, this.isShort(k) ? this.heldBy(k) : this.sizeOf(k) - this.heldBy(k));
      const left = this.heldBy(k) + (this.isShort(k) ? -more : more);
      this.held[this.slot(k)] = this.lot > 0 ? this.tidy(left, 0) : left;
      rest -= more;
    }
  }

  /** The lowest cell, which holds nothing, becomes the highest, for the same quote; false where that is less than a lot. */
  climb(): boolean {
    const size = this.whole((this.sizeOf(this.first) * this.level(this.first)) / this.level(this.end));
    if (size === 0) return false;
    const at = this.slot(this.first);
    this.sizes[at] = size;
    this.held[at] = 0;
    this.first += 1;
    return true;
  }

  /** The highest cell of a short grid, which owes nothing, becomes the lowest; false where there is no level left. */
  sink(): boolean {
    const [from, to] = [this.level(this.end), this.level(this.first)];
    if (!(this.level(this.first - 1) > 0)) return false;
    const at = this.slot(this.end - 1);
    this.sizes[at] = this.whole((this.sizes[at]! * from) / to);
    this.held[at] = this.sizes[at]!;
    this.first -= 1;
    return true;
  }

  /**
   * Shares `position` out anew: to each cell what it offers for sale, then what its standing buy has got, then to cells without
   * any order: those that sell above the price first, from the bottom, since of them the purchase is the likelier.
   */
  rebuild(orders: readonly LevelOrder[], position: number, price: number): void {
    if (!this.laid) return;
    this.held.fill(0);
    const bids = new Map<number, number>();
    let rest = position;
    for (let k = this.first; k < this.end; k += 1) if (this.isShort(k)) rest += this.sizeOf(k);
    const give = (k: number, most: number): void => {
      const more = Math.max(0, Math.min(rest, most, this.sizeOf(k) - this.heldBy(k)));
      this.held[this.slot(k)]! += more;
      rest -= more;
    };
    for (const order of orders) {
      // Of a cell that this grid has not come to.
      if (this.isShort(order.cell) ? order.cell < this.first : order.cell >= this.end) continue;
      const k = this.nearest(order.cell);
      if (order.buys) bids.set(k, (bids.get(k) ?? 0) + order.rest);
      else give(k, order.rest);
    }
    for (const [k, bid] of bids) give(k, this.sizeOf(k) - bid);
    for (const sells of [true, false])
      for (let k = this.first; k < this.end; k += 1)
        if (!bids.has(k) && this.level(k + 1) > price === sells) give(k, this.sizeOf(k));
  }

  /**
   * Lays the grid that these orders belong to, of which nothing else is remembered: the levels and sizes that they show, and of a
   * neutral one as many short cells as `position` lacks.
   */
  recall(
    orders: readonly LevelOrder[],
    plan: GridPlan & { readonly scaled: boolean },
    position: number,
  ): void {
    this.lay({ ...plan, narrowest: 0, quote: Infinity, ...fitLevels(orders, plan) });
    const all = orders.map(({ cell }) => cell);
    const [least, most] = [Math.min(...all), Math.max(...all)];
    this.first = most >= this.count ? most + 1 - this.count : Math.min(0, least);
    const shown = new Map<number, number>();
    for (const { cell, rest } of orders) shown.set(cell, (shown.get(cell) ?? 0) + rest);
    let unit = 0;
    for (const [k, rest] of shown) unit = Math.max(unit, this.geometric ? rest * this.level(k) : rest);
    for (let k = this.first; k < this.end; k += 1)
      this.sizes[this.slot(k)] = this.geometric ? (shown.get(k) ?? this.whole(unit / this.level(k))) : unit;
    if (plan.mode === "neutral" && this.lot > 0) this.owe(orders, plan.price, position);
    this.rebuild(orders, position, plan.price);
  }

  /** Cells are short, from the top, until together with the position they make what all have to sell. */
  private owe(orders: readonly LevelOrder[], price: number, position: number): void {
    const offered = new Map<number, number>();
    for (const { cell, buys, rest } of orders)
      offered.set(cell, (offered.get(cell) ?? 0) + (buys ? 0 : rest));
    let owed = -position;
    for (let k = this.first; k < this.end; k += 1)
      owed += offered.get(k) ?? (this.level(k + 1) > price ? this.sizeOf(k) : 0);
    this.shortFrom = this.end;
    for (; this.shortFrom > this.first && owed > this.sizeOf(this.shortFrom - 1) / 2;)
      owed -= this.sizeOf((this.shortFrom -= 1));
  }

  save(): State {
    return saveState(this);
  }

  /** Older states know of no short cells. */
  load(saved: unknown, field: string): void {
    loadState(this, { lot: 0, shortFrom: "Infinity", ...readObject(saved, field) }, field);
  }
}
