/**
 * An account's level on the degradation ladder, from the signs that its portfolio was told. A change is an event, and the
 * entries that may not stay are cancelled in the same decision.
 */
import { adds } from "../order/order.ts";
import { judge, rank, worse, type Ladder } from "../risk/degradation.ts";
import type { Limits } from "../risk/limits.ts";
import type { PortfolioCommand } from "./commands.ts";
import { Draft } from "./draft.ts";
import type { PortfolioEvent } from "./events.ts";
import type { PortfolioState } from "./state.ts";

/** Without a ladder every account is at `full`. */
export const decideLevel = (
  state: PortfolioState,
  rules: { readonly limits: Limits; readonly degradation?: Ladder | undefined },
  { account: id, signs, lately, at }: Extract<PortfolioCommand, { type: "Observe" }>,
): readonly PortfolioEvent[] => {
  const account = state.accounts.get(id);
  // Observed by a host that has not opened it yet.
  if (account === undefined) return [];
  const { degradation } = rules;
  const { level: now, cause } =
    degradation === undefined ? { level: "full" as const } : judge(degradation, signs);
  const level = degradation === undefined ? now : worse(now, lately);
  const from = account.level;
  if (level === from) return [];
  const draft = new Draft(state, rules.limits, at);
  draft.events.push({
    type: "DegradationChanged",
    account: account.id,
    level,
    from,
    // On the way back what counts is what still is wrong, if anything is.
    reason: cause?.sign ?? "recovered",
    ...(cause === undefined ? {} : { ms: cause.ms, limitMs: cause.limitMs }),
    at,
  });
  if (rank(level) >= rank("exits-only") && rank(from) < rank("exits-only"))
    for (const live of state.orders.values())
      if (live.book.account === account && adds(live.order)) draft.cancel(live, "degraded");
  return draft.events;
};
