/**
 * Recursive analysis of an indicator: how far its value depends on where the calculation began. At each of several candles
 * the value after all earlier candles stands beside the one after only the last so many ("startup candles", as freqtrade calls
 * them). A window forgets; an exponential average fades; what sums from the first candle on never agrees.
 */
import { batch } from "../../domain/indicators/batch.ts";
import type { AnyValues, Declaration } from "../../domain/indicators/declaration.ts";
import { momentsOf } from "../../domain/performance/moments.ts";
import { Invalid } from "../../domain/values/invalid.ts";

export interface Startup {
  /** Candles that the calculation was given, the judged one included. */
  readonly candles: number;
  /** At the last candle; NaN where the indicator says nothing yet. */
  readonly value: number;
  /** Off the full value, in percent of it, at the last candle; NaN where that is 0 or there is none. */
  readonly percent: number;
  /** The largest distance at any judged candle, in deviations of the figure there; Infinity where only one of the two is a value. */
  readonly off: number;
}

export interface RecursiveOutput {
  readonly output: string;
  /** At the last candle, after all candles. */
  readonly value: number;
  readonly startups: readonly Startup[];
  /** The fewest of the startup candles from which on all agree within the tolerance; null where the most do not. */
  readonly needs: number | null;
}

export interface RecursivePlan {
  /** Numbers of candles to begin with, rising. */
  readonly startups: readonly number[];
  /** Candles judged, evenly over the second half of those that the longest startup leaves; the last is one. */
  readonly points: number;
  /** Largest `off` that counts as equal. */
  readonly tolerance: number;
}

/** Candles whose figures say how much the figure usually moves. */
const SPREAD_CANDLES = 500;

export const recursiveIndicator = (
  declaration: Declaration,
  params: AnyValues,
  inputs: readonly Float64Array[],
  plan: RecursivePlan,
): readonly RecursiveOutput[] => {
  const count = inputs[0]?.length ?? 0;
  const ends = judgedCandles(count, plan);
  const full = batch(declaration, params, inputs);
  const short = plan.startups.map((startup) =>
    ends.map((end) =>
      batch(
        declaration,
        params,
        inputs.map((column) => column.subarray(end - startup, end)),
      ).map((column) => column[startup - 1]!),
    ),
  );
  return declaration.outputs.map((output, k) => {
    const column = full[k]!;
    const spreads = ends.map((end) => spreadOf(column, end));
    const startups = plan.startups.map((candles, i) => {
      const values = short[i]!.map((found) => found[k]!);
      const value = values.at(-1)!;
      const whole = column[count - 1]!;
      const offs = values.map((each, at) => offOf(each, column[ends[at]! - 1]!, spreads[at]!));
      return { candles, value, percent: percentOf(value, whole), off: Math.max(...offs) };
    });
    return { output, value: column[count - 1]!, startups, needs: needsOf(startups, plan.tolerance) };
  });
};

/** Ends (exclusive) of the stretches judged, rising; the last is the end of all candles. */
export const judgedCandles = (count: number, { startups, points }: RecursivePlan): readonly number[] => {
  const most = Math.max(...startups);
  if (startups.some((each, i) => !Number.isInteger(each) || each < 1 || (i > 0 && each <= startups[i - 1]!)))
    throw new Invalid("startups", "whole numbers from 1, rising", startups.join(","));
  if (!Number.isInteger(points) || points < 1) throw new Invalid("points", "a whole number from 1", points);
  // As many candles again stand before, so that "all earlier candles" means something else than the startup.
  if (count < 2 * most)
    throw new Invalid("candles", `at least ${2 * most}, twice the most startup candles`, count);
  const first = Math.max(2 * most, Math.ceil(count / 2));
  const ends = Array.from({ length: points }, (_, i) =>
    points === 1 ? count : Math.round(first + ((count - first) * i) / (points - 1)),
  );
  return [...new Set(ends)];
};

export const percentOf = (value: number, whole: number): number =>
  whole === 0 ? NaN : ((value - whole) / Math.abs(whole)) * 100;

const spreadOf = (column: Float64Array, end: number): number =>
  momentsOf(column.subarray(Math.max(0, end - SPREAD_CANDLES), end).filter((value) => !Number.isNaN(value)))
    .deviation;

const offOf = (value: number, whole: number, spread: number): number => {
  if (Number.isNaN(value) || Number.isNaN(whole))
    return Number.isNaN(value) && Number.isNaN(whole) ? 0 : Infinity;
  const difference = Math.abs(value - whole);
  // Sums over a window of another beginning differ by rounding.
  if (difference <= 1e-9 * Math.max(Math.abs(value), Math.abs(whole))) return 0;
  return spread > 0 ? difference / spread : Infinity;
};

const needsOf = (startups: readonly Startup[], tolerance: number): number | null => {
  let needs: number | null = null;
  for (const { candles, off } of startups)
    if (off > tolerance) needs = null;
    else needs ??= candles;
  return needs;
};
