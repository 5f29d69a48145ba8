/** A trader's asks in the portfolio's words. */
import type { Ask as PortfolioAsk, Marks, Propose } from "./commands.ts";
import type { Ask } from "../strategy/desk.ts";
import type { AccountId, InstrumentId, StrategyId, Timestamp } from "../values/values.ts";

export interface Proposer {
  readonly strategy: StrategyId;
  readonly account: AccountId;
  readonly at: Timestamp;
  readonly instruments: readonly InstrumentId[];
  readonly marks: () => Marks;
  /** The prices are wanted, whatever is asked. */
  readonly look?: boolean;
}

/** One for each account that is asked something, in their order; `accountOf` an instrument's index. A cancel goes to whoever has the order. */
export const proposalsOf = (
  asks: readonly Ask[],
  from: Omit<Proposer, "account"> & {
    readonly accounts: readonly AccountId[];
    readonly accountOf: (i: number) => AccountId;
  },
  lastSequence: number,
): readonly Omit<Propose, "type">[] => {
  const { accounts, accountOf, ...rest } = from;
  const found: Omit<Propose, "type">[] = [];
  for (const account of accounts) {
    const own =
      accounts.length === 1
        ? asks
        : asks.filter((ask) => {
            if (ask.type === "cancel") return true;
            return ask.type !== "wake" && accountOf(ask.type === "place" ? ask.request.i : ask.i) === account;
          });
    const proposal = proposalOf(own, { ...rest, account }, lastSequence + found.length + 1);
    if (proposal !== undefined) found.push(proposal);
  }
  return found;
};

/** Undefined when nothing of it concerns the portfolio. */
export const proposalOf = (
  asks: readonly Ask[],
  from: Proposer,
  sequence: number,
): Omit<Propose, "type"> | undefined => {
  const { strategy, account, at, instruments } = from;
  const asked: PortfolioAsk[] = [];
  for (const ask of asks) {
    if (ask.type === "cancel") asked.push(ask);
    else if (ask.type === "aim") {
      const { exposure, reason, numbers } = ask;
      asked.push({ type: "aim", instrument: instruments[ask.i]!, exposure, reason, numbers });
    } else if (ask.type === "protect") {
      const { i, stopPrice, reason, targets } = ask;
      asked.push({
        type: "protect",
        instrument: instruments[i]!,
        ...(stopPrice === undefined ? {} : { stopPrice }),
        reason,
        ...(targets.length === 0 ? {} : { targets }),
      });
    } else if (ask.type === "place") {
      const { i, type: orderType, ...rest } = ask.request;
      asked.push({ type: "place", instrument: instruments[i]!, orderType, ...rest, tag: ask.tag });
    }
  }
  return asked.length === 0 && from.look !== true
    ? undefined
    : { strategy, account, sequence, at, marks: from.marks(), asks: asked };
};
