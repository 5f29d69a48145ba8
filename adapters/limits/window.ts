/**
 * What was spent in a sliding window, kept in ten buckets. A bucket counts until the whole window and a little more has
 * passed since its end, so the venue's own window, fixed or sliding, never sees more than we count, not even when a
 * request travels for up to `SLACK_MS` or clocks of hosts differ by as much. Pure.
 */
export const BUCKETS = 10;
export const SLACK_MS = 1_000;

/** As it lies in a store: buckets ascending. */
export interface Spent {
  readonly counts: readonly (readonly [bucket: number, amount: number])[];
  /** The venue wants nothing before this; what is urgent may try. */
  readonly heldUntil: number;
  /** It shuts us out until then: nothing goes. */
  readonly bannedUntil: number;
}

export interface Claim {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly amount: number;
  /** What may be used after it; undefined: counted, whatever is used. */
  readonly ceiling: number | undefined;
  /** Goes although the venue has asked to be left alone, but not while it shuts us out. */
  readonly urgent: boolean;
}

export const nothingSpent: Spent = { counts: [], heldUntil: 0, bannedUntil: 0 };

const endOf = (bucket: number, windowMs: number): number =>
  ((bucket + 1) * windowMs) / BUCKETS + windowMs + SLACK_MS;

/** Without what no longer counts, and the bucket that is filled now: never an older one than another host fills. */
export const current = (
  before: Spent,
  windowMs: number,
  now: number,
): { readonly spent: Spent; readonly bucket: number; readonly folded: boolean } => {
  const { counts } = before;
  const own = Math.floor((now * BUCKETS) / windowMs);
  const kept = counts.filter(([bucket]) => endOf(bucket, windowMs) > now);
  const newest = kept.at(-1)?.[0] ?? own;
  if (newest <= own + BUCKETS)
    return { spent: { ...before, counts: kept }, bucket: Math.max(own, newest), folded: false };
  // Somebody's clock was far ahead: all of it counts from now on, and no longer than a window. Must be written down.
  return { spent: { ...before, counts: [[own, sumOf(kept)]] }, bucket: own, folded: true };
};

const sumOf = (counts: Spent["counts"]): number => counts.reduce((sum, [, amount]) => sum + amount, 0);

export const usedOf = ({ counts }: Spent): number => sumOf(counts);

/** In the buckets from `since` on; the nearest bucket border counts. */
export const usedSince = ({ counts }: Spent, windowMs: number, since: number): number => {
  const first = Math.round((since * BUCKETS) / windowMs);
  return sumOf(counts.filter(([bucket]) => bucket >= first));
};

export const add = (spent: Spent, bucket: number, amount: number): Spent => {
  const counts = spent.counts.filter(([other]) => other !== bucket);
  const before = spent.counts.find(([other]) => other === bucket)?.[1] ?? 0;
  return { ...spent, counts: [...counts, [bucket, before + amount] as const].sort(([a], [b]) => a - b) };
};

/** What is larger than its own share may still have an empty window for itself. */
const fits = (used: number, { amount, ceiling, limit }: Claim): boolean =>
  ceiling === undefined || used + amount <= ceiling || (used === 0 && amount <= limit);

/** A later wish of the venue does not shorten an earlier one. */
export const held = (spent: Spent, until: number, ban: boolean): Spent =>
  ban
    ? { ...spent, bannedUntil: Math.max(until, spent.bannedUntil) }
    : { ...spent, heldUntil: Math.max(until, spent.heldUntil) };

/** What the venue has said, whatever room there is. */
export const barredUntil = ({ heldUntil, bannedUntil }: Spent, { urgent }: Pick<Claim, "urgent">): number =>
  urgent ? bannedUntil : Math.max(heldUntil, bannedUntil);

/** When there is room, as far as is known now: 0 is at once. `spent` must be current. */
export const readyAt = (spent: Spent, claim: Claim, now: number): number => {
  if (claim.ceiling === undefined) return 0;
  let used = usedOf(spent);
  let at = 0;
  for (const [bucket, amount] of spent.counts) {
    if (fits(used, claim)) break;
    used -= amount;
    at = endOf(bucket, claim.windowMs);
  }
  // Not even an empty window has room for it: a whole window later is as good as any time.
  if (!fits(used, claim)) at = now + claim.windowMs;
  const barred = barredUntil(spent, claim);
  return Math.max(at, barred > now ? barred : 0);
};
