/**
 * Does a column of features know the candles after it? Its rank correlation with the return of each of the next candles is
 * set against the same under circular shifts, which keep how both depend on their own past. A small one may be an edge; one
 * larger than any market gives, or a value that is a later candle's to the digit, is look-ahead. What leaks otherwise (a future
 * volatility, a scale of the whole data) is found by computing again on cut data: cut-data.ts.
 */
import { holm } from "../../domain/performance/holm.ts";
import type { Numbers } from "../../domain/performance/moments.ts";
import { normalProbability } from "../../domain/performance/normal.ts";
import { Chance } from "../../domain/values/chance.ts";
import { ranksOf } from "./ranks.ts";

export interface Feature {
  readonly name: string;
  /** One a candle, known at its close; NaN where there is none. */
  readonly values: Float64Array;
}

export interface ForesightPlan {
  /** How many candles ahead, from 1. */
  readonly horizon: number;
  readonly shifts: number;
  readonly seed: number | string;
  /** Effect from which on it is look-ahead rather than an edge. */
  readonly limit: number;
}

export interface Ahead {
  /** Candles after the one at whose close the feature is known; the return is that of this one candle. */
  readonly candles: number;
  /** Rank correlation, of a column of two values the rank-biserial one: -1 to 1. */
  readonly effect: number;
  readonly pValue: number;
  /** By Holm over all columns, forms and horizons. */
  readonly adjusted: number;
}

export type Verdict = "biased" | "suspicious" | "none found";

export interface Foresight {
  readonly name: string;
  readonly rows: number;
  /** What showed the most: the values, or their changes (for prices and other levels). */
  readonly form: "value" | "change";
  readonly ahead: readonly Ahead[];
  /** A column of a later candle that it equals, such as "close 1 later"; null for none. */
  readonly equals: string | null;
  readonly verdict: Verdict;
}

export type FutureColumns = Readonly<Record<"open" | "high" | "low" | "close" | "volume", Float64Array>>;

/** A finding below this adjusted p-value is more than chance. */
const LEVEL = 0.05;
/** Share of the rows that must be a later candle's. */
const EQUAL_SHARE = 0.9;
/** Rows below which nothing is said. */
const ROWS_MIN = 100;

export const foresight = (
  features: readonly Feature[],
  candles: FutureColumns,
  { horizon, shifts, seed, limit }: ForesightPlan,
): readonly Foresight[] => {
  const { close } = candles;
  const returns = close.map((price, t) => (t === 0 ? NaN : Math.log(price / close[t - 1]!)));
  const forms = features.flatMap(({ name, values }) => [
    { name, form: "value" as const, values },
    { name, form: "change" as const, values: values.map((value, t) => value - (values[t - 1] ?? NaN)) },
  ]);
  const found = forms.map(({ name, form, values }) => ({
    form,
    ahead: aheadOf(values, returns, { horizon, shifts, chance: new Chance(seed).fork(`${name}/${form}`) }),
  }));
  const adjusted = holm(found.flatMap(({ ahead }) => ahead.map(({ pValue }) => pValue)));
  return features.map(({ name, values }, i) => {
    const judged = [2 * i, 2 * i + 1].map((at) => ({
      form: found[at]!.form,
      ahead: found[at]!.ahead.map((each, h) => ({ ...each, adjusted: adjusted[at * horizon + h]! })),
    }));
    const [first, second] = judged as [(typeof judged)[number], (typeof judged)[number]];
    const { form, ahead } = strength(second.ahead) > strength(first.ahead) ? second : first;
    const equals = equalTo(values, candles, horizon);
    const rows = values.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0);
    return { name, rows, form, ahead, equals, verdict: verdictOf(ahead, equals, limit) };
  });
};

const strength = (ahead: readonly Ahead[]): number =>
  Math.max(...ahead.map(({ effect, adjusted }) => (adjusted <= LEVEL ? Math.abs(effect) : 0)));

const verdictOf = (ahead: readonly Ahead[], equals: string | null, limit: number): Verdict => {
  if (equals !== null || strength(ahead) >= limit) return "biased";
  return strength(ahead) > 0 ? "suspicious" : "none found";
};

interface AheadPlan {
  readonly horizon: number;
  readonly shifts: number;
  readonly chance: Chance;
}

const aheadOf = (
  values: Float64Array,
  returns: Float64Array,
  { horizon, shifts, chance }: AheadPlan,
): readonly Omit<Ahead, "adjusted">[] =>
  Array.from({ length: horizon }, (_, i) => {
    const candles = i + 1;
    const x: number[] = [];
    const y: number[] = [];
    for (let t = 0; t + candles < values.length; t += 1)
      if (Number.isFinite(values[t]) && Number.isFinite(returns[t + candles])) {
        x.push(values[t]!);
        y.push(returns[t + candles]!);
      }
    const { effect, pValue } = rankTest(x, y, shifts, chance);
    return { candles, effect, pValue };
  });

/** Two-sided; NaN where there are few rows or nothing varies. */
const rankTest = (
  x: Numbers,
  y: Numbers,
  shifts: number,
  chance: Chance,
): { readonly effect: number; readonly pValue: number } => {
  const count = x.length;
  if (count < ROWS_MIN) return { effect: NaN, pValue: NaN };
  const a = ranksOf(x);
  const b = ranksOf(y);
  const norm = Math.sqrt(squares(a) * squares(b));
  if (norm === 0) return { effect: NaN, pValue: NaN };
  const observed = shifted(a, b, 0) / norm;
  let square = 0;
  for (let i = 0; i < shifts; i += 1)
    // Not near 0, where the shifted pairs are nearly those observed.
    square += (shifted(a, b, Math.floor(count * (0.1 + 0.8 * chance.next()))) / norm) ** 2;
  const deviation = Math.sqrt(square / shifts);
  return {
    effect: biserial(a, b) ?? observed,
    pValue: 2 * normalProbability(-Math.abs(observed) / deviation),
  };
};

/** Of a column of two values: difference of the mean ranks over half the count; undefined for any other. */
const biserial = (a: Float64Array, b: Float64Array): number | undefined => {
  let low = Infinity;
  let high = -Infinity;
  for (const rank of a) {
    if (rank < low) low = rank;
    if (rank > high) high = rank;
  }
  let ones = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) {
    if (a[i] === high) {
      ones += 1;
      sum += b[i]!;
    } else if (a[i] !== low) return undefined;
  }
  const zeros = a.length - ones;
  // Ranks are centred: those of the others sum to minus those of the ones.
  return ((sum / ones + sum / zeros) * 2) / a.length;
};

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

const shifted = (a: Float64Array, b: Float64Array, by: number): number => {
  const count = a.length;
  let sum = 0;
  for (let i = 0; i < count - by; i += 1) sum += a[i]! * b[i + by]!;
  for (let i = count - by; i < count; i += 1) sum += a[i]! * b[i + by - count]!;
  return sum;
};

/** Rows where nothing changes say nothing: an open that is the close before is no look-ahead. */
const equalTo = (values: Float64Array, candles: FutureColumns, horizon: number): string | null => {
  for (let ahead = 1; ahead <= horizon; ahead += 1)
    for (const name of ["close", "high", "low", "open", "volume"] as const) {
      const column = candles[name];
      let equal = 0;
      let known = 0;
      for (let t = 0; t + ahead < values.length; t += 1) {
        if (!Number.isFinite(values[t]) || column[t + ahead] === column[t]) continue;
        if (name === "open" && values[t] === candles.close[t]) continue;
        known += 1;
        if (values[t] === column[t + ahead]) equal += 1;
      }
      if (known >= ROWS_MIN && equal >= EQUAL_SHARE * known) return `${name} ${ahead} later`;
    }
  return null;
};
