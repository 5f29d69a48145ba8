/** How the portfolio of a backtest begins: its rules where there is a plan, one account, its instruments, all money to the strategies. */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Limits } from "../../domain/risk/limits.ts";
import type { RiskPlan } from "../../domain/risk/plan.ts";
import type { Money, StrategyId, Timestamp } from "../../domain/values/values.ts";
import { ACCOUNT } from "./exact-orders.ts";

export interface Opening {
  /** What each strategy is given. */
  readonly shares: readonly { readonly strategy: StrategyId; readonly amount: Money }[];
  readonly limits: Limits;
  readonly risk: RiskPlan | undefined;
  readonly nonce: string;
}

export const openingTurns = (
  instruments: readonly Instrument[],
  { shares, limits, risk, nonce }: Opening,
): readonly PortfolioCommand[] => {
  const { venue, quote } = instruments[0]!;
  const at = 0 as Timestamp;
  let sum = 0n;
  for (const { amount } of shares) sum += amount;
  return [
    ...(risk === undefined ? [] : [{ type: "SetRules", limits, balanceSettleMs: 0, risk, at } as const]),
    { type: "OpenAccount", account: ACCOUNT, venue, balances: { [quote]: sum as Money }, nonce, at },
    ...instruments.map((instrument) => ({ type: "InstrumentChanged", instrument, at }) as const),
    ...shares.map((share) => ({ type: "Allot", ...share, account: ACCOUNT, asset: quote, at }) as const),
  ];
};
