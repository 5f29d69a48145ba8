/**
 * A take-profit ladder: so many percent of the position as it was when it was complete, at each profit. The portfolio keeps its rungs
 * as targets (targets.ts), whose parts are of what is held then: 50, 30 and 20 % of the whole are the parts 0.5, 0.6 and 1.
 */
import { priceOfProfit, type Terms } from "../exits/profit.ts";
import { TARGETS_MAX, type Target } from "../targets.ts";

export interface Rung {
  /** Profit as a ratio, or multiples of the distance of the initial stop. */
  readonly at: number;
  /** Percent of the whole. */
  readonly close: number;
}

export interface TakeProfit {
  readonly unit: "profit" | "r";
  /** Ascending; they close 100 % at most. */
  readonly rungs: readonly Rung[];
}

/** Sums of percents are doubles. */
const NOISE = 1e-9;

/** Of what is held when each is reached. */
export const partsOf = (rungs: readonly Rung[]): readonly number[] => {
  let left = 100;
  return rungs.map(({ close }) => {
    const part = left - close < NOISE ? 1 : close / left;
    left -= close;
    return part;
  });
};

/** How many rungs were reached, where `left` (0 to 1) is what their sales left of the whole: a rung that has sold anything was. */
export const rungsReached = (rungs: readonly Rung[], left: number): number => {
  let taken = 0;
  let reached = 0;
  while (reached < rungs.length && 1 - left > taken + NOISE) {
    taken += rungs[reached]!.close / 100;
    reached += 1;
  }
  return reached;
};

export interface LadderBase {
  readonly terms: Terms;
  /** Average entry. */
  readonly average: number;
  /** Distance in price of the initial stop; NaN while there is none. */
  readonly risk: number;
  /** NaN: none. */
  readonly stop: number;
  readonly left: number;
  readonly tickSize: number;
  /** The position's: its rungs have numbers from it on, which no other position has. */
  readonly ladder: number;
}

/**
 * The rungs that are left as targets. Profit is after fees, as it is for the ROI table. One that the stop has passed is left out, and one
 * that is not a tick beyond the one before is taken with it.
 */
export const targetsOf = ({ unit, rungs }: TakeProfit, base: LadderBase): readonly Target[] => {
  const { terms, average, risk, stop, tickSize } = base;
  const way = terms.short ? -1 : 1;
  const parts = partsOf(rungs);
  const targets: Target[] = [];
  for (let k = rungsReached(rungs, base.left); k < rungs.length; k += 1) {
    const { at } = rungs[k]!;
    const price = unit === "profit" ? priceOfProfit(terms, average, at) : average + way * at * risk;
    if (!(price >= tickSize) || (price - stop) * way <= 0) continue;
    const before = targets.at(-1);
    if (before === undefined || Math.abs(price - before.price) >= tickSize * (1 + NOISE))
      targets.push({ price, part: parts[k]!, rung: base.ladder * TARGETS_MAX + k });
    else
      targets[targets.length - 1] = {
        price: before.price,
        rung: base.ladder * TARGETS_MAX + k,
        part: parts[k] === 1 ? 1 : 1 - (1 - before.part) * (1 - parts[k]!),
      };
  }
  return targets;
};
