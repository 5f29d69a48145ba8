/** Limits over several portfolios, and the grants of them. */
import { ref } from "../../contracts/contract.ts";
import { RiskContract } from "../../contracts/risk.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { toFloat } from "../../domain/values/values.ts";
import type { Engine } from "../engine.ts";
import type { Board } from "./board.ts";

export const sharedLimits = async (
  { wire }: Pick<Engine, "wire">,
  id: string,
  board: Board,
): Promise<void> => {
  for (const { limit, max, granted } of (await ref(wire, RiskContract, id).view()).limits) {
    board.set("shared_limit", toFloat(max), { limit });
    board.set("shared_limit_granted", toFloat(granted), { limit });
  }
};

export const grantOf = (portfolio: string, { grant }: PortfolioView, board: Board): void => {
  if (grant === undefined) return;
  for (const [limit, used] of Object.entries(grant.used)) {
    const amount = grant.ended ? 0n : (grant.amounts[limit] ?? 0n);
    board.set("grant_amount", toFloat(amount), { portfolio, limit });
    board.set("grant_used", toFloat(used), { portfolio, limit });
  }
};
