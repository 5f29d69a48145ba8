/**
 * The grid of one instrument at work: its cells, the orders that stand for them, and the orders that they lack. Counter-orders
 * leave before new ones, so that the portfolio takes what closes for reduce-only, whatever is opened beside it.
 */
import { GridCells } from "./grid-cells.ts";
import type { LevelOrder } from "./grid-levels.ts";
import type { Sizes } from "./sizes.ts";
import type { Desk } from "./strategy.ts";
import { WorkingOrders } from "./working-orders.ts";

/** How far beyond the price an order whose level has been passed is placed, as a part of it. */
const SLACK = 0.005;

/** The first order of a grid, and its last. */
export const OPEN = "open 0";
const STOP = "stop 0";

/** `buy 3` is the buy of cell 3. */
const cellOf = (purpose: string): number => Number(purpose.slice(purpose.indexOf(" ") + 1));

/** Base units, by side. */
type Closing = Record<"buy" | "sell", number>;

export class GridLane {
  readonly orders: WorkingOrders;
  readonly cells: GridCells;
  /** The last price heard. */
  price = Number.NaN;
  /** The first order has been asked for, and then is done. */
  opening = false;
  opened = false;
  /** The price went through the stop, or the venue liquidated: all is closed, and nothing is opened. */
  ended = false;
  settled = true;
  readonly #i: number;
  readonly #sizes: Sizes;
  /** Held to both sides: what closes one then may exceed the position. */
  readonly #both: boolean;
  /** So many buys and so many sells rest, those nearest to the price, and one more of each where it stood already. */
  readonly #most: number;
  /** What the orders of each cell are still to trade; only while it is looked at. */
  readonly #buying: Float64Array;
  readonly #selling: Float64Array;

  constructor(
    i: number,
    sizes: Sizes,
    { cells, both, most }: { readonly cells: number; readonly both: boolean; readonly most: number },
  ) {
    this.orders = new WorkingOrders(i, sizes.fee);
    this.cells = new GridCells(cells);
    this.#i = i;
    this.#sizes = sizes;
    this.#both = both;
    this.#most = most;
    this.#buying = new Float64Array(cells);
    this.#selling = new Float64Array(cells);
  }

  /** Beside what its buys bid for: those that buy back need no money, sells that open a short do. */
  get promised(): number {
    let sum = 0;
    for (const { purpose, buys, quantity, filled, worth } of this.orders.live)
      if (this.cells.isShort(cellOf(purpose))) sum += (buys ? -1 : 1) * (quantity - filled) * worth;
    return sum;
  }

  /** The orders of its cells. */
  get standing(): readonly LevelOrder[] {
    return this.orders.live.flatMap(({ purpose, buys, price, quantity, filled }) =>
      purpose === OPEN || purpose === STOP
        ? []
        : [{ cell: cellOf(purpose), buys, price, rest: quantity - filled }],
    );
  }

  /** Books what an order of this purpose has traded; the cell that it is for, or undefined. */
  traded(purpose: string, buys: boolean, quantity: number): number | undefined {
    if (purpose === OPEN) this.cells.open(quantity);
    if (purpose === OPEN || purpose === STOP) return undefined;
    this.cells.add(cellOf(purpose), buys ? quantity : -quantity);
    return this.cells.nearest(cellOf(purpose));
  }

  /** Sets out what all cells lack, or one. */
  tend(desk: Desk, only?: number): void {
    const { cells } = this;
    // Where few may rest, those that come into reach are asked for at once.
    const all = only === undefined || this.#most < Infinity;
    const [from, to] = all ? [cells.first, cells.end] : [only, only + 1];
    this.#thin(desk);
    this.#enter(desk, from, to, this.#close(desk, from, to));
  }

  /** By how many cells the order of a cell is too far from the price to rest; 0 or less: it may. */
  #beyond(k: number, buys: boolean): number {
    if (this.#most === Infinity) return 0;
    const at = this.cells.cellAt(this.price);
    return buys ? at - this.#most + 1 - k : k - (at + this.#most - 1);
  }

  #thin(desk: Desk): void {
    if (this.#most === Infinity) return;
    for (const order of this.orders.live)
      if (order.purpose !== OPEN && order.purpose !== STOP)
        if (this.#beyond(cellOf(order.purpose), order.buys) > 1) this.orders.cancel(desk, order);
  }

  /** Puts what the orders of each cell are to trade into the scratch; returns what of it closes, by side. */
  #look(): Closing {
    const { cells } = this;
    this.#buying.fill(0);
    this.#selling.fill(0);
    const closing = { buy: 0, sell: 0 };
    for (const { purpose, buys, quantity, filled } of this.orders.live) {
      const k = cellOf(purpose);
      const rest = quantity - filled;
      if (cells.isShort(k) === buys) closing[buys ? "buy" : "sell"] += rest;
      // Of a cell that has been left behind, the one in its place waits for its end: it has the money.
      const more = k >= cells.first && k < cells.end ? rest : Infinity;
      (buys ? this.#buying : this.#selling)[cells.slot(k)]! += more;
    }
    return closing;
  }

  /** Sells what long cells hold, buys back what short ones owe; returns what all orders together close. */
  #close(desk: Desk, from: number, to: number): Closing {
    const { cells, price } = this;
    const closing = this.#look();
    const position = desk.position(this.#i);
    for (let k = from; k < to; k += 1) {
      const short = cells.isShort(k);
      const side = short ? "buy" : "sell";
      if (this.#beyond(k, short) > 0) continue;
      const level = cells.level(short ? k : k + 1);
      const lacks = short ? this.#toBuy(k) : this.#toSell(k);
      // Fees in base leave a little less than was bought.
      const free = (short ? -position : position) - closing[side];
      const quantity = this.#both && lacks - free > 1e-6 * lacks ? lacks : Math.min(lacks, free);
      if (!this.#sizes.allows(quantity, level)) continue;
      // Past its level it takes what is there, within the collar.
      const rests = short ? price > level : price < level;
      const reach = short ? Math.min(level, price * (1 + SLACK)) : Math.max(level, price * (1 - SLACK));
      this.#place(desk, side, k, { timeInForce: rests ? "PO" : "GTC", quantity, price: reach });
      closing[side] += quantity;
    }
    return closing;
  }

  /**
   * Bids for long cells below the price, offers short ones above it. What stands against the position and is not yet spoken for by an
   * order that closes would be taken for one: it waits until the cell that has traded is known.
   */
  #enter(desk: Desk, from: number, to: number, closing: Closing): void {
    const { cells, price } = this;
    const position = desk.position(this.#i);
    if (this.orders.scarce(desk.now)) return;
    for (let k = from; k < to; k += 1) {
      const short = cells.isShort(k);
      if (this.#beyond(k, !short) > 0) continue;
      const level = cells.level(short ? k + 1 : k);
      if (short ? level <= price : level >= price) continue;
      const unspoken = short ? position - closing.sell : -position - closing.buy;
      if (this.#both && unspoken > 1e-6 * cells.sizeOf(k)) continue;
      const quantity = short ? this.#toSell(k) : this.#toBuy(k);
      if (!(quantity > 1e-6 * cells.sizeOf(k)) || !this.#sizes.allows(quantity, level)) continue;
      this.#place(desk, short ? "sell" : "buy", k, { timeInForce: "PO", quantity, price: level });
    }
  }

  #toBuy(k: number): number {
    return this.cells.sizeOf(k) - this.cells.heldBy(k) - this.#buying[this.cells.slot(k)]!;
  }

  #toSell(k: number): number {
    return this.cells.heldBy(k) - this.#selling[this.cells.slot(k)]!;
  }

  #place(
    desk: Desk,
    side: "buy" | "sell",
    k: number,
    limit: { readonly timeInForce: "PO" | "GTC"; readonly quantity: number; readonly price: number },
  ): void {
    this.orders.place(desk, `${side} ${k}`, { side, type: "limit", ...limit }, this.price);
  }

  /** A step beyond all levels the furthest cell, which holds and owes nothing, is taken to the other end. */
  trail(desk: Desk): void {
    const { cells, orders, price } = this;
    // Once round at a time: far away, it takes more candles.
    for (let left = cells.end - cells.first; left > 0; left -= 1) {
      const short = cells.isShort(cells.first);
      const k = short ? cells.end - 1 : cells.first;
      const rid = cells.heldBy(k) === (short ? cells.sizeOf(k) : 0);
      const far = short ? price <= cells.level(cells.first - 1) : price >= cells.level(cells.end + 1);
      if (!far || !rid || !(short ? cells.sink() : cells.climb())) return;
      for (const order of orders.live) if (cellOf(order.purpose) === k) orders.cancel(desk, order);
    }
  }

  /** Withdraws all orders, and then closes the position at the market. */
  leave(desk: Desk): void {
    const { orders, price } = this;
    for (const order of orders.live) if (order.purpose !== STOP) orders.cancel(desk, order);
    const position = desk.position(this.#i);
    const quantity = Math.abs(position);
    if (orders.live.length > 0 || !this.#sizes.allows(quantity, price)) return;
    orders.place(desk, STOP, { side: position < 0 ? "buy" : "sell", type: "market", quantity }, price);
  }

  /** After a restart: orders that stand are taken in by their tags, and the rest of what is held is shared out. */
  settle(desk: Desk): void {
    this.settled = true;
    if (!this.orders.settle(desk)) return;
    this.cells.rebuild(this.standing, desk.position(this.#i), this.price);
    this.opening = this.opened = this.cells.laid;
  }
}
