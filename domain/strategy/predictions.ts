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

export interface PredictionSource {
  /** The newest that was known at `now` of an instrument, or undefined. */
  latest(symbol: string, now: number): Prediction | undefined;
}

const between = (value: number | undefined, least: number, most: number, field: string): number => {
  if (value === undefined || !(value >= least && value <= most))
    throw new Invalid(field, `a number from ${least} to ${most}`, value);
  return value;
};

const HEADER = "ts_ms,symbol,score,confidence";

/** CSV with the header `ts_ms,symbol,score,confidence`, times rising by symbol. Throws `Invalid` naming the line. */
export const parsePredictions = (text: string, field: string): PredictionSource => {
  const [header, ...lines] = text.split(/\r?\n/);
  if (header !== HEADER) throw new Invalid(`${field}:1`, HEADER, header);
  const found = new Map<string, Prediction[]>();
  for (const [k, line] of lines.entries()) {
    if (line === "") continue;
    const at = `${field}:${k + 2}`;
    const [time, symbol, score, confidence, ...more] = line.split(",");
    if (symbol === undefined || symbol === "" || more.length > 0) throw new Invalid(at, HEADER, line);
    const all = found.get(symbol) ?? [];
    found.set(symbol, all);
    all.push({
      at: between(Number(time), (all.at(-1)?.at ?? 0) + 1, Number.MAX_SAFE_INTEGER, `${at}.ts_ms`),
      score: between(Number(score), -1, 1, `${at}.score`),
      confidence: between(Number(confidence), 0, 1, `${at}.confidence`),
    });
  }
  return {
    latest: (symbol, now) => {
      const all = found.get(symbol) ?? [];
      let [low, high] = [0, all.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (all[middle]!.at <= now) low = middle + 1;
        else high = middle;
      }
      return all[low - 1];
    },
  };
};
