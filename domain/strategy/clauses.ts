/**
 * Several conditions as one rule, written as data: clauses parted by ";", each `[timeframe:] condition [@ weight]`, such as
 * `1h: close > ema(200); rsi(14) < 30 @ 2`. A clause is answered at each close of its timeframe and keeps its answer until the
 * next, so a coarser one is never known before it has closed. What is not known yet does not hold.
 */
import type { Candle, Timeframe } from "../market/candle.ts";
import { timeframes } from "../market/candle.ts";
import { Condition } from "../indicators/condition/condition.ts";
import { parseCondition } from "../indicators/condition/parse.ts";
import type { Truth } from "../indicators/condition/expression.ts";
import { Invalid } from "../values/invalid.ts";
import { readNumbers, readObject } from "../values/read.ts";

export interface Clause {
  readonly timeframe: Timeframe;
  readonly truth: Truth;
  readonly weight: number;
}

export const joins = ["and", "or", "vote", "weight"] as const;
export type Join = (typeof joins)[number];

const CLAUSES_MAX = 50;
const timeframeBefore = /^\s*(\d+[mhdw])\s*:/;
const weightBehind = /@\s*(\d+(?:\.\d+)?)\s*$/;

/** `usual`: the timeframe of clauses that name none. Throws `Invalid` naming the clause, counted from 1, and the character. */
export const parseClauses = (
  text: string,
  usual: Timeframe,
  numbers: Readonly<Record<string, number>>,
  field: string,
): readonly Clause[] => {
  if (text.trim() === "") return [];
  const parts = text.split(";");
  if (parts.length > CLAUSES_MAX) throw new Invalid(field, `at most ${CLAUSES_MAX} clauses`, parts.length);
  return parts.map((part, k) => {
    const at = `${field} clause ${k + 1}`;
    const named = timeframeBefore.exec(part);
    if (named !== null && !Object.hasOwn(timeframes, named[1]!))
      throw new Invalid(at, `a timeframe out of ${Object.keys(timeframes).join(", ")}`, named[1]);
    const weighed = weightBehind.exec(part);
    const end = weighed === null ? part.length : weighed.index;
    return {
      timeframe: named === null ? usual : (named[1] as Timeframe),
      truth: parseCondition(part.slice(named?.[0].length ?? 0, end), { numbers, field: at }),
      weight: weighed === null ? 1 : Number(weighed[1]),
    };
  });
};

export class Rule {
  readonly timeframes: readonly Timeframe[];
  private readonly conditions: readonly Condition[];
  private readonly weights: Float64Array;
  private readonly answers: Float64Array;
  private readonly join: Join;
  private readonly threshold: number;

  /** `threshold`: of votes or weights, the part that must hold. */
  constructor(clauses: readonly Clause[], join: Join, threshold: number) {
    this.timeframes = clauses.map(({ timeframe }) => timeframe);
    this.conditions = clauses.map(({ truth }) => new Condition(truth));
    this.weights = Float64Array.from(clauses, ({ weight }) => (join === "weight" ? weight : 1));
    this.answers = new Float64Array(clauses.length).fill(Number.NaN);
    this.join = join;
    this.threshold = threshold;
  }

  get empty(): boolean {
    return this.answers.length === 0;
  }

  /** Final candles that each timeframe must have seen before all clauses are known. */
  get lookback(): number {
    return Math.max(0, ...this.conditions.map(({ lookback }) => lookback));
  }

  push(candle: Candle, timeframe: Timeframe): void {
    const { conditions, answers } = this;
    for (let k = 0; k < conditions.length; k += 1)
      if (this.timeframes[k] === timeframe) answers[k] = conditions[k]!.push(candle);
  }

  /** How much of it holds, from 0 to 1. */
  get score(): number {
    const { answers, weights } = this;
    let held = 0;
    let all = 0;
    for (let k = 0; k < answers.length; k += 1) {
      all += weights[k]!;
      if (answers[k] === 1) held += weights[k]!;
    }
    return all > 0 ? held / all : 0;
  }

  /** An empty rule never holds. */
  get holds(): boolean {
    if (this.empty) return false;
    const { score, join, threshold } = this;
    if (join === "and") return score === 1;
    if (join === "or") return score > 0;
    // A hair of tolerance: two thirds of three are 2.
    return score >= threshold - 1e-9;
  }

  save(): unknown {
    return {
      conditions: this.conditions.map((condition) => condition.save()),
      // -1: not known.
      answers: Array.from(this.answers, (answer) => (Number.isNaN(answer) ? -1 : answer)),
    };
  }

  load(saved: unknown, field: string): void {
    const from = readObject(saved, field);
    const { conditions } = from;
    if (!Array.isArray(conditions) || conditions.length !== this.conditions.length)
      throw new Invalid(`${field}.conditions`, `a list of ${this.conditions.length}`, conditions);
    for (const [k, condition] of this.conditions.entries())
      condition.load(conditions[k], `${field}.conditions[${k}]`);
    const answers = readNumbers(from["answers"], this.answers.length, `${field}.answers`);
    this.answers.set(answers.map((answer) => (answer < 0 ? Number.NaN : answer)));
  }
}
