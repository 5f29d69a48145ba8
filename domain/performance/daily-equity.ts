/**
 * Daily returns of an equity curve: the last equity of each UTC day over that of the day before, the default on which
 * Shoal reports. A day without a point keeps the equity of the day before, so its return is 0.
 */
import { Invalid } from "../values/invalid.ts";
import type { Numbers } from "./moments.ts";
import type { ReturnSeries } from "./return-metrics.ts";

const DAY_MS = 86_400_000;

/** One step more than this many days is taken for a wrong time. */
const DAYS_MAX = 100_000;

/**
 * `at` in ms, rising; `equity` above 0 as long as there is any. The first day is compared with `start`, the equity before
 * the first point (unless given, the first point itself). Each return is labelled by the start of its day.
 */
export const dailyReturns = (
  at: Numbers,
  equity: Numbers,
  start = equity[0] ?? NaN,
): Required<ReturnSeries> => {
  const returns: number[] = [];
  const days: number[] = [];
  let before = start;
  for (let i = 0; i < at.length; i += 1) {
    if (i > 0 && !(at[i]! >= at[i - 1]!))
      throw new Invalid(`at[${i}]`, "a time not before the one before", at[i]);
    const day = Math.floor(at[i]! / DAY_MS);
    const next = i + 1 < at.length ? Math.floor(at[i + 1]! / DAY_MS) : day + 1;
    if (next - day > DAYS_MAX) throw new Invalid(`at[${i + 1}]`, `at most ${DAYS_MAX} days later`, at[i + 1]);
    for (let each = day; each < next; each += 1) {
      returns.push(before > 0 ? equity[i]! / before - 1 : 0);
      days.push(each * DAY_MS);
      before = equity[i]!;
    }
  }
  return { returns, at: days };
};

/** Returns of any finer step compounded to UTC days; `at` is when each ended, and midnight ends the day before. */
export const compoundDaily = (returns: Numbers, at: Numbers): Required<ReturnSeries> => {
  const equity = new Float64Array(returns.length);
  let wealth = 1;
  for (let i = 0; i < returns.length; i += 1) equity[i] = wealth *= 1 + returns[i]!;
  return dailyReturns(
    Float64Array.from(at, (end) => end - 1),
    equity,
    1,
  );
};
