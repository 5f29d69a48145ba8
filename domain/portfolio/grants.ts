/**
 * The portfolio's side of limits over several portfolios: an entry is decided in its own turn, against the grant that it has, without
 * asking anybody. While none stands only exits pass, and entries that rest are cancelled.
 */
import { adds } from "../order/order.ts";
import type { Limits } from "../risk/limits.ts";
import type { ByLimit, SharedLimits } from "../risk/shared/shared-limits.ts";
import { usageOf } from "../risk/shared/usage.ts";
import { least, most, type Money } from "../values/values.ts";
import { Draft } from "./draft.ts";
import type { PortfolioEvent } from "./events.ts";
import type { GrantCommand, HeldGrant } from "./grant-events.ts";
import { heldIn } from "./plan-standing.ts";
import type { PortfolioState } from "./state.ts";

/** Held and being entered now, at the last prices. */
const usageIn = (state: PortfolioState, shared: SharedLimits, limits: Limits): ByLimit =>
  usageOf(shared, heldIn(new Draft(state, limits, state.at), shared.quote));

export const decideGrant = (
  state: PortfolioState,
  limits: Limits,
  command: GrantCommand,
): readonly PortfolioEvent[] => {
  const shared = state.rules?.shared;
  if (shared === undefined) return [];
  const { grant } = state;
  const draft = new Draft(state, limits, command.at);
  switch (command.type) {
    case "TakeGrant": {
      if (command.grant.version <= (grant?.version ?? 0)) return [];
      draft.events.push({ type: "GrantTaken", grant: command.grant, at: command.at });
      const used = usageIn(state, shared, limits);
      // Less than it had: what was entered under more and has not been filled goes.
      if (Object.keys(used).some((key) => used[key]! > (command.grant.amounts[key] ?? 0n)))
        cancelEntries(draft, shared);
      return draft.events;
    }
    case "LessenGrant": {
      if (grant === undefined) return [];
      const used = usageIn(state, shared, limits);
      const amounts: Record<string, Money> = {};
      let lessens = false;
      for (const [key, amount] of Object.entries(grant.amounts)) {
        const kept = most(command.amounts[key] ?? amount, used[key] ?? (0n as Money));
        amounts[key] = least(kept, amount);
        lessens ||= amounts[key] < amount;
      }
      return lessens ? [{ type: "GrantLessened", amounts, at: command.at }] : [];
    }
    case "EndGrant":
      if (grant === undefined || grant.ended || command.at < grant.until) return [];
      draft.events.push({ type: "GrantEnded", version: grant.version, at: command.at });
      cancelEntries(draft, shared);
      return draft.events;
  }
};

const cancelEntries = (draft: Draft, { quote }: SharedLimits): void => {
  for (const live of draft.state.orders.values())
    if (adds(live.order) && draft.state.instruments.get(live.order.instrument)?.instrument.quote === quote)
      draft.cancel(live, "grant");
};

export interface GrantView {
  readonly version: number;
  readonly until: number;
  /** Exits only. */
  readonly ended: boolean;
  readonly amounts: ByLimit;
  readonly used: ByLimit;
}

/** What the portfolio has, to ask for the next grant by; an empty object where nothing is shared. */
export const grantView = (state: PortfolioState): { readonly grant?: GrantView } => {
  const { rules } = state;
  if (rules?.shared === undefined) return {};
  const used = usageIn(state, rules.shared, rules.limits);
  const none: HeldGrant = { version: 0, until: 0 as HeldGrant["until"], amounts: {}, ended: true };
  return { grant: { ...(state.grant ?? none), used } };
};
