/**
 * What one running strategy knows of its markets: the last prices as the desk and the portfolio want them, which
 * candle it has seen last of each instrument and timeframe (none twice, none skipped silently), and its own worth.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import type { ClosedCandle } from "../market/candle-series.ts";
import { timeframes } from "../market/candle.ts";
import type { Depth, Quote, Trade } from "../market/tick.ts";
import { assetsOf } from "./book.ts";
import type { Mark, Marks } from "./commands.ts";
import type { TraderDesk } from "../strategy/desk.ts";
import { fromFloat, type InstrumentId, type Price, type Timestamp } from "../values/values.ts";

/** Of a strategy's sub-ledger: its cash in the first quote, and by instrument what it holds. */
export interface Held {
  readonly cash: number;
  readonly positions: readonly number[];
  readonly cashes?: readonly number[];
  readonly holdings?: readonly number[];
}

export class MarketWindow {
  readonly instruments: readonly InstrumentId[];
  /** Last traded price by instrument; NaN before the first. */
  readonly last: Float64Array;
  /** Open time of the last candle handed to the trader, by `<i>:<timeframe>`. */
  readonly seen: Map<string, number>;
  /** By instrument: which one's price tells what its base is worth in the quote of the first, where the own quote is another. */
  private readonly priced: readonly number[];
  readonly #desk: TraderDesk;
  private cash = 0;
  private readonly keys: readonly Partial<Record<Timeframe, string>>[];

  constructor(
    instruments: readonly InstrumentId[],
    desk: TraderDesk,
    seen: readonly (readonly [string, number])[] = [],
  ) {
    this.instruments = instruments;
    this.last = new Float64Array(instruments.length).fill(NaN);
    this.seen = new Map(seen);
    this.#desk = desk;
    this.keys = instruments.map(() => ({}));
    const assets = instruments.map(assetsOf);
    this.priced = assets.map(({ base, quote }, i) => {
      if (quote === assets[0]!.quote) return i;
      const direct = assets.findIndex((one) => one.base === base && one.quote === assets[0]!.quote);
      return direct < 0 ? i : direct;
    });
  }

  trade(i: number, { price }: Trade): void {
    this.last[i] = price;
  }

  quote(i: number, quote: Quote): void {
    this.#desk.quotes[i] = quote;
  }

  book(i: number, book: Depth): void {
    this.#desk.depths[i] = book;
  }

  /** False for a candle that was handed over before. */
  fresh(i: number, timeframe: Timeframe, { openAt, close }: Candle): boolean {
    const key = this.keyOf(i, timeframe);
    if (openAt <= (this.seen.get(key) ?? -1)) return false;
    this.seen.set(key, openAt);
    this.last[i] = close;
    return true;
  }

  /** Those that do not follow the last one seen: candles in between are missing, or the market was quiet. */
  behindHoles(i: number, candles: readonly ClosedCandle[]): readonly ClosedCandle[] {
    return candles.filter(
      ({ timeframe, candle }) =>
        candle.openAt > (this.seenOf(i, timeframe) ?? Infinity) + timeframes[timeframe],
    );
  }

  seenOf(i: number, timeframe: Timeframe): Timestamp | undefined {
    return this.seen.get(this.keyOf(i, timeframe)) as Timestamp | undefined;
  }

  /** Put together once: a text that is made anew is hashed anew. */
  private keyOf(i: number, timeframe: Timeframe): string {
    const keys = this.keys[i]!;
    return (keys[timeframe] ??= `${i}:${timeframe}`);
  }

  /** Puts what the sub-ledger holds, and its equity and exposures at the last prices, onto the desk. */
  mark({ cash, positions, cashes, holdings }: Held): void {
    const desk = this.#desk;
    for (let i = 0; i < positions.length; i += 1) {
      desk.positions[i] = positions[i]!;
      if (cashes !== undefined) desk.cashes[i] = cashes[i]!;
      if (holdings !== undefined) desk.holdings[i] = holdings[i]!;
    }
    this.cash = cash;
    this.reprice();
  }

  /** Equity and exposures of what was marked last, at the prices since. */
  reprice(): void {
    const desk = this.#desk;
    const equity = this.equity();
    desk.equity = equity;
    for (let i = 0; i < desk.exposures.length; i += 1) desk.exposures[i] = this.exposure(i, equity);
  }

  /** Of what was marked last, at the last prices. */
  equity(): number {
    const { priced, last } = this;
    const { positions } = this.#desk;
    let equity = this.cash;
    for (let i = 0; i < priced.length; i += 1) {
      const held = positions[i]!;
      if (held !== 0) equity += held * last[priced[i]!]!;
    }
    return equity;
  }

  /** Of `equity`, at the last price. */
  exposure(i: number, equity: number): number {
    const held = this.#desk.positions[i]!;
    return held === 0 || !(equity > 0) ? 0 : (held * this.last[this.priced[i]!]!) / equity;
  }

  /** Of every instrument that has traded: the book's best where it is known and sane, the last price otherwise. */
  marks(): Marks {
    const marks: Record<string, Mark> = {};
    for (const [i, id] of this.instruments.entries()) {
      const last = this.last[i]!;
      if (!(last > 0)) continue;
      const { bid, ask } = this.#desk.quotes[i]!;
      const quoted = bid > 0 && ask >= bid;
      marks[id] = {
        last: fromFloat(last, "last") as Price,
        bid: fromFloat(quoted ? bid : last, "bid") as Price,
        ask: fromFloat(quoted ? ask : last, "ask") as Price,
      };
    }
    return marks;
  }
}

export const endOf = (timeframe: Timeframe, candle: Candle): Timestamp =>
  (candle.openAt + timeframes[timeframe]) as Timestamp;

/** Too old to act upon: another candle has closed since. */
export const isLate = (timeframe: Timeframe, candle: Candle, now: Timestamp): boolean =>
  endOf(timeframe, candle) + timeframes[timeframe] <= now;
