/**
 * Candles of one instrument in several timeframes at once. One trade goes in; every candle it closed comes
 * out, smallest timeframe first. A trade is in all timeframes or in none, so that the small candles of an
 * hour always add up to the hour's. Trades that can close nothing are gathered, and go into all timeframes
 * together when somebody looks.
 */
import type { Decimal, Timestamp } from "../values/values.ts";
import { type Candle, type Timeframe, timeframes } from "./candle.ts";
import { CandleBuilder, Gathered, LOTS_SPILL } from "./candle-builder.ts";
import type { Trade } from "./tick.ts";

export interface ClosedCandle {
  readonly timeframe: Timeframe;
  readonly candle: Candle;
}

const NONE: readonly ClosedCandle[] = [];

export class CandleSeries {
  /** Trades left out: repeated, out of order or too late. */
  ignored = 0;
  /** Later ones are taken, of an id above and a time not below these. */
  lastId = -1;
  floorAt = -Infinity;
  /** No candle ends before, and in every timeframe one has begun. */
  quietUntil = -Infinity;
  private readonly builders: readonly CandleBuilder[];
  private readonly gathered = new Gathered();

  /** `lotSize`: base units a lot, as a 1e-18 decimal. */
  constructor(lotSize: Decimal, wanted: Iterable<Timeframe>) {
    this.builders = [...new Set(wanted)]
      .sort((a, b) => timeframes[a] - timeframes[b])
      .map((timeframe) => new CandleBuilder(lotSize, timeframe));
  }

  /** The candles that this trade closed. */
  push(trade: Trade): readonly ClosedCandle[] {
    return this.pushLots(trade, this.builders[0]?.lotsOf(trade.quantity) ?? 0);
  }

  /** The same for a trade whose quantity is known as a whole number of lots. */
  pushLots(trade: Pick<Trade, "id" | "at" | "price">, lots: number): readonly ClosedCandle[] {
    const { id, at, price } = trade;
    if (!(id > this.lastId) || !(at >= this.floorAt)) {
      this.ignored += 1;
      return NONE;
    }
    this.lastId = id;
    const { gathered } = this;
    if (!(at < this.quietUntil) || gathered.lots + lots > LOTS_SPILL) return this.pass(trade, lots);
    if (price > gathered.high) gathered.high = price;
    if (price < gathered.low) gathered.low = price;
    gathered.close = price;
    gathered.lots += lots;
    gathered.trades += 1;
    return NONE;
  }

  /** Several at once, the last of id `lastId`: none ends a candle, and all would be taken. */
  gather(more: Gathered, lastId: number): void {
    const { gathered } = this;
    if (gathered.lots + more.lots > LOTS_SPILL) this.settle();
    this.lastId = lastId;
    if (more.high > gathered.high) gathered.high = more.high;
    if (more.low < gathered.low) gathered.low = more.low;
    gathered.close = more.close;
    gathered.lots += more.lots;
    gathered.trades += more.trades;
  }

  /** When the next candle ends that has begun; Infinity while none has. */
  get closesAt(): number {
    if (this.quietUntil > -Infinity) return this.quietUntil;
    let next = Infinity;
    for (const { openUntil } of this.builders) if (openUntil > -Infinity) next = Math.min(next, openUntil);
    return next;
  }

  /** Closes every candle whose end market time has passed. */
  closeBefore(at: Timestamp): readonly ClosedCandle[] {
    if (at < this.quietUntil) return NONE;
    this.settle();
    let closed: ClosedCandle[] | undefined;
    for (const builder of this.builders) {
      const candle = builder.closeBefore(at);
      if (candle !== undefined) (closed ??= []).push({ timeframe: builder.timeframe, candle });
      if (builder.openFrom > this.floorAt) this.floorAt = builder.openFrom;
    }
    this.lookAhead();
    return closed ?? NONE;
  }

  /** The candle in the making, not final; undefined when nothing has traded in it or the timeframe is not kept. */
  current(timeframe: Timeframe): Candle | undefined {
    this.settle();
    return this.builders.find((builder) => builder.timeframe === timeframe)?.current();
  }

  private pass(trade: Pick<Trade, "id" | "at" | "price">, lots: number): readonly ClosedCandle[] {
    this.settle();
    let closed: ClosedCandle[] | undefined;
    for (const builder of this.builders) {
      const candle = builder.pushLots(trade, lots);
      if (candle !== undefined) (closed ??= []).push({ timeframe: builder.timeframe, candle });
      if (builder.openFrom > this.floorAt) this.floorAt = builder.openFrom;
    }
    this.lookAhead();
    return closed ?? NONE;
  }

  /** What was gathered becomes part of the candles. */
  private settle(): void {
    const { gathered } = this;
    if (gathered.trades === 0) return;
    for (const builder of this.builders) builder.add(gathered);
    gathered.clear();
  }

  private lookAhead(): void {
    let until = Infinity;
    for (const builder of this.builders) until = Math.min(until, builder.openUntil);
    this.quietUntil = until;
  }
}
