/**
 * What an indicator is: one declaration with its name, inputs, parameters, lookback, outputs, and a way to start a
 * calculation. Everything else (streaming, batch, saving, command line, documentation) follows from it.
 */
export const columns = ["openAt", "open", "high", "low", "close", "volume"] as const;
/** Of candles. `openAt` is in ms; the others are those of `Candle`. */
export type Column = (typeof columns)[number];

export interface Input {
  readonly name: string;
  /** What it reads when nothing else is said. */
  readonly column: Column;
  /** Whether any other series may stand in for it. */
  readonly any: boolean;
}

export interface WholeParam {
  readonly kind: "integer";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  readonly about: string;
}

export interface RealParam extends Omit<WholeParam, "kind"> {
  readonly kind: "real";
}

export interface ChoiceParam {
  readonly kind: "choice";
  readonly choices: readonly string[];
  readonly default: string;
  readonly about: string;
}

/** The same shapes as a strategy's genes, so that a search can turn them. */
export type Param = WholeParam | RealParam | ChoiceParam;
export type ParamSet = Readonly<Record<string, Param>>;
export type Values<G extends ParamSet = ParamSet> = {
  readonly [K in keyof G]: G[K] extends ChoiceParam
    ? string
    : G[K] extends WholeParam | RealParam
      ? number
      : never;
};
export type AnyValues = Readonly<Record<string, number | string>>;

/**
 * The running part. Its state lives in its own fields: numbers, booleans, Float64Arrays, and parts or lists of
 * parts made likewise. So it can be saved without a word of its own (`state.ts`).
 */
export interface Calculation {
  /** One row of inputs in, one row of outputs out; NaN where there is none. Allocates nothing. */
  step(inputs: Float64Array, outputs: Float64Array): void;
  /** `step` for each row of whole columns, bit for bit: for those of which a loop of their own is worth it. */
  over?(inputs: readonly Float64Array[], outputs: readonly Float64Array[]): void;
}

export const groups = [
  "average",
  "oscillator",
  "trend",
  "volatility",
  "volume",
  "statistic",
  "price",
  "cycle",
  "pattern",
  "level",
  "breadth",
] as const;
export type Group = (typeof groups)[number];

interface Shape<P> {
  /** Lower case, as TA-Lib's users know it. */
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  readonly inputs: readonly Input[];
  readonly outputs: readonly string[];
  /** The calendar or the market decides when values begin: `lookback` is only the least. */
  readonly late?: boolean;
  /** How many rows give no value before the first that does. */
  lookback(params: P): number;
  start(params: P): Calculation;
}

export interface Declaration extends Shape<AnyValues> {
  readonly params: ParamSet;
}

/** Checks a declaration's types: `lookback` and `start` see each parameter as a number or a text. */
export const declare = <const G extends ParamSet>(
  shape: Shape<Values<G>> & { readonly params: G },
): Declaration => shape;

export const whole = (fallback: number, min: number, max: number, about: string): WholeParam => ({
  kind: "integer",
  default: fallback,
  min,
  max,
  unit: "candles",
  about,
});

export const real = (fallback: number, min: number, max: number, unit: string, about: string): RealParam => ({
  kind: "real",
  default: fallback,
  min,
  max,
  unit,
  about,
});

export const choice = (fallback: string, choices: readonly string[], about: string): ChoiceParam => ({
  kind: "choice",
  choices,
  default: fallback,
  about,
});

/** Longest window of any indicator, in candles. */
export const LENGTH_MAX = 100_000;

export const period = (fallback: number, min = 2, about = "Length of the window."): WholeParam =>
  whole(fallback, min, LENGTH_MAX, about);

/** One series of any kind. */
export const series: readonly Input[] = [{ name: "series", column: "close", any: true }];

/** Two series of any kind. */
export const twoSeries: readonly Input[] = [
  { name: "series0", column: "close", any: true },
  { name: "series1", column: "volume", any: true },
];

export const of = (...names: readonly Column[]): readonly Input[] =>
  names.map((name) => ({ name, column: name, any: false }));
