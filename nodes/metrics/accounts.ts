/** The accounts of a portfolio as series: whether its ledger is whole, how far it is degraded, and how near a contract is to its liquidation. */
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { rank } from "../../domain/risk/degradation.ts";
import { toFloat } from "../../domain/values/values.ts";
import type { Board } from "./board.ts";

export const accounts = (portfolio: string, { accounts: all }: PortfolioView, board: Board): void => {
  for (const { account, level, unaccounted, balances, contracts = [] } of all) {
    for (const asset of Object.keys(balances))
      board.set("unaccounted", toFloat(unaccounted[asset] ?? 0n), { portfolio, asset });
    board.set("degradation_level", rank(level), { portfolio, account });
    for (const { instrument, liquidationDistance } of contracts)
      if (liquidationDistance !== null)
        board.set("liquidation_distance_ratio", liquidationDistance, { portfolio, account, instrument });
  }
};
