/** A candle, the timeframes, and the grid of time they stand on (epoch-aligned UTC; weeks begin on Monday). */
import { Invalid } from "../values/invalid.ts";
import type { Timestamp } from "../values/values.ts";

export interface Candle {
  readonly openAt: Timestamp;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Base units. */
  readonly volume: number;
  /** Number of trades in it; 0 when the source does not tell. */
  readonly trades: number;
  /** False while trades may still fall into it. Strategies only ever see final candles. */
  readonly final: boolean;
}

const MINUTE = 60_000;
export const timeframes = {
  "1m": MINUTE,
  "3m": 3 * MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": 60 * MINUTE,
  "2h": 120 * MINUTE,
  "4h": 240 * MINUTE,
  "6h": 360 * MINUTE,
  "8h": 480 * MINUTE,
  "12h": 720 * MINUTE,
  "1d": 1_440 * MINUTE,
  "1w": 10_080 * MINUTE,
} as const;

export type Timeframe = keyof typeof timeframes;

/** The Monday before the epoch's first Thursday: weeks are counted from it. */
const WEEK_ORIGIN = -3 * 86_400_000;

export const timeframe = (text: string, field = "timeframe"): Timeframe => {
  if (Object.hasOwn(timeframes, text)) return text as Timeframe;
  throw new Invalid(field, `one of ${Object.keys(timeframes).join(", ")}`, text);
};

/** The open time of the candle that `at` falls into. */
export const openOf = (at: Timestamp, frame: Timeframe): Timestamp => {
  const span = timeframes[frame];
  const origin = frame === "1w" ? WEEK_ORIGIN : 0;
  return (at - ((((at - origin) % span) + span) % span)) as Timestamp;
};
