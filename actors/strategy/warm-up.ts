/**
 * The candles a trader must have seen before it trades: all of its instruments and timeframes in the order in which
 * they closed. A fresh trader gets its warm-up; one that resumes gets what closed since it was saved. What is too old
 * to act upon is told as late: the trader learns, and nothing is placed.
 */
import { ref } from "../../contracts/contract.ts";
import { ExchangeContract } from "../../contracts/exchange.ts";
import { SymbolContract } from "../../contracts/symbol.ts";
import { timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { ClosedCandle } from "../../domain/market/candle-series.ts";
import { marketOf, venueOf, type Instrument } from "../../domain/market/instrument.ts";
import { endOf, isLate, type MarketWindow } from "../../domain/portfolio/market-window.ts";
import type { Needs } from "../../domain/strategy/strategy.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";

const RESUMED_MAX = 1_000;

export interface WarmUp {
  readonly instruments: readonly InstrumentId[];
  readonly needs: Needs;
  readonly window: MarketWindow;
  readonly resumed: boolean;
  readonly now: Timestamp;
}

export const warmUp = async (
  wire: Wire,
  { instruments, needs, window, resumed, now }: WarmUp,
  feed: (i: number, timeframe: Timeframe, candle: Candle, late: boolean) => void,
): Promise<void> => {
  const told: { readonly i: number; readonly timeframe: Timeframe; readonly candle: Candle }[] = [];
  for (const [i, instrument] of instruments.entries())
    for (const timeframe of needs.timeframes) {
      const after = resumed ? window.seenOf(i, timeframe) : undefined;
      const limit = after === undefined ? needs.warmupCandles : RESUMED_MAX;
      const candles = await ref(wire, SymbolContract, marketOf(instrument)).history({
        timeframe,
        limit,
        ...(after === undefined ? {} : { after }),
      });
      for (const candle of candles) told.push({ i, timeframe, candle });
    }
  told.sort(
    (a, b) =>
      endOf(a.timeframe, a.candle) - endOf(b.timeframe, b.candle) ||
      timeframes[a.timeframe] - timeframes[b.timeframe] ||
      a.i - b.i,
  );
  for (const { i, timeframe, candle } of told) {
    if (!window.fresh(i, timeframe, candle)) continue;
    feed(i, timeframe, candle, !resumed || isLate(timeframe, candle, now));
  }
};

export interface Holes {
  readonly i: number;
  readonly instrument: InstrumentId;
  readonly window: MarketWindow;
  /** Candles that have come now, and do not follow the last one seen. */
  readonly before: readonly ClosedCandle[];
  readonly now: Timestamp;
}

/**
 * What closed in between: lost on the road, or a quiet market's nothing. Told are the timeframes for which nobody could say:
 * their later candles must wait, since with the next one the hole is asked for again.
 */
export const fillHoles = async (
  wire: Wire,
  { i, instrument, window, before, now }: Holes,
  feed: (i: number, timeframe: Timeframe, candle: Candle, late: boolean) => void,
): Promise<ReadonlySet<Timeframe>> => {
  const open = new Set<Timeframe>();
  for (const { timeframe, candle } of before)
    try {
      const wanted = {
        timeframe,
        limit: RESUMED_MAX,
        after: window.seenOf(i, timeframe)!,
        before: candle.openAt,
      };
      for (const missed of await ref(wire, SymbolContract, marketOf(instrument)).history(wanted))
        if (window.fresh(i, timeframe, missed)) feed(i, timeframe, missed, isLate(timeframe, missed, now));
    } catch (error) {
      open.add(timeframe);
      wire.log.warn(`${instrument}: ${timeframe} candles before ${candle.openAt} are still missing`, {
        error,
      });
    }
  return open;
};

export const instrumentsOf = async (
  wire: Wire,
  wanted: readonly InstrumentId[],
): Promise<readonly Instrument[]> => {
  const listed = new Map<string, Instrument>();
  for (const venue of new Set(wanted.map(venueOf)))
    for (const instrument of await ref(wire, ExchangeContract, venue).instruments())
      listed.set(instrument.id, instrument);
  return wanted.map((id) => {
    const instrument = listed.get(id);
    if (instrument === undefined) throw new Error(`${id} is not listed`);
    return instrument;
  });
};
