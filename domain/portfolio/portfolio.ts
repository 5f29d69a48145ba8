/**
 * The portfolio as a decider: one ledger for many strategies on the same accounts, which never loses a unit.
 * Money counts as used from approval, not from the fill, so that nobody spends the same amount twice.
 */
import type { Decider } from "../values/decider.ts";
import type { Schema } from "../values/upcast.ts";
import type { PortfolioId, StrategyId } from "../values/values.ts";
import type { PortfolioCommand, Rules } from "./commands.ts";
import { decideClosePart } from "./close-part.ts";
import { decideCarry, decideLiquidation } from "./contracts.ts";
import { decideAllot, decideBalances, decideOpen, decideRelease } from "./decide-capital.ts";
import { decideFill, decideOutcome, decideReport } from "./decide-orders.ts";
import { decidePropose } from "./decide-propose.ts";
import { decideLimits, decideRules } from "./decide-rules.ts";
import { Draft } from "./draft.ts";
import type { Book } from "./book.ts";
import type { PortfolioEvent } from "./events.ts";
import { evolve } from "./evolve.ts";
import { decideGrant } from "./grants.ts";
import { decideLevel } from "./decide-level.ts";
import { decideKeepStops, withdraw } from "./keep-stops.ts";
import { decideSeen } from "./seen-prices.ts";
import { load, save, type SavedPortfolio } from "./save.ts";
import { decideSettle } from "./settle.ts";
import { PortfolioState } from "./state.ts";
import { portfolioSchema } from "./upcast.ts";

export const BALANCE_SETTLE_MS = 10_000;

/** The rules count until the journal names others. */
export interface PortfolioSettings extends Rules {
  readonly id: PortfolioId;
}

export const portfolioDecider = (
  settings: PortfolioSettings,
): Required<Decider<PortfolioState, PortfolioCommand, PortfolioEvent>> => ({
  ...portfolioSchema,
  initial: () => new PortfolioState(),
  decide: (state, command) => decide(state, settings, command),
  evolve,
  settle: (state) => decideSettle(state, (state.rules ?? settings).limits),
  save,
  load: (saved) => load(saved as SavedPortfolio),
});

/** What of the portfolio changes with the program's version; tests of upgrades bring the next one. */
export interface PortfolioVersion {
  readonly schema: Schema;
  readonly decider: typeof portfolioDecider;
}
export const shipped: PortfolioVersion = { schema: portfolioSchema, decider: portfolioDecider };

const decide = (
  state: PortfolioState,
  settings: PortfolioSettings,
  command: PortfolioCommand,
): readonly PortfolioEvent[] => {
  const rules = state.rules ?? settings;
  const { limits, balanceSettleMs } = rules;
  switch (command.type) {
    case "Propose":
      return decidePropose(state, limits, command);
    case "RecordReport":
      return decideReport(state, command.report);
    case "RecordFill":
      return decideFill(state, command.fill);
    case "RecordCarry":
      return decideCarry(state, command);
    case "RecordLiquidation":
      return decideLiquidation(state, limits, command);
    case "RecordOutcome":
      return decideOutcome(state, command);
    case "RecordBalances":
      return decideBalances(state, balanceSettleMs, command);
    case "InstrumentChanged": {
      const { instrument, at } = command;
      const known = state.instruments.get(instrument.id)?.instrument;
      return known !== undefined && isSame(known, instrument)
        ? []
        : [{ type: "InstrumentChanged", instrument, at }];
    }
    case "SetRules":
      return decideRules(state, command);
    case "ChangeLimits":
    case "ApproveRaise":
    case "WithdrawRaise":
      return decideLimits(state, limits, command);
    case "OpenAccount":
      return decideOpen(state, settings.id, command);
    case "Allot":
      return decideAllot(state, command);
    case "Release":
      return decideRelease(state, command);
    case "Observe":
      return decideLevel(state, rules, command);
    case "TakeGrant":
    case "LessenGrant":
    case "EndGrant":
      return decideGrant(state, limits, command);
    case "SeePrice":
      return decideSeen(state, command);
    case "ClosePart":
      return decideClosePart(state, command);
    case "KeepStops":
      return decideKeepStops(state, command);
    case "CancelOrders":
      return cancelOrders(new Draft(state, limits, command.at), command);
    case "Halt": {
      const { level, by, reason, at } = command;
      return state.halt?.level === level ? [] : [{ type: "Halted", level, by, reason, at }];
    }
    case "Resume":
      return state.halt === undefined ? [] : [{ type: "Resumed", by: command.by, at: command.at }];
  }
};

const isSame = <T extends object>(a: T, b: T): boolean => {
  const names = Object.keys(a) as (keyof T)[];
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** Proposals up to this one count as seen: what of them is still on its way changes nothing. */
const passOver = (draft: Draft, strategy: StrategyId, sequence: number): void => {
  const { accounts, sequences } = draft.state;
  const account = [...accounts.values()].find(({ books }) => books.has(strategy))?.id;
  if (account === undefined || sequence <= (sequences.get(strategy) ?? 0)) return;
  draft.events.push({ type: "Proposed", strategy, account, sequence, marks: {}, at: draft.at });
};

/** An aim whose order is out, or that waits for one, would be sized again when that has closed. */
const dropAims = (draft: Draft, book: Book, by: string): void => {
  for (const { instrument, aim, aimOrder, waiting } of book.positions.values()) {
    if (aim === undefined || (aimOrder === undefined && !waiting)) continue;
    if (aim.exposure === 0 && !waiting) continue;
    draft.events.push({
      ...{ type: "AimSet", strategy: book.strategy, account: book.account.id, instrument },
      ...{ exposure: 0, reason: by, numbers: [], waiting: false, at: draft.at },
    });
  }
};

const cancelOrders = (
  draft: Draft,
  { strategy, sequence, stops = false, by }: Extract<PortfolioCommand, { type: "CancelOrders" }>,
): readonly PortfolioEvent[] => {
  const meant = (owner: StrategyId): boolean => strategy === undefined || owner === strategy;
  if (strategy !== undefined && sequence !== undefined) passOver(draft, strategy, sequence);
  for (const { books } of draft.state.accounts.values())
    for (const book of books.values()) if (meant(book.strategy)) dropAims(draft, book, by);
  // Withdrawn, or the stop would be placed again at once.
  if (stops)
    for (const protection of draft.state.protections.values())
      if (protection.wished && meant(protection.book.strategy)) withdraw(draft, protection, by);
  for (const live of draft.state.orders.values())
    if (meant(live.order.strategy) && (stops || !(live.protects || live.takes))) draft.cancel(live, by);
  return draft.events;
};
