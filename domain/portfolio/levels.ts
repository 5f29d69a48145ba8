/** What an account's level on the degradation ladder means for its orders, and how the ledger remembers it. */
import type { Level } from "../risk/degradation.ts";
import type { Account } from "./book.ts";
import type { PortfolioEventOf } from "./events.ts";
import type { PortfolioState } from "./state.ts";

export const setLevel = (
  state: PortfolioState,
  account: Account,
  event: PortfolioEventOf<"DegradationChanged">,
): void => {
  account.level = event.level;
  account.degraded = event.level === "full" ? undefined : event;
  const { levels } = state.counters;
  levels.set(event.level, (levels.get(event.level) ?? 0) + 1);
};

/** Why an order may not leave now: `adding` to a position, or lessening it; cancels always may. */
export const barredBy = (
  state: PortfolioState,
  level: Level,
  adding: boolean,
): "halted" | "degraded" | undefined => {
  const { halt } = state;
  if (halt !== undefined && (halt.level === "all" || adding)) return "halted";
  if (level === "halted" || (level !== "full" && adding)) return "degraded";
  return undefined;
};

/** For people: `reason` with its figures while the account is not at `full`. */
export const levelView = ({ level, degraded }: Account): LevelView => ({
  level,
  degraded:
    degraded === undefined
      ? null
      : {
          reason: degraded.reason,
          ms: degraded.ms ?? null,
          limitMs: degraded.limitMs ?? null,
          at: degraded.at,
        },
});

export interface LevelView {
  readonly level: Level;
  readonly degraded: {
    readonly reason: string;
    readonly ms: number | null;
    readonly limitMs: number | null;
    /** Market time of the change. */
    readonly at: number;
  } | null;
}
