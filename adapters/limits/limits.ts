/**
 * The door to what a venue lets us ask: budgets that all processes of a cluster spend from together. Request weight is
 * one budget for each venue and outgoing address, order counts are budgets of each account. What is spent is spent.
 * Low priorities leave a reserve for high ones, so that under load data waits first and a cancel never.
 */
export const priorities = ["cancel", "exit", "entry", "data"] as const;
export type Priority = (typeof priorities)[number];

/** Takes risk away. */
export const isUrgent = (priority: Priority): boolean => priority === "cancel" || priority === "exit";

/** How much of a budget each priority may fill. A cancel is counted and always goes. */
export const shares: Readonly<Record<Priority, number>> = { cancel: 1, exit: 0.95, entry: 0.8, data: 0.6 };

/** How long each may be held back before it is refused. */
export const waitsMs: Readonly<Record<Priority, number>> = {
  cancel: 0,
  exit: 5_000,
  entry: 2_000,
  data: 5_000,
};

export interface Budget {
  /** The same in every process that spends from it. */
  readonly key: string;
  /** In any stretch of `windowMs`. */
  readonly limit: number;
  readonly windowMs: number;
}

export interface Cost {
  readonly budget: Budget;
  /** Whole, above 0. */
  readonly amount: number;
}

export interface Usage extends Budget {
  /** By all processes, as last heard here. */
  readonly used: number;
}

export interface LimitStats {
  readonly usage: readonly Usage[];
  /** Requests that were held back and then went, and how long in sum. */
  readonly waited: Readonly<Record<Priority, number>>;
  readonly waitedMs: Readonly<Record<Priority, number>>;
  readonly refused: Readonly<Record<Priority, number>>;
  /** The shared store does not answer: this process spends its own share only. */
  readonly fallback: boolean;
  readonly fallbacks: number;
}

export interface Limits {
  /**
   * Resolves once all of it is spent. A cancel is counted and waits for nothing. Rejects with `OverLimit` when the
   * wait would be longer than its priority may, a cancel only while the venue shuts us out; a part may be spent then.
   */
  take(costs: readonly Cost[], priority: Priority): Promise<void>;
  /** The venue says how much was used since `since` (our clock): others may spend too, so it corrects upward only. */
  hear(budget: Budget, used: number, since: number): void;
  /** The venue wants nothing before `until` (our clock): in the whole cluster only cancels and exits may try. */
  hold(budget: Budget, until: number): void;
  /** It shuts us out, or refuses even what is urgent: nothing goes before `until`. */
  ban(budget: Budget, until: number): void;
  stats(): LimitStats;
  close(): Promise<void>;
}

export class OverLimit extends Error {
  override readonly name = "OverLimit";
  readonly retryAfterMs: number;

  constructor(budgets: readonly Budget[], priority: Priority, retryAfterMs: number) {
    const keys = budgets.map(({ key }) => key).join(", ");
    super(
      priority === "cancel"
        ? `the venue takes nothing that counts in ${keys}, not even a cancel`
        : `no room for ${priority} in the budget of ${keys} within ${waitsMs[priority]} ms`,
    );
    this.retryAfterMs = Math.max(1, Math.ceil(retryAfterMs));
  }
}
