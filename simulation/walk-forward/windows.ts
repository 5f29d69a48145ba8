/**
 * Walk-forward windows: parameters are found on one stretch and used on the next, over and over (Pardo 2008). Rolling
 * windows have one length; anchored ones all begin at the start and grow. Positions are whole numbers of whatever the
 * caller counts: candles, days, ms.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Range } from "../cross-validation/purging.ts";

export interface WalkForwardPlan {
  /** All there is. */
  readonly from: number;
  readonly to: number;
  /** Length of the first stretch to find parameters on, and of every one unless anchored. */
  readonly train: number;
  /** Length of the stretch that uses them; the next window begins as much later, so that tests join without a gap. */
  readonly test: number;
  readonly anchored?: boolean;
  /** Left out between the two, for what looks ahead; 0 where nothing is said. */
  readonly gap?: number;
}

export interface WalkForwardWindow {
  readonly train: Range;
  readonly test: Range;
}

/** The windows in order. A last test that would be cut short is kept from half its length on. */
export const walkForwardWindows = (plan: WalkForwardPlan): readonly WalkForwardWindow[] => {
  const { from, to, train, test, anchored = false, gap = 0 } = plan;
  for (const [field, length, least] of [
    ["train", train, 1],
    ["test", test, 1],
    ["gap", gap, 0],
  ] as const)
    if (!Number.isSafeInteger(length) || length < least)
      throw new Invalid(field, `a whole number from ${least}`, length);
  const windows: WalkForwardWindow[] = [];
  for (let begin = from; ; begin += test) {
    const testFrom = begin + train + gap;
    const testTo = Math.min(testFrom + test, to);
    if (testTo - testFrom < test / 2) break;
    windows.push({
      train: { from: anchored ? from : begin, to: begin + train },
      test: { from: testFrom, to: testTo },
    });
  }
  if (windows.length === 0)
    throw new Invalid(
      "train",
      `at most ${Math.max(0, to - from - gap - Math.ceil(test / 2))}, so that a test fits`,
      train,
    );
  return windows;
};
