/**
 * How much of a total T may be out or filled by now, in whole lots, over n equal slices of the time from s to e; k is the slice that the
 * time is in, from 0.
 *
 *   twap            floor(T (k + 1) / n)
 *   vwap            floor(T V(s, s + (k + 1)(e - s) / n) / V(s, e)), V the volume to be expected
 *   pov             floor(p V), V the volume traded since s, p the participation
 *   iceberg, chase  T; one order at a time stands for a part of it, or for all
 */
import type { Parent } from "./parent.ts";
import { type VolumeProfile, weightWithin } from "./profile.ts";
import type { ExecutionTerms } from "./terms.ts";

/** Doubles may lie a hair below the whole number that they are. */
const HAIR = 1e-9;

const down = (lots: number): number => Math.floor(lots * (1 + HAIR) + HAIR);

export class Schedule {
  private readonly terms: ExecutionTerms;
  private readonly weights: readonly number[];
  private readonly lot: number;
  readonly slices: number;

  constructor(terms: ExecutionTerms, weights: readonly number[], lot: number) {
    this.terms = terms;
    this.weights = weights;
    this.lot = lot;
    this.slices = terms.algorithm === "iceberg" || terms.algorithm === "chase" ? 1 : terms.slices;
  }

  /** When the slice after the one that the parent is in begins; its end after the last. */
  nextAt({ slice, beganAt, endsAt }: Parent): number {
    return slice + 1 >= this.slices
      ? endsAt
      : Math.ceil(beganAt + ((slice + 1) * (endsAt - beganAt)) / this.slices);
  }

  /** Brings slice and due up to now. `profile` may not change while a parent is worked. */
  advance(parent: Parent, now: number, profile: VolumeProfile): void {
    const { algorithm, participation } = this.terms;
    while (parent.slice < 0 || (parent.slice + 1 < this.slices && now >= this.nextAt(parent))) {
      parent.slice += 1;
      if (algorithm !== "pov") parent.due = this.dueIn(parent, profile);
    }
    if (algorithm === "pov")
      parent.due = Math.min(parent.total, down(((participation / 100) * parent.marketVolume) / this.lot));
  }

  private dueIn({ slice, total, beganAt, endsAt }: Parent, profile: VolumeProfile): number {
    const fraction = (slice + 1) / this.slices;
    if (fraction >= 1) return total;
    if (this.terms.algorithm === "twap") return down((total * (slice + 1)) / this.slices);
    const within =
      this.weights.length > 0
        ? weightWithin(this.weights, fraction)
        : profile.within(beganAt, beganAt + fraction * (endsAt - beganAt), endsAt);
    return Math.min(total, down(total * within));
  }
}
