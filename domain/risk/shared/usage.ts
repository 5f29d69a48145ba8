/** What a portfolio uses of the limits it shares with others, what it should ask for, and whether one more entry fits into its grant. */
import type { Instrument } from "../../market/instrument.ts";
import type { Side } from "../../values/values.ts";
import { absolute, least, most, type Money } from "../../values/values.ts";
import type { Held } from "../plan-review.ts";
import type { Grant } from "./granting.ts";
import type { ByLimit, SharedLimits } from "./shared-limits.ts";

export type SharedRule = "grant-ended" | "shared-gross" | "shared-net" | "shared-asset" | "shared-venue";

export interface GrantStanding {
  readonly shared: SharedLimits;
  /** What stands now; undefined where it has ended, or none was given yet. */
  readonly grant: Grant | undefined;
  /** Held and being entered, of the quote asset of the limits. */
  readonly held: readonly Held[];
}

/** The rule that says no; the keys of limits in the order in which they are asked. `adds`: the order at the last price. */
export const grantRefusal = (
  { shared, grant, held }: GrantStanding,
  instrument: Instrument,
  side: Side,
  adds: Money,
): { readonly rule: SharedRule; readonly asked: Money; readonly max: Money } | undefined => {
  if (instrument.quote !== shared.quote) return undefined;
  if (grant === undefined) return { rule: "grant-ended", asked: adds, max: 0n as Money };
  const change = side === "buy" ? (adds as bigint) : 0n - adds;
  for (const { key, rule, signed, counts } of keysOf(instrument)) {
    if (shared.limits[key] === undefined) continue;
    let sum = 0n;
    for (const one of held)
      if (counts(one.instrument)) sum += signed ? (side === "buy" ? one.long : one.short) : one.size;
    const after = absolute(sum + (signed ? change : adds));
    // A hedge that brings a signed sum nearer to 0 is no breach of it.
    if (signed && after <= absolute(sum)) continue;
    const max = grant.amounts[key] ?? (0n as Money);
    if (after > max) return { rule, asked: after as Money, max };
  }
  return undefined;
};

interface Key {
  readonly key: string;
  readonly rule: SharedRule;
  readonly signed: boolean;
  readonly counts: (instrument: Instrument) => boolean;
}

const keysOf = ({ base, venue }: Instrument): readonly Key[] => [
  { key: "gross", rule: "shared-gross", signed: false, counts: () => true },
  { key: "net", rule: "shared-net", signed: true, counts: () => true },
  { key: `asset:${base}`, rule: "shared-asset", signed: true, counts: (one) => one.base === base },
  { key: `venue:${venue}`, rule: "shared-venue", signed: false, counts: (one) => one.venue === venue },
];

/** By every limit: signed ones by the side that is further from 0. */
export const usageOf = ({ limits }: SharedLimits, held: readonly Held[]): ByLimit => {
  const used: Record<string, Money> = {};
  for (const key of Object.keys(limits)) {
    let [size, long, short] = [0n, 0n, 0n];
    for (const one of held) {
      const { base, venue } = one.instrument;
      if (key.includes(":") && key !== `asset:${base}` && key !== `venue:${venue}`) continue;
      size += one.size;
      long += one.long;
      short += one.short;
    }
    const signed = key === "net" || key.startsWith("asset:");
    used[key] = (signed ? most(absolute(long), absolute(short)) : size) as Money;
  }
  return used;
};

/** Half as much again as it uses, a little more than it lacked, and never less than half of an equal part. */
export const wantsOf = ({ limits, portfolios }: SharedLimits, used: ByLimit, lacked: ByLimit): ByLimit => {
  const wants: Record<string, Money> = {};
  for (const [key, limit] of Object.entries(limits)) {
    const room = ((used[key] ?? 0n) * 3n) / 2n;
    const lack = ((lacked[key] ?? 0n) * 11n) / 10n;
    const floor = limit / BigInt(2 * Math.max(1, portfolios.length));
    wants[key] = least([room, lack, floor].reduce(most) as Money, limit);
  }
  return wants;
};

/** Four fifths of it are used: it is time to ask for more. */
export const isNear = (used: ByLimit, amounts: ByLimit): boolean =>
  Object.keys(used).some((key) => used[key]! > 0n && used[key]! * 5n > (amounts[key] ?? 0n) * 4n);
