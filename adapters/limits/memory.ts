/** Budgets of one process: exact, without waiting for anybody. Also what a cluster falls back on, see gate.ts. */
import type { Store, Verdict, Window } from "./store.ts";
import {
  add,
  current,
  held,
  nothingSpent,
  readyAt,
  usedOf,
  usedSince,
  type Claim,
  type Spent,
} from "./window.ts";

export class MemoryStore implements Store {
  readonly #windows = new Map<string, Spent>();

  take(claims: readonly Claim[], now: number): Promise<Verdict> {
    return Promise.resolve(this.takeNow(claims, now));
  }

  takeNow(claims: readonly Claim[], now: number): Verdict {
    const found = claims.map((claim) => ({ claim, ...this.#current(claim, now) }));
    const ready = Math.max(0, ...found.map(({ claim, spent }) => readyAt(spent, claim, now)));
    const banned = Math.max(0, ...found.map(({ spent }) => spent.bannedUntil));
    const bannedUntil = banned > now ? banned : 0;
    if (ready > 0) return { readyAt: ready, used: found.map(({ spent }) => usedOf(spent)), bannedUntil };
    for (const { claim, spent, bucket } of found)
      this.#windows.set(claim.key, add(spent, bucket, claim.amount));
    return { readyAt: 0, used: found.map(({ claim, spent }) => usedOf(spent) + claim.amount), bannedUntil };
  }

  used(window: Window, now: number): number {
    return usedOf(this.#current(window, now).spent);
  }

  hear(window: Window, used: number, since: number, now: number): Promise<number> {
    const { spent, bucket } = this.#current(window, now);
    const known = usedSince(spent, window.windowMs, since);
    if (used > known) this.#windows.set(window.key, add(spent, bucket, used - known));
    return Promise.resolve(Math.max(used, known));
  }

  hold(window: Window, until: number, ban: boolean, now: number): Promise<void> {
    const { spent } = this.#current(window, now);
    this.#windows.set(window.key, held(spent, until, ban));
    return Promise.resolve();
  }

  bannedUntil(window: Window, now: number): number {
    return this.#current(window, now).spent.bannedUntil;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #current({ key, windowMs }: Window, now: number) {
    const found = current(this.#windows.get(key) ?? nothingSpent, windowMs, now);
    if (found.folded) this.#windows.set(key, found.spent);
    return found;
  }
}
