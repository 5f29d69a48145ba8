/**
 * Time of a portfolio's backtest: from close to close over all markets, as ../run.ts has it for one strategy. At each moment first
 * what happened inside the candles that close, then the closes of one market after the other to all strategies that trade it. What they
 * answer to one close is one turn of the portfolio.
 */
import { Looks } from "../../../domain/risk/looks.ts";
import type { CandleVenue } from "../candle-venue.ts";
import { EquityColumns } from "../equity-columns.ts";
import type { Lane } from "../lane.ts";
import type { Seat } from "./seat.ts";
import type { Peaks } from "./settings.ts";
import type { SharedBooks } from "./shared-books.ts";
import type { PlacedPart } from "./shared-order.ts";

export class SharedRun {
  readonly equity = new EquityColumns(1_024);
  readonly #lanes: readonly Lane[];
  readonly #seats: readonly Seat[];
  readonly #venue: CandleVenue<PlacedPart>;
  readonly #books: SharedBooks;
  readonly #looks: Looks | undefined;
  readonly #from: number;
  /** Base assets as numbers, by market. */
  readonly #assets: readonly number[];
  readonly #byAsset: Float64Array;
  /** Markets whose candles close just now. */
  readonly #closed: number[] = [];
  #gross = 0;
  #asset = 0;
  #strategy = 0;

  constructor(
    lanes: readonly Lane[],
    seats: readonly Seat[],
    venue: CandleVenue<PlacedPart>,
    books: SharedBooks,
    bases: readonly string[],
  ) {
    this.#lanes = lanes;
    this.#seats = seats;
    this.#venue = venue;
    this.#books = books;
    this.#looks = books.watch?.looks;
    this.#from = Math.min(...seats.map(({ from }) => from));
    const names = [...new Set(bases)];
    this.#assets = bases.map((base) => names.indexOf(base));
    this.#byAsset = new Float64Array(names.length);
  }

  get peaks(): Peaks {
    return { gross: this.#gross, asset: this.#asset, strategy: this.#strategy };
  }

  /** To the end of all candles. */
  go(): void {
    for (;;) {
      let at = Infinity;
      for (const lane of this.#lanes) at = Math.min(at, lane.closesAt);
      if (at === Infinity) return;
      this.#market(at);
      for (const market of this.#closed) {
        this.#books.gather();
        for (const seat of this.#seats) seat.tell(market, at);
        this.#books.take();
      }
      if (at > this.#from) this.#mark(at);
    }
  }

  #market(at: number): void {
    const venue = this.#venue;
    if (venue.working > 0) this.#opens(at);
    this.#closed.length = 0;
    for (const lane of this.#lanes) if (lane.closesAt === at) this.#close(lane, at);
    if (venue.working > 0) venue.closed();
    this.#books.tick(at);
    if (this.#looks?.due(at) === true) this.#books.look(at);
  }

  /** The opens before `until`, in time; those of one time in the order of the markets. */
  #opens(until: number): void {
    for (;;) {
      let next: Lane | undefined;
      let first = until;
      for (const lane of this.#lanes) {
        if (lane.row >= lane.end || lane.openedRow >= lane.row || !(lane.at[lane.row]! < first)) continue;
        next = lane;
        first = lane.at[lane.row]!;
      }
      if (next === undefined) return;
      next.openedRow = next.row;
      if (this.#venue.busy(next.i)) this.#venue.open(next.i, next.open[next.row]!, first);
    }
  }

  #close(lane: Lane, at: number): void {
    const { i, row, open, high, low, close, volume } = lane;
    const venue = this.#venue;
    venue.now = at;
    if (venue.working > 0 && venue.busy(i)) {
      lane.inside = true;
      venue.inside(i, lane.at[row]!, [open[row]!, high[row]!, low[row]!, close[row]!], at);
      lane.inside = false;
    }
    if (venue.measures) venue.measure(i, row === 0 ? NaN : close[row - 1]!, close[row]!, volume[row]!);
    venue.last[i] = close[row]!;
    lane.advance();
    this.#closed.push(i);
  }

  /** Equity and what is held, at the last prices. */
  #mark(at: number): void {
    let equity = 0;
    let gross = 0;
    let widest = 0;
    this.#byAsset.fill(0);
    for (const seat of this.#seats) {
      const row = seat.equity.next();
      const { worth } = seat;
      seat.equity.at[row] = at;
      seat.equity.value[row] = worth;
      equity += worth;
      let held = 0;
      for (const [i, market] of seat.markets.entries()) {
        const value = seat.value(i);
        held += value;
        this.#byAsset[this.#assets[market]!]! += value;
      }
      widest = Math.max(widest, held);
      gross += held;
    }
    const row = this.equity.next();
    this.equity.at[row] = at;
    this.equity.value[row] = equity;
    this.#gross = Math.max(this.#gross, gross / equity);
    this.#strategy = Math.max(this.#strategy, widest / equity);
    for (const value of this.#byAsset) this.#asset = Math.max(this.#asset, value / equity);
  }
}
