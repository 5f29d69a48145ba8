/** How long recorded candles are kept, by timeframe, and trades: `trades=30d,1m=90d,1h=5y,1d=forever`. What no rule names is kept. */
import { timeframe, timeframes, type Timeframe } from "../market/candle.ts";
import { Invalid } from "../values/invalid.ts";

const DAY_MS = timeframes["1d"];
const units: Readonly<Record<string, number>> = { d: DAY_MS, w: 7 * DAY_MS, m: 30 * DAY_MS, y: 365 * DAY_MS };

/** Ms by timeframe; Infinity is for ever. */
export type Kept = Timeframe | "trades";
export type Retention = ReadonlyMap<Kept, number>;

/** Months are of 30 days, years of 365. Throws `Invalid` for `field`. */
export const parseRetention = (text: string, field = "policy"): Retention => {
  const kept = new Map<Kept, number>();
  for (const rule of text.split(",").map((part) => part.trim())) {
    const match = /^(\w+)=(?:(\d+)([dwmy])|forever)$/.exec(rule);
    if (match === null) throw new Invalid(field, "rules such as 1m=90d,1h=5y,1d=forever", rule);
    const [, frame, count, unit] = match;
    const known = frame === "trades" ? frame : timeframe(frame!, field);
    if (kept.has(known)) throw new Invalid(field, "each timeframe once", known);
    kept.set(known, count === undefined ? Infinity : Number(count) * units[unit!]!);
  }
  return kept;
};

/** Whether a file whose last candle opens, or last trade was, at `to` is past its time: all of it ended longer ago than it is kept. */
export const isExpired = (
  { timeframe: frame, to }: { readonly timeframe: Kept; readonly to: number },
  retention: Retention,
  now: number,
): boolean => to + (frame === "trades" ? 0 : timeframes[frame]) + (retention.get(frame) ?? Infinity) <= now;
