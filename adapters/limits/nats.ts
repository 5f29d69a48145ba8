/**
 * Budgets of a cluster in JetStream KV (nats-server 2.9 on): one record a budget, changed by compare-and-swap on its
 * revision. So that not every request costs a round trip, a process takes room ahead, as much as it has spent in the
 * bucket under way, and pays from that pocket. A pocket lasts for its bucket: what a dead or a quiet process has not
 * used of it counts as spent until the window ends.
 */
import { NatsError, StorageType, StringCodec, type KV, type NatsConnection } from "nats";
import { patiently } from "../nats/patience.ts";
import type { Store, Verdict, Window } from "./store.ts";
import {
  add,
  barredUntil,
  current,
  held,
  nothingSpent,
  readyAt,
  usedOf,
  usedSince,
  type Claim,
  type Spent,
} from "./window.ts";

export interface NatsLimitsOptions {
  /** Owned by the caller and not closed here. */
  readonly connection: NatsConnection;
  /** Of the bucket; letters, digits, `-` and `_`. */
  readonly name?: string;
  readonly replicas?: number;
  readonly timeoutMs?: number;
}

interface Pocket {
  bucket: number;
  left: number;
  /** What this process has used up in this bucket. */
  spent: number;
  /** What was used of the window when the pocket was filled: who may not go so far may not pay from it. */
  top: number;
}

interface Taken {
  /** 0: taken. */
  readonly ready: number;
  readonly used: number;
  readonly bucket: number;
  /** 0: no. */
  readonly bannedUntil: number;
}

interface Known {
  readonly spent: Spent;
  readonly revision: number;
}

const text = StringCodec();
const wrongLastSequence = 10_071;
const ATTEMPTS_MAX = 50;
/** No more than this part of a budget is taken ahead. */
const AHEAD_MAX = 1 / 100;

export const natsStore = async (options: NatsLimitsOptions): Promise<Store> => {
  const { connection, name = "limits", replicas = 1, timeoutMs = 1_000 } = options;
  const jetstream = connection.jetstream({ timeout: timeoutMs });
  const kv = await patiently(`bucket ${name}`, () =>
    jetstream.views.kv(name, { history: 1, replicas, storage: StorageType.File }),
  );
  return new NatsStore(kv);
};

const verdictOf = (readyAt: number, taken: readonly Taken[]): Verdict => ({
  readyAt,
  used: taken.map(({ used }) => used),
  bannedUntil: Math.max(0, ...taken.map(({ bannedUntil }) => bannedUntil)),
});

/** Keys of a bucket may hold letters, digits and -/_=. */
const keyOf = (key: string): string => key.replace(/[^-/_=.a-zA-Z0-9]/g, "_");

class NatsStore implements Store {
  readonly #kv: KV;
  readonly #known = new Map<string, Known>();
  readonly #pockets = new Map<string, Pocket>();
  /** Changes of one record by this process wait for one another. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(kv: KV) {
    this.#kv = kv;
  }

  async take(claims: readonly Claim[], now: number): Promise<Verdict> {
    const taken: Taken[] = [];
    for (const [i, claim] of claims.entries()) {
      const one = await this.#takeOne(claim, now);
      taken.push(one);
      if (one.ready === 0) continue;
      for (const [k, { bucket }] of taken.slice(0, i).entries()) this.#putBack(claims[k]!, bucket);
      return verdictOf(one.ready, taken);
    }
    return verdictOf(0, taken);
  }

  async hear(window: Window, used: number, since: number, now: number): Promise<number> {
    const known = this.#known.get(window.key);
    const sure = known === undefined ? 0 : usedSince(known.spent, window.windowMs, since);
    if (used <= sure) return sure;
    let counted = used;
    await this.#change(window, now, true, (spent, bucket) => {
      const before = usedSince(spent, window.windowMs, since);
      counted = Math.max(used, before);
      return used > before ? add(spent, bucket, used - before) : undefined;
    });
    return counted;
  }

  async hold(window: Window, until: number, ban: boolean, now: number): Promise<void> {
    await this.#change(window, now, false, (spent) =>
      (ban ? spent.bannedUntil : spent.heldUntil) >= until ? undefined : held(spent, until, ban),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #takeOne(claim: Claim, now: number): Promise<Taken> {
    const paid = this.#pay(claim, now);
    if (paid !== undefined) return paid;
    return this.#inTurn(claim.key, async () => {
      const meanwhile = this.#pay(claim, now);
      if (meanwhile !== undefined) return meanwhile;
      let taken = { ready: 0, used: 0, bucket: 0, granted: 0, bannedUntil: 0 };
      await this.#swap(claim, now, false, (spent, bucket) => {
        const used = usedOf(spent);
        const ready = readyAt(spent, claim, now);
        const granted = ready > 0 ? 0 : claim.amount + this.#ahead(claim, used, bucket);
        const bannedUntil = spent.bannedUntil > now ? spent.bannedUntil : 0;
        taken = { ready, used: used + granted, bucket, granted, bannedUntil };
        return ready > 0 ? undefined : add(spent, bucket, granted);
      });
      if (taken.ready === 0) this.#fill(claim, taken.bucket, taken.granted, taken.used);
      return taken;
    });
  }

  /** As much as was spent in this bucket so far, in bounds, and never more than a part of what is left. */
  #ahead({ key, limit, ceiling, amount }: Claim, used: number, bucket: number): number {
    const pocket = this.#pockets.get(key);
    if (ceiling === undefined || pocket?.bucket !== bucket) return 0;
    const left = Math.max(0, ceiling - used - amount);
    return Math.floor(Math.min(pocket.spent, limit * AHEAD_MAX, left / 8));
  }

  #fill({ key, amount }: Claim, bucket: number, granted: number, top: number): void {
    const before = this.#pockets.get(key);
    const same = before?.bucket === bucket ? before : undefined;
    this.#pockets.set(key, {
      bucket,
      left: (same?.left ?? 0) + granted - amount,
      spent: (same?.spent ?? 0) + amount,
      top: Math.max(top, same?.top ?? 0),
    });
  }

  /** From the pocket; undefined where it cannot. */
  #pay(claim: Claim, now: number): Taken | undefined {
    const { key, windowMs, amount, ceiling } = claim;
    const pocket = this.#pockets.get(key);
    const known = this.#known.get(key);
    if (pocket === undefined || known === undefined || pocket.left < amount) return undefined;
    const { spent, bucket } = current(known.spent, windowMs, now);
    if (bucket !== pocket.bucket) return undefined;
    if (ceiling !== undefined && (pocket.top > ceiling || barredUntil(spent, claim) > now)) return undefined;
    pocket.left -= amount;
    pocket.spent += amount;
    const { bannedUntil } = spent;
    return { ready: 0, used: usedOf(spent), bucket, bannedUntil: bannedUntil > now ? bannedUntil : 0 };
  }

  /** It is not sent, since another budget has no room: the next of this process may pay with it. */
  #putBack({ key, amount }: Claim, bucket: number): void {
    const pocket = this.#pockets.get(key);
    if (pocket?.bucket !== bucket) return;
    pocket.left += amount;
    pocket.spent -= amount;
  }

  #change(
    window: Window,
    now: number,
    fresh: boolean,
    change: (spent: Spent, bucket: number) => Spent | undefined,
  ): Promise<void> {
    return this.#inTurn(window.key, () => this.#swap(window, now, fresh, change));
  }

  /** Until the record is as `change` wants it; `change` says undefined when nothing is to be written. */
  async #swap(
    { key, windowMs }: Window,
    now: number,
    fresh: boolean,
    change: (spent: Spent, bucket: number) => Spent | undefined,
  ): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const known = (fresh && attempt === 0 ? undefined : this.#known.get(key)) ?? (await this.#read(key));
      const { spent, bucket, folded } = current(known.spent, windowMs, now);
      const wanted = change(spent, bucket) ?? (folded ? spent : undefined);
      if (wanted === undefined) return;
      try {
        const bytes = text.encode(JSON.stringify(wanted));
        const revision = await this.#kv.put(keyOf(key), bytes, { previousSeq: known.revision });
        this.#known.set(key, { spent: wanted, revision });
        return;
      } catch (error) {
        this.#known.delete(key);
        if (!(error instanceof NatsError && error.api_error?.err_code === wrongLastSequence)) throw error;
      }
    }
    throw new Error(`${key}: others changed it each time`);
  }

  async #read(key: string): Promise<Known> {
    const entry = await this.#kv.get(keyOf(key));
    const known: Known =
      entry === null
        ? { spent: nothingSpent, revision: 0 }
        : {
            spent: { ...nothingSpent, ...(JSON.parse(text.decode(entry.value)) as Partial<Spent>) },
            revision: entry.revision,
          };
    this.#known.set(key, known);
    return known;
  }

  #inTurn<T>(key: string, run: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(key) ?? Promise.resolve()).then(run, run);
    this.#last.set(
      key,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
