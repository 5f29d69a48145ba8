/** Writes what the market told to the tick store, and answers for what it holds. */
import * as v from "valibot";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Trade } from "../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";
import { command, contract, nothing, query } from "./contract.ts";
import { instrumentId, parser, timeframeName, timeMs } from "./parsers.ts";

export interface Range {
  readonly instrument: InstrumentId;
  readonly from: Timestamp;
  readonly to: Timestamp;
  readonly limit: number;
}

export interface RecorderView {
  readonly written: number;
  readonly queued: number;
  readonly dropped: number;
  readonly refused: number;
}

const limit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));
const range = { instrument: instrumentId, from: timeMs, to: timeMs, limit };

export const RecorderContract = contract({
  kind: "recorder",
  answers: {
    trades: query<Range, readonly Trade[]>(parser(v.object(range))),
    candles: query<Range & { readonly timeframe: Timeframe }, readonly Candle[]>(
      parser(v.object({ ...range, timeframe: timeframeName })),
    ),
    flush: command<void, undefined>(nothing),
    inspect: query<void, RecorderView>(nothing),
  },
  tells: {},
});
