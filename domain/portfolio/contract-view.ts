/**
 * What an account holds of each contract, all strategies together, as the venue sees it: average entry, margin, and where it would be
 * liquidated, by the margin that is configured and the plan's maintenance rate. The venue's own figure may differ: it knows its tiers.
 */
import { isContract } from "../market/instrument.ts";
import { contractOf } from "../positions/contract.ts";
import { averageEntry, FLAT, tradedFor, unrealised, type Leg } from "../positions/leg.ts";
import { initialMargin } from "../positions/tiers.ts";
import { liquidationOf, MAINTENANCE } from "../risk/liquidation.ts";
import { absolute, type InstrumentId, type Price } from "../values/values.ts";
import type { Account } from "./book.ts";
import { equityOfAll } from "./remember.ts";
import type { PortfolioState } from "./state.ts";

export interface ContractView {
  readonly instrument: string;
  /** Contracts, below 0 when short. */
  readonly quantity: bigint;
  readonly averagePrice: bigint;
  /** 0 while unknown. */
  readonly mark: bigint;
  readonly margin: bigint;
  readonly unrealised: bigint;
  /** Null where no price liquidates, or the mark is unknown. */
  readonly liquidationPrice: bigint | null;
  /** Of the mark to it, as a part of the mark. */
  readonly liquidationDistance: number | null;
}

/** Of those that are not flat. */
export const contractViews = (state: PortfolioState, account: Account): readonly ContractView[] => {
  const legs = new Map<InstrumentId, Leg>();
  for (const { positions } of account.books.values())
    for (const { instrument, quantity, cost } of positions.values())
      if (isContract(instrument) && quantity !== 0n)
        legs.set(instrument, tradedFor(legs.get(instrument) ?? FLAT, quantity, absolute(cost)).leg);
  return [...legs].flatMap(([id, leg]) => (leg.quantity === 0n ? [] : [viewOf(state, id, leg)]));
};

const viewOf = (state: PortfolioState, id: InstrumentId, leg: Leg): ContractView => {
  const listed = state.instruments.get(id);
  const last = listed?.mark?.last ?? (0n as Price);
  const of = listed?.instrument;
  const maintenance = state.risk?.plan.liquidation?.maintenance ?? MAINTENANCE;
  const equity = of === undefined ? 0n : equityOfAll(state, of.quote);
  const found = last === 0n ? undefined : liquidationOf(of ?? {}, { ...leg, last }, equity, maintenance);
  return {
    instrument: id,
    quantity: leg.quantity,
    averagePrice: averageEntry(contractOf(of), leg),
    mark: last,
    margin: initialMargin(absolute(leg.cost), of?.leverage ?? 1),
    unrealised: last === 0n ? 0n : unrealised(contractOf(of), leg, last),
    liquidationPrice: found?.price ?? null,
    liquidationDistance: found?.distance ?? null,
  };
};
