/** Rules and what the risk plan did, into state. */
import { RiskMemory } from "../risk/memory.ts";
import type { Book } from "./book.ts";
import type { PortfolioEventOf } from "./events.ts";
import type { PortfolioState } from "./state.ts";

/** A plan's memory begins with the plan, and goes on under the next one. */
export const setRules = (
  state: PortfolioState,
  {
    limits,
    balanceSettleMs,
    degradation,
    risk,
    shared,
    approveRaises,
    configured,
    configuredRisk,
  }: PortfolioEventOf<"RulesChanged">,
): void => {
  state.rules = {
    limits,
    balanceSettleMs,
    degradation,
    risk,
    ...(shared && { shared }),
    ...(approveRaises && { approveRaises }),
  };
  state.configured = configured;
  state.configuredRisk = configuredRisk;
  state.risk = risk === undefined ? undefined : (state.risk?.under(risk) ?? new RiskMemory(risk));
};

export const lockEntries = (state: PortfolioState, { rule }: PortfolioEventOf<"EntriesLocked">): void => {
  const { locks } = state.counters;
  locks.set(rule, (locks.get(rule) ?? 0) + 1);
};

export const takeFactor = (book: Book, { instrument, factor }: PortfolioEventOf<"AimSized">): void => {
  book.position(instrument).factor = factor;
};
