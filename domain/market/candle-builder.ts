/**
 * Candles of one timeframe from trades.
 *
 * Volume is summed in whole lots, so that it is the double nearest to the exact decimal sum whatever the
 * number of trades. A candle without trades is absent, never invented. A candle once told as final never
 * changes: a trade repeated, out of order (by id) or too late for its candle is left out and counted.
 */
import { Invalid } from "../values/invalid.ts";
import { type Decimal, timestamp, type Timestamp, toFloat } from "../values/values.ts";
import { type Candle, openOf, type Timeframe, timeframes } from "./candle.ts";
import type { Trade } from "./tick.ts";

/** Beyond this the running sum of lots moves into a bigint, so that adding to it stays exact. */
export const LOTS_SPILL = 2 ** 52;

/** Trades in a row of one candle. */
export class Gathered {
  high = -Infinity;
  low = Infinity;
  close = NaN;
  /** At most `LOTS_SPILL`. */
  lots = 0;
  trades = 0;

  clear(): void {
    this.high = -Infinity;
    this.low = Infinity;
    this.lots = this.trades = 0;
  }
}

export class CandleBuilder {
  readonly timeframe: Timeframe;
  /** Trades left out. */
  ignored = 0;
  private readonly spanMs: number;
  private readonly lotSize: Decimal;
  /** lotSize = multiple / divisor, both exact as doubles. */
  private readonly multiple: number;
  private readonly divisor: number;
  private lastId = -1;
  /** Trades before this belong to candles already told. */
  private floorAt = -Infinity;
  private endAt = -Infinity;
  private open = 0;
  private high = 0;
  private low = 0;
  private close = 0;
  private lots = 0;
  private spilledLots = 0n;
  /** Zero: no candle has begun. */
  private trades = 0;

  /** `lotSize`: base units a lot, as a 1e-18 decimal. Throws `Invalid` unless it is above zero. */
  constructor(lotSize: Decimal, timeframe: Timeframe) {
    if (lotSize <= 0n) throw new Invalid("lotSize", "a number above zero", lotSize);
    this.timeframe = timeframe;
    this.spanMs = timeframes[timeframe];
    this.lotSize = lotSize;
    let multiple = lotSize;
    let decimals = 18;
    for (; decimals > 0 && multiple % 10n === 0n; decimals -= 1) multiple /= 10n;
    this.multiple = Number(multiple);
    this.divisor = Number(10n ** BigInt(decimals));
  }

  /** Open time of the first candle that may still change; trades before it are too late. */
  get openFrom(): number {
    return this.floorAt;
  }

  /** First moment after the candle in the making; -Infinity while nothing has traded in it. */
  get openUntil(): number {
    return this.trades === 0 ? -Infinity : this.endAt;
  }

  lotsOf(quantity: number): number {
    return Math.round((quantity * this.divisor) / this.multiple);
  }

  /** The candle that this trade closed, if it did. */
  push(trade: Trade): Candle | undefined {
    return this.pushLots(trade, this.lotsOf(trade.quantity));
  }

  /** The same for a trade whose quantity is known as a whole number of lots. */
  pushLots(trade: Pick<Trade, "id" | "at" | "price">, lots: number): Candle | undefined {
    if (!(trade.id > this.lastId) || !(trade.at >= this.floorAt)) {
      this.ignored += 1;
      return undefined;
    }
    this.lastId = trade.id;
    const closed = this.closeBefore(trade.at);
    const { price } = trade;
    if (this.trades === 0) {
      this.floorAt = openOf(trade.at, this.timeframe);
      this.endAt = this.floorAt + this.spanMs;
      this.open = this.high = this.low = price;
    } else {
      if (price > this.high) this.high = price;
      if (price < this.low) this.low = price;
    }
    this.close = price;
    this.trades += 1;
    this.addLots(lots);
    return closed;
  }

  /** Trades that all lie in the candle in the making, which has begun. */
  add({ high, low, close, lots, trades }: Gathered): void {
    if (high > this.high) this.high = high;
    if (low < this.low) this.low = low;
    this.close = close;
    this.trades += trades;
    this.addLots(lots);
  }

  /** Closes the candle when market time has passed its end (`at` is the first moment after it, or later). */
  closeBefore(at: Timestamp): Candle | undefined {
    if (this.trades === 0 || at < this.endAt) return undefined;
    const closed = this.current(true);
    this.floorAt = this.endAt;
    this.trades = this.lots = 0;
    this.spilledLots = 0n;
    return closed;
  }

  /** The candle in the making; undefined when nothing has traded in it. */
  current(final = false): Candle | undefined {
    if (this.trades === 0) return undefined;
    return {
      openAt: timestamp(this.floorAt),
      open: this.open,
      high: this.high,
      low: this.low,
      close: this.close,
      volume: this.volume(),
      trades: this.trades,
      final,
    };
  }

  private addLots(lots: number): void {
    this.lots += lots;
    if (this.lots > LOTS_SPILL) {
      this.spilledLots += BigInt(this.lots);
      this.lots = 0;
    }
  }

  /** One division of two exact doubles rounds correctly; what does not fit goes through the exact decimal. */
  private volume(): number {
    const units = this.lots * this.multiple;
    if (this.spilledLots === 0n && units <= Number.MAX_SAFE_INTEGER) return units / this.divisor;
    return toFloat((this.spilledLots + BigInt(this.lots)) * this.lotSize);
  }
}
