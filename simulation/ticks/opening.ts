/** The first turns of a portfolio over prints: its rules, its instruments, its account, and what each strategy is given. */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Timestamp } from "../../domain/values/values.ts";
import type { TickSettings } from "./settings.ts";

export const openingTurns = (
  { portfolio, account, venue, balances, nonce, strategies }: TickSettings,
  listed: readonly Instrument[],
): readonly (readonly PortfolioCommand[])[] => {
  const { limits, balanceSettleMs, degradation, risk } = portfolio;
  const at = 0 as Timestamp;
  const more = { ...(degradation && { degradation }), ...(risk && { risk }) };
  return [
    [{ type: "SetRules", limits, balanceSettleMs, ...more, at }],
    ...listed.map((instrument): PortfolioCommand[] => [{ type: "InstrumentChanged", instrument, at }]),
    [{ type: "OpenAccount", account, venue, balances, nonce, at }],
    strategies.map(({ id, capital: amount, instruments }): PortfolioCommand => {
      const asset = listed.find((one) => one.id === instruments[0])!.quote;
      return { type: "Allot", strategy: id, account, asset, amount, at };
    }),
  ];
};
