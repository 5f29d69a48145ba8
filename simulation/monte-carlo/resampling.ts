/**
 * Ways to make another history out of a series of returns. Shuffle: the same returns in another order. Bootstrap: drawn
 * with replacement (Efron 1979). Block: stretches of one length, which keep what follows what inside of them
 * (Künsch 1989, circular). Stationary: stretches of geometric lengths (Politis and Romano 1994). None: as it was.
 */
import type { Numbers } from "../../domain/performance/moments.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Chance } from "../../domain/values/chance.ts";

export const resamplings = ["shuffle", "bootstrap", "block", "stationary", "none"] as const;
export type Resampling = (typeof resamplings)[number];

/** Writes a history as long as the returns into `into`. */
export type Resample = (into: Float64Array, chance: Chance) => void;

/** Cube root of the number of returns, the order in which the best length grows; at least 1. */
export const usualBlock = (count: number): number => Math.max(1, Math.round(Math.cbrt(count)));

/** `block`: length of a stretch, for stationary the mean one. */
export const resampleOf = (
  returns: Numbers,
  method: Resampling,
  block = usualBlock(returns.length),
): Resample => {
  const count = returns.length;
  if (count === 0) throw new Invalid("returns", "one or more", count);
  if (!Number.isInteger(block) || block < 1 || block > count)
    throw new Invalid("block", `a whole number from 1 to ${count}, the returns`, block);
  switch (method) {
    case "none":
      return (into) => into.set(returns);
    case "shuffle":
      return (into, chance) => {
        into.set(returns);
        // Fisher and Yates.
        for (let i = count - 1; i > 0; i -= 1) {
          const j = chance.integer(i + 1);
          const kept = into[i]!;
          into[i] = into[j]!;
          into[j] = kept;
        }
      };
    case "bootstrap":
      return stretches(returns, (_, chance) => chance.integer(count));
    case "block":
      return stretches(returns, (place, chance, i) => (i % block === 0 ? chance.integer(count) : place + 1));
    case "stationary":
      return stretches(returns, (place, chance, i) =>
        i === 0 || chance.next() * block < 1 ? chance.integer(count) : place + 1,
      );
  }
};

const stretches = (
  returns: Numbers,
  follow: (place: number, chance: Chance, i: number) => number,
): Resample => {
  const count = returns.length;
  return (into, chance) => {
    let place = 0;
    for (let i = 0; i < count; i += 1) {
      place = follow(place, chance, i);
      // The end is followed by the start, so that every return is drawn as often.
      if (place === count) place = 0;
      into[i] = returns[place]!;
    }
  };
};
