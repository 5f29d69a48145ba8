/** How the portfolio of a backtest begins: its rules where there is a plan, one account, its instruments, all money to the strategy. */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Limits } from "../../domain/risk/limits.ts";
import type { RiskPlan } from "../../domain/risk/plan.ts";
import type { Money, StrategyId, Timestamp } from "../../domain/values/values.ts";
import { ACCOUNT } from "./exact-orders.ts";

export interface Opening {
  readonly strategy: StrategyId;
  readonly limits: Limits;
  readonly risk: RiskPlan | undefined;
  readonly amount: Money;
  readonly nonce: string;
}

export const openingTurns = (
  instruments: readonly Instrument[],
  { strategy, limits, risk, amount, nonce }: Opening,
): readonly PortfolioCommand[] => {
  const { venue, quote } = instruments[0]!;
  const at = 0 as Timestamp;
  return [
    ...(risk === undefined ? [] : [{ type: "SetRules", limits, balanceSettleMs: 0, risk, at } as const]),
    { type: "OpenAccount", account: ACCOUNT, venue, balances: { [quote]: amount }, nonce, at },
    ...instruments.map((instrument) => ({ type: "InstrumentChanged", instrument, at }) as const),
    { type: "Allot", strategy, account: ACCOUNT, asset: quote, amount, at },
  ];
};
