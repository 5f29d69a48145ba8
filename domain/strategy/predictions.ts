/**
 * What a model says of a market from outside: when it was known, which way it looks and how sure it is. A strategy is shown the newest one
 * that was known by its time, so that none is looked ahead. The model itself may be anything.
 */
import { Invalid } from "../values/invalid.ts";

export interface Prediction {
  /** When it was known, ms. */
  readonly at: number;
  /** -1 surely down, 1 surely up. */
  readonly score: number;
  /** How far the model trusts it, 0 to 1. */
  readonly confidence: number;
}

/** How a model guides a strategy. */
export interface Guiding {
  /** By instrument: when the newest prediction was known, ms; null where there is none. */
  readonly newest: readonly (number | null)[];
  /** Wishes to enter by instrument and by what the model said: `model-agrees`, `model-against`, `model-missing`, `model-stale`, `model-rate`. */
  readonly counts: readonly Readonly<Record<string, number>>[];
}

export interface PredictionSource {
  /** The newest that was known at `now` of an instrument, or undefined. */
  latest(symbol: string, now: number): Prediction | undefined;
}

/** Of each symbol by time. */
export class Predictions implements PredictionSource {
  private readonly bySymbol = new Map<string, Prediction[]>();
  private readonly most: number;

  /** `most`: so many of a symbol are kept, the newest. */
  constructor(most = Infinity) {
    this.most = most;
  }

  /** False, and nothing changes, where one as new or newer is there: it was told before, or comes too late to be of use. */
  add(symbol: string, prediction: Prediction): boolean {
    const all = this.bySymbol.get(symbol) ?? [];
    if (prediction.at <= (all.at(-1)?.at ?? -Infinity)) return false;
    this.bySymbol.set(symbol, all);
    all.push(prediction);
    if (all.length > this.most) all.shift();
    return true;
  }

  latest(symbol: string, now: number): Prediction | undefined {
    const all = this.bySymbol.get(symbol);
    if (all === undefined) return undefined;
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle]!.at <= now) low = middle + 1;
      else high = middle;
    }
    return all[low - 1];
  }

  entries(): readonly (readonly [symbol: string, prediction: Prediction])[] {
    return [...this.bySymbol].flatMap(([symbol, all]) => all.map((each) => [symbol, each] as const));
  }
}

const between = (value: number | undefined, least: number, most: number, field: string): number => {
  if (value === undefined || !(value >= least && value <= most))
    throw new Invalid(field, `a number from ${least} to ${most}`, value);
  return value;
};

export const HEADER = "ts_ms,symbol,score,confidence";

/** One line below the header. Throws `Invalid` naming it by `at`. */
export const parsePrediction = (line: string, at: string): readonly [symbol: string, Prediction] => {
  const [time, symbol, score, confidence, ...more] = line.split(",");
  if (symbol === undefined || symbol === "" || more.length > 0) throw new Invalid(at, HEADER, line);
  const number = (text: string | undefined): number => (text === "" ? NaN : Number(text));
  const prediction = {
    at: between(number(time), 1, Number.MAX_SAFE_INTEGER, `${at}.ts_ms`),
    score: between(number(score), -1, 1, `${at}.score`),
    confidence: between(number(confidence), 0, 1, `${at}.confidence`),
  };
  return [symbol, prediction];
};

/** CSV with the header `ts_ms,symbol,score,confidence`, times rising by symbol. Throws `Invalid` naming the line. */
export const parsePredictions = (text: string, field: string): Predictions => {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header !== HEADER) throw new Invalid(`${field}:1`, HEADER, header);
  const found = new Predictions();
  for (const [k, line] of lines.entries()) {
    if (line === "") continue;
    const at = `${field}:${k + 2}`;
    const [symbol, prediction] = parsePrediction(line, at);
    if (!found.add(symbol, prediction))
      throw new Invalid(`${at}.ts_ms`, `a time after the one before of ${symbol}`, prediction.at);
  }
  return found;
};
