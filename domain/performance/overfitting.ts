/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado and
 * Zhu, "The probability of backtest overfitting", 2017). The time is cut into S blocks; each choice of half of them is in
 * sample, the other half out of sample. The trial that is best in sample has some rank out of sample: PBO is the share of
 * choices in which it falls to the lower half there. Choosing among trials without skill gives about one half.
 */
import { Invalid } from "../values/invalid.ts";
import { meanOf, momentsOf, type Numbers } from "./moments.ts";
import { quantileOf, sortedOf } from "./quantile.ts";

export interface Overfitting {
  /** Share of the choices with a logit of 0 or less. */
  readonly probability: number;
  readonly combinations: number;
  readonly blocks: number;
  /** Logits of the best trial's relative rank out of sample: ln(w / (1 - w)), w = rank / (trials + 1). */
  readonly logits: Float64Array;
  readonly medianLogit: number;
  /** Sharpe ratio per period of the best in sample: its mean there, and out of sample. */
  readonly sharpeInSample: number;
  readonly sharpeOutOfSample: number;
  /** Slope of the second on the first over the choices; below 0: the better it looked, the worse it did. NaN where nothing varies. */
  readonly degradation: number;
  /** Share of the choices in which the best in sample lost money out of sample. */
  readonly lossProbability: number;
}

const BLOCKS_MAX = 20;

/** `trials`: returns of each over the same periods. `blocks`: an even number; 16 give 12,870 choices. */
export const overfitting = (trials: readonly Numbers[], blocks = 16): Overfitting => {
  const periods = checked(trials, blocks);
  const sums = blockSums(trials, blocks, periods);
  const logits: number[] = [];
  const inside: number[] = [];
  const outside: number[] = [];
  let losses = 0;
  const ins = new Float64Array(trials.length);
  const outs = new Float64Array(trials.length);
  forEachHalf(blocks, (mask) => {
    sharpesOf(sums, mask, ins, outs);
    let best = 0;
    for (let trial = 1; trial < ins.length; trial += 1) if (ins[trial]! > ins[best]!) best = trial;
    const share = rankOf(outs, best) / (trials.length + 1);
    logits.push(Math.log(share / (1 - share)));
    if (outs[best]! < 0) losses += 1;
    inside.push(ins[best]!);
    outside.push(outs[best]!);
  });
  const sorted = sortedOf(logits);
  return {
    probability: sorted.filter((logit) => logit <= 0).length / logits.length,
    combinations: logits.length,
    blocks,
    logits: Float64Array.from(logits),
    medianLogit: quantileOf(sorted, 0.5),
    sharpeInSample: meanOf(inside),
    sharpeOutOfSample: meanOf(outside),
    degradation: slopeOf(inside, outside),
    lossProbability: losses / logits.length,
  };
};

const checked = (trials: readonly Numbers[], blocks: number): number => {
  if (trials.length < 2) throw new Invalid("trials", "two or more", trials.length);
  if (!Number.isInteger(blocks) || blocks % 2 !== 0 || blocks < 2 || blocks > BLOCKS_MAX)
    throw new Invalid("blocks", `an even number from 2 to ${BLOCKS_MAX}`, blocks);
  const periods = trials[0]!.length;
  const other = trials.findIndex((trial) => trial.length !== periods);
  if (other >= 0)
    throw new Invalid(`trials[${other}]`, `${periods} returns, as the first has`, trials[other]!.length);
  if (periods < 2 * blocks)
    throw new Invalid("trials", `at least ${2 * blocks} returns for ${blocks} blocks`, periods);
  return periods;
};

interface BlockSums {
  readonly blocks: number;
  readonly counts: Float64Array;
  /** By trial and block: sums, and sums of squares, of the returns less the trial's mean. */
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  readonly means: Float64Array;
}

const blockSums = (trials: readonly Numbers[], blocks: number, periods: number): BlockSums => {
  const sums = new Float64Array(trials.length * blocks);
  const squares = new Float64Array(trials.length * blocks);
  const counts = new Float64Array(blocks);
  const means = Float64Array.from(trials, (returns) => momentsOf(returns).mean);
  for (let block = 0; block < blocks; block += 1) {
    const from = Math.floor((block * periods) / blocks);
    const to = Math.floor(((block + 1) * periods) / blocks);
    counts[block] = to - from;
    for (const [trial, returns] of trials.entries())
      for (let i = from; i < to; i += 1) {
        // Less the mean: sums of squares of numbers near 0 lose nothing when they are subtracted.
        const d = returns[i]! - means[trial]!;
        sums[trial * blocks + block]! += d;
        squares[trial * blocks + block]! += d * d;
      }
  }
  return { blocks, counts, sums, squares, means };
};

/** Sharpe ratios per period over the blocks in `mask` and over the others. */
const sharpesOf = (
  { blocks, counts, sums, squares, means }: BlockSums,
  mask: number,
  ins: Float64Array,
  outs: Float64Array,
): void => {
  let inCount = 0;
  let outCount = 0;
  for (let block = 0; block < blocks; block += 1)
    if ((mask >> block) & 1) inCount += counts[block]!;
    else outCount += counts[block]!;
  for (let trial = 0; trial < means.length; trial += 1) {
    let inSum = 0;
    let inSquares = 0;
    let outSum = 0;
    let outSquares = 0;
    for (let block = 0; block < blocks; block += 1) {
      const at = trial * blocks + block;
      if ((mask >> block) & 1) {
        inSum += sums[at]!;
        inSquares += squares[at]!;
      } else {
        outSum += sums[at]!;
        outSquares += squares[at]!;
      }
    }
    ins[trial] = sharpe(inSum, inSquares, inCount, means[trial]!);
    outs[trial] = sharpe(outSum, outSquares, outCount, means[trial]!);
  }
};

/** A trial that never varies, but for rounding, has the ratio 0: it was not traded. */
const sharpe = (sum: number, squares: number, count: number, mean: number): number => {
  const variance = (squares - (sum * sum) / count) / (count - 1);
  return variance > (1e-12 * squares) / count ? (mean + sum / count) / Math.sqrt(variance) : 0;
};

/** 1 for the lowest; equal values share the mean of their ranks. */
const rankOf = (values: Float64Array, which: number): number => {
  let below = 0;
  let equal = 0;
  for (let i = 0; i < values.length; i += 1) {
    if (values[i]! < values[which]!) below += 1;
    else if (values[i] === values[which]) equal += 1;
  }
  return below + (equal + 1) / 2;
};

/** Every choice of half of the blocks, as a bit mask. */
const forEachHalf = (blocks: number, take: (mask: number) => void): void => {
  for (let mask = 0; mask < 1 << blocks; mask += 1) {
    let ones = 0;
    for (let bits = mask; bits !== 0; bits &= bits - 1) ones += 1;
    if (ones * 2 === blocks) take(mask);
  }
};

const slopeOf = (x: Numbers, y: Numbers): number => {
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let products = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i += 1) {
    products += (x[i]! - meanX) * (y[i]! - meanY);
    squares += (x[i]! - meanX) ** 2;
  }
  return squares > 0 ? products / squares : NaN;
};
