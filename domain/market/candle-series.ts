/**
 * Candles of one instrument in several timeframes at once. One trade goes in; every candle it closed comes
 * out, smallest timeframe first. A trade is in all timeframes or in none, so that the small candles of an
 * hour always add up to the hour's.
 */
import type { Decimal, Timestamp } from "../values/values.ts";
import { type Candle, type Timeframe, timeframes } from "./candle.ts";
import { CandleBuilder } from "./candle-builder.ts";
import type { Trade } from "./tick.ts";

export interface ClosedCandle {
  readonly timeframe: Timeframe;
  readonly candle: Candle;
}

const NONE: readonly ClosedCandle[] = [];

export class CandleSeries {
  /** Trades left out: repeated, out of order or too late. */
  ignored = 0;
  private readonly builders: readonly CandleBuilder[];
  private lastId = -1;
  private floorAt = -Infinity;

  /** `lotSize`: base units a lot, as a 1e-18 decimal. */
  constructor(lotSize: Decimal, wanted: Iterable<Timeframe>) {
    this.builders = [...new Set(wanted)]
      .sort((a, b) => timeframes[a] - timeframes[b])
      .map((timeframe) => new CandleBuilder(lotSize, timeframe));
  }

  /** The candles that this trade closed. */
  push(trade: Trade): readonly ClosedCandle[] {
    if (!(trade.id > this.lastId) || !(trade.at >= this.floorAt)) {
      this.ignored += 1;
      return NONE;
    }
    this.lastId = trade.id;
    let closed: ClosedCandle[] | undefined;
    for (const builder of this.builders) {
      const candle = builder.push(trade);
      if (candle !== undefined) (closed ??= []).push({ timeframe: builder.timeframe, candle });
      if (builder.openFrom > this.floorAt) this.floorAt = builder.openFrom;
    }
    return closed ?? NONE;
  }

  /** Closes every candle whose end market time has passed. */
  closeBefore(at: Timestamp): readonly ClosedCandle[] {
    let closed: ClosedCandle[] | undefined;
    for (const builder of this.builders) {
      const candle = builder.closeBefore(at);
      if (candle !== undefined) (closed ??= []).push({ timeframe: builder.timeframe, candle });
      if (builder.openFrom > this.floorAt) this.floorAt = builder.openFrom;
    }
    return closed ?? NONE;
  }

  /** The candle in the making, not final; undefined when nothing has traded in it or the timeframe is not kept. */
  current(timeframe: Timeframe): Candle | undefined {
    return this.builders.find((builder) => builder.timeframe === timeframe)?.current();
  }
}
