/**
 * What one process may spend while the store that all share is gone: its part of each budget, the limit divided by the
 * hosts seen last. What was used by all when it was last heard counts in the same parts, so that all shares together
 * stay within the limit. Remembers what the store has not been told, to tell it when it is back.
 */
import { isUrgent, shares, type Budget, type Cost, type Priority } from "./limits.ts";
import { MemoryStore } from "./memory.ts";
import type { Verdict } from "./store.ts";
import type { Claim } from "./window.ts";

interface Heard {
  readonly budget: Budget;
  used: number;
  at: number;
}

export class LocalShare {
  readonly heard = new Map<string, Heard>();
  readonly #own = new MemoryStore();
  #owed = new Map<string, Claim>();

  /** Used by all, as the store or the venue tells it. */
  hear(budget: Budget, used: number, at: number): void {
    this.heard.set(budget.key, { budget, used, at });
  }

  /** This process has spent it with the store's consent. */
  spent(claims: readonly Claim[], now: number): void {
    this.#own.takeNow(claims.map(uncapped), now);
  }

  /** The store is gone from now on: what all have used counts here in equal parts. */
  begin(hosts: number, now: number): void {
    for (const { budget, used, at } of this.heard.values())
      if (now - at < budget.windowMs) this.hearVenue(budget, used, 0, hosts, now);
  }

  take(claims: readonly Claim[], hosts: number, now: number): Verdict {
    const parts = claims.map((claim) => ({
      ...claim,
      limit: claim.limit / hosts,
      ceiling: claim.ceiling === undefined ? undefined : claim.ceiling / hosts,
    }));
    const verdict = this.#own.takeNow(parts, now);
    if (verdict.readyAt === 0) this.owe(claims);
    return verdict;
  }

  /** Nobody has told the store. */
  owe(claims: readonly Claim[]): void {
    for (const claim of claims) {
      const amount = claim.amount + (this.#owed.get(claim.key)?.amount ?? 0);
      this.#owed.set(claim.key, { ...uncapped(claim), amount });
    }
  }

  /** All that is owed, to be told now; `owe` it again if that fails. */
  settle(): readonly Claim[] {
    const owed = [...this.#owed.values()];
    this.#owed = new Map();
    return owed;
  }

  hearVenue(budget: Budget, used: number, since: number, hosts: number, now: number): void {
    void this.#own.hear(budget, Math.ceil(used / hosts), since, now);
  }

  hold(budget: Budget, until: number, ban: boolean, now: number): void {
    void this.#own.hold(budget, until, ban, now);
  }

  bannedUntil(budget: Budget, now: number): number {
    return this.#own.bannedUntil(budget, now);
  }

  /** As last heard, while that can still be so; what this process knows of itself at least. */
  used(budget: Budget, now: number): number {
    const heard = this.heard.get(budget.key);
    const own = this.#own.used(budget, now);
    return heard === undefined || now - heard.at > budget.windowMs ? own : Math.max(own, heard.used);
  }
}

const uncapped = (claim: Claim): Claim => ({ ...claim, ceiling: undefined });

/** What a priority claims of its budgets; a cancel is counted, whatever is used. */
export const claimsOf = (costs: readonly Cost[], priority: Priority): readonly Claim[] =>
  costs.map(({ budget: { key, limit, windowMs }, amount }) => ({
    ...{ key, limit, windowMs, amount },
    ceiling: priority === "cancel" ? undefined : Math.ceil(limit * shares[priority]),
    urgent: isUrgent(priority),
  }));
