/** What a running strategy is made with. */
import type { Journal } from "../../adapters/journal/journal.ts";
import type { Params, Strategy } from "../../domain/strategy/strategy.ts";
import type { AccountId, InstrumentId, Money, StrategyId, VenueId } from "../../domain/values/values.ts";
import type { ActorPorts } from "../ports.ts";

export interface StrategySettings {
  readonly id: StrategyId;
  readonly portfolio: string;
  /** One for each venue of its instruments, that of the first before the others. */
  readonly accounts: ReadonlyMap<VenueId, AccountId>;
  readonly instruments: readonly InstrumentId[];
  /** Of each account. */
  readonly capital: Money;
  /** How often the portfolio's risk plan sees our prices; absent: it has none. */
  readonly lookEveryMs?: number;
  readonly strategy: Strategy;
  readonly params: Params;
}

export interface StrategyPorts extends ActorPorts {
  readonly journal: Journal;
}
