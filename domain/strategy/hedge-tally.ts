/**
 * What a strategy and its hedge earned, told as one: of each leg its fills and what it holds at the last price, and of all together the
 * equity; what lies between is fees, funding and interest. And how much of the hedge's moves each took: the slope of its changes, as
 * parts of equity, over the hedge's returns. Doubles: a measurement, not the ledger.
 */
import type { OrderUpdate, ToldRow } from "./strategy.ts";
import type { Unhedged } from "./unhedged.ts";

/** A rest this small beside what was traded is rounding. */
const REST = 1e-9;

export class HedgeTally {
  /** Newest prices; NaN before the first. */
  readonly last: Float64Array;
  private readonly held: Float64Array;
  /** Quote received for all that was sold, less what was paid. */
  private readonly flows: Float64Array;
  private readonly turnovers: Float64Array;
  /** At the newest look: profits of each leg, and of all together. */
  private readonly profits: Float64Array;
  /** Running mean of each one's change, and sum of products with the hedge's returns (Welford). */
  private readonly means: Float64Array;
  private readonly products: Float64Array;
  private looks = 0;
  private mean = 0;
  private squares = 0;
  private price = Number.NaN;
  private equity = Number.NaN;
  private began = Number.NaN;
  /** What of an order under way has been told, by instrument and tag. */
  private readonly filled = new Map<string, number>();

  constructor(count: number) {
    this.last = new Float64Array(count).fill(Number.NaN);
    this.held = new Float64Array(count);
    this.flows = new Float64Array(count);
    this.turnovers = new Float64Array(count);
    this.profits = new Float64Array(count + 1);
    this.means = new Float64Array(count + 1);
    this.products = new Float64Array(count + 1);
  }

  hear({ i, tag, side, status, filled, price }: OrderUpdate): void {
    const key = `${i} ${tag}`;
    const more = filled - (this.filled.get(key) ?? 0);
    if (more > 0 && price > 0) this.traded(i, side === "buy" ? more : -more, price);
    if (status === "partial") this.filled.set(key, filled);
    else if (status !== "approved" && status !== "open") this.filled.delete(key);
  }

  private traded(i: number, quantity: number, price: number): void {
    this.last[i] = price;
    this.held[i]! += quantity;
    this.flows[i]! -= quantity * price;
    this.turnovers[i]! += Math.abs(quantity) * price;
  }

  /** When nothing is under way: what came or went untold is taken at the last price. `even`: all closes are of this time. */
  look(positions: (i: number) => number, equity: number, even: boolean): void {
    const count = this.last.length;
    if (Number.isNaN(this.began)) this.began = equity;
    for (let i = 0; i < count; i += 1) {
      const untold = positions(i) - this.held[i]!;
      if (Math.abs(untold) * this.last[i]! > REST * (this.turnovers[i]! + Math.abs(equity)))
        this.traded(i, untold, this.last[i]!);
    }
    if (even) this.measure(equity);
  }

  private measure(equity: number): void {
    const h = this.last.length - 1;
    const answer = this.last[h]! / this.price - 1;
    const known = answer - answer === 0 && this.equity > 0;
    const before = answer - this.mean;
    if (known) {
      this.looks += 1;
      this.mean += before / this.looks;
      this.squares += before * (answer - this.mean);
    }
    for (let row = 0; row <= h + 1; row += 1) {
      const profit = row > h ? equity - this.began : this.profit(row);
      if (known) {
        const change = (profit - this.profits[row]!) / this.equity;
        this.means[row]! += (change - this.means[row]!) / this.looks;
        this.products[row]! += before * (change - this.means[row]!);
      }
      this.profits[row] = profit;
    }
    this.price = this.last[h]!;
    this.equity = equity;
  }

  /** Before costs. */
  private profit(i: number): number {
    const held = this.held[i]!;
    return this.flows[i]! + (held === 0 ? 0 : held * this.last[i]!);
  }

  /** A row for each leg, the costs, and all together. */
  told(symbols: readonly string[], unhedged: Unhedged): readonly ToldRow[] {
    const { profits, products, squares, turnovers } = this;
    const h = symbols.length - 1;
    const beta = (row: number): number => (squares > 0 ? products[row]! / squares : Number.NaN);
    const none = {
      turnover: Number.NaN,
      beta: Number.NaN,
      unhedgedSeconds: Number.NaN,
      unhedgedPeak: Number.NaN,
    };
    const legs = symbols.map((symbol, i) => ({
      ...none,
      ...{
        leg: i === h ? `hedge ${symbol}` : symbol,
        profit: profits[i]!,
        turnover: turnovers[i]!,
        beta: beta(i),
      },
    }));
    const [sum, all] = [legs.reduce((total, { profit }) => total + profit, 0), profits[h + 1]!];
    return [
      ...legs,
      { ...none, leg: "fees and funding", profit: all - sum },
      {
        ...{ leg: "together", profit: all, turnover: turnovers.reduce((total, one) => total + one, 0) },
        ...{ beta: beta(h + 1), unhedgedSeconds: unhedged.seconds, unhedgedPeak: unhedged.peakNotional },
      },
    ].map(({ leg, profit, ...rest }) => ({ leg, profit, ...rest }));
  }

  save(): readonly (readonly [string, number])[] {
    return [...this.filled];
  }

  load(filled: readonly (readonly [string, number])[]): void {
    this.filled.clear();
    for (const [key, told] of filled) this.filled.set(key, told);
  }
}
