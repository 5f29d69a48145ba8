/**
 * What is odd in recorded funding times, and where. They come at a fixed distance, most often eight hours, on the grid from the epoch;
 * venues stamp them up to some seconds late. A time that is missing is a payment that a backtest would leave out. Nothing is repaired.
 */
import type { Place } from "./check.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const USUAL = 8;

export interface CheckedFunding {
  readonly rows: number;
  /** First and last time; 0 without rows. */
  readonly from: number;
  readonly to: number;
  /** The commonest distance between two of them, whole hours in ms; 0 with fewer than two. */
  readonly interval: number;
  /** Times that are missing in the gaps. */
  readonly missing: number;
  /**
   * `twice`: nearer than a minute to the one before, a fault, for both would be paid. Doubts: `gap`, of so many that are missing, from
   * the first of them on; `off-grid`, more than a minute off the grid of the interval, as where a venue changed it.
   */
  readonly findings: readonly {
    readonly kind: "twice" | "gap" | "off-grid";
    readonly count: number;
    readonly first: readonly Place[];
  }[];
  readonly sound: boolean;
}

/** `at`: ascending, ms. */
export const checkFunding = (
  at: ArrayLike<number>,
  { placesMax = 5 }: { readonly placesMax?: number } = {},
): CheckedFunding => {
  const interval = commonest(at);
  const kept = { twice: new Kept(placesMax), gap: new Kept(placesMax), "off-grid": new Kept(placesMax) };
  let missing = 0;
  let [slot, before] = [NaN, NaN];
  for (let row = 0; row < at.length; row += 1) {
    const time = at[row]!;
    if (time - before < MINUTE_MS) kept.twice.note({ at: time });
    before = time;
    if (interval === 0) continue;
    const own = Math.round(time / interval);
    if (Math.abs(time - own * interval) > MINUTE_MS) {
      kept["off-grid"].note({ at: time });
      continue;
    }
    if (own - slot > 1) {
      missing += own - slot - 1;
      kept.gap.note({ at: (slot + 1) * interval, what: own - slot - 1 });
    }
    slot = own;
  }
  const findings = (["twice", "gap", "off-grid"] as const)
    .map((kind) => ({ kind, count: kept[kind].count, first: kept[kind].first }))
    .filter(({ count }) => count > 0);
  return {
    rows: at.length,
    from: at[0] ?? 0,
    to: at[at.length - 1] ?? 0,
    interval,
    missing,
    findings,
    sound: kept.twice.count === 0,
  };
};

class Kept {
  count = 0;
  readonly first: Place[] = [];
  readonly #placesMax: number;

  constructor(placesMax: number) {
    this.#placesMax = placesMax;
  }

  note(place: Place): void {
    this.count += 1;
    if (this.first.length < this.#placesMax) this.first.push(place);
  }
}

/** Of distances that are as common the usual one, eight hours, else the smaller one. */
const commonest = (at: ArrayLike<number>): number => {
  const counts = new Map<number, number>();
  for (let row = 1; row < at.length; row += 1) {
    const hours = Math.round((at[row]! - at[row - 1]!) / HOUR_MS);
    if (hours > 0) counts.set(hours, (counts.get(hours) ?? 0) + 1);
  }
  let [found, most] = [0, 0];
  for (const [hours, count] of counts)
    if (count > most || (count === most && found !== USUAL && (hours === USUAL || hours < found)))
      [found, most] = [hours, count];
  return found * HOUR_MS;
};
