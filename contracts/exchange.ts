/** One venue's public side: metadata, history, and how its streams are. Market data leaves on the market road. */
import * as v from "valibot";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";
import { command, contract, event, nothing, query } from "./contract.ts";
import { instrumentId, parser, timeframeName, timeMs } from "./parsers.ts";

export interface CandlesWanted {
  readonly instrument: InstrumentId;
  readonly timeframe: Timeframe;
  readonly since: Timestamp;
  readonly limit: number;
  /** The market's time as the asker knows it: what ended before is final, also for an exchange actor that heard no time yet. */
  readonly at: Timestamp;
}

export interface ExchangeView {
  readonly venue: string;
  readonly instruments: number;
  readonly trades: number;
  readonly quotes: number;
  readonly books: number;
  readonly clockOffsetMs: number;
  readonly streams: readonly { stream: string; lastAt: number; reconnects: number; gapsFilled: number }[];
  readonly breakers: readonly { class: string; state: string; openings: number }[];
  /** How often the venue asked to slow down (429, 418), and how often it shut the address out (418). */
  readonly slowDowns: { readonly slowed: number; readonly banned: number };
}

const candlesWanted = parser(
  v.object({
    instrument: instrumentId,
    timeframe: timeframeName,
    since: timeMs,
    limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5_000)),
    at: timeMs,
  }),
);

export const ExchangeContract = contract({
  kind: "exchange",
  answers: {
    instruments: query<void, readonly Instrument[]>(nothing),
    /** Asks the venue anew what it lists; differences are told as `instrumentChanged`. */
    refresh: command<void, undefined>(nothing),
    candles: query<CandlesWanted, readonly Candle[]>(candlesWanted),
    /** Streams of an instrument begin with the first who listens. May be asked again at any time. */
    listen: command<{ readonly instrument: InstrumentId }, undefined>(
      parser(v.object({ instrument: instrumentId })),
    ),
    /** How long ago, in ms, anything came from the market; 0 while nobody listens to it. */
    health: query<void, { readonly market: number }>(nothing),
    inspect: query<void, ExchangeView>(nothing),
  },
  /** `started`: it came up, here or on another node, and nobody listens yet. */
  tells: { instrumentChanged: event<Instrument>(), started: event<null>() },
});
