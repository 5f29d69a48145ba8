/** Whether a value at risk was right: how often losses went past it, and whether they came in a row (Kupiec 1995, Christoffersen 1998). */
import { normalProbability } from "../../performance/normal.ts";

export interface Coverage {
  readonly count: number;
  readonly breaches: number;
  /** Likelihood ratio of the share of breaches against the promised one; chi-squared with 1 degree. */
  readonly share: number;
  readonly shareP: number;
  /** Of breaches that follow a breach against those that do not. */
  readonly runs: number;
  readonly runsP: number;
}

/** `breached`: by period, oldest first. `tail`: 0.05 for a value at risk of 95 %. */
export const coverageOf = (breached: readonly boolean[], tail: number): Coverage => {
  const count = breached.length;
  const breaches = breached.filter(Boolean).length;
  const share = 2 * (logLikelihood(breaches, count, breaches / count) - logLikelihood(breaches, count, tail));
  // Of periods after a calm one and after a breach: how many were breaches.
  const after = [
    [0, 0],
    [0, 0],
  ] as [[number, number], [number, number]];
  for (let k = 1; k < count; k += 1) {
    const pair = after[breached[k - 1] === true ? 1 : 0];
    pair[0] += 1;
    if (breached[k] === true) pair[1] += 1;
  }
  const [[calm, fromCalm], [bad, fromBad]] = after;
  const pooled = (fromCalm + fromBad) / (calm + bad);
  const runs =
    2 *
    (logLikelihood(fromCalm, calm, fromCalm / calm) +
      logLikelihood(fromBad, bad, fromBad / bad) -
      logLikelihood(fromCalm + fromBad, calm + bad, pooled));
  return { count, breaches, share, shareP: chiSquaredP(share), runs, runsP: chiSquaredP(runs) };
};

/** Of k in n at probability p, with 0 log 0 = 0. */
const logLikelihood = (k: number, n: number, p: number): number =>
  (k === 0 ? 0 : k * Math.log(p)) + (n === k ? 0 : (n - k) * Math.log(1 - p));

/** Of one degree of freedom: the square of a normal. */
const chiSquaredP = (value: number): number => 2 * (1 - normalProbability(Math.sqrt(Math.max(0, value))));
