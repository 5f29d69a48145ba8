/**
 * Legs that are liquidated together: under cross margin the two of one contract in hedge mode, which one price moves. Their price is
 * Binance's formula with both in its sums, and it may lie above or below.
 */
import { legIn } from "../../../domain/market/instrument.ts";
import type { MarginMode } from "./terms.ts";

/** By market the other leg of its contract; -1 where there is none, or where each has its own margin. */
export const partnersOf = (pairs: readonly string[], marginMode: MarginMode): readonly number[] =>
  pairs.map((pair) => {
    const leg = legIn(pair);
    if (leg === undefined || marginMode === "isolated") return -1;
    return pairs.indexOf(`${pair.slice(0, -leg.length)}${leg === "long" ? "short" : "long"}`);
  });

/**
 * Which of two legs (signed) the venue's stop stands for: the long one where the account is safer the higher the price, so that it
 * ends below, else the short one. `kept`: the sum of |quantity| * maintenance rate at that price.
 */
export const guardedLeg = (first: number, second: number, kept: number, inverse: boolean): 0 | 1 => {
  if (first === 0 || second === 0) return first === 0 ? 1 : 0;
  const safer = first + second + (inverse ? kept : -kept);
  return first > 0 === safer > 0 ? 0 : 1;
};
