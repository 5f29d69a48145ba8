/** What execution tells of an account, as the command of the portfolio that takes it up. */
import type { AccountNews } from "../../contracts/portfolio.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { AccountId } from "../../domain/values/values.ts";

export const recorded = (account: AccountId, told: AccountNews): PortfolioCommand => {
  switch (told.type) {
    case "report":
      return { type: "RecordReport", report: told.report };
    case "fill":
      return { type: told.fill.forced === true ? "RecordLiquidation" : "RecordFill", fill: told.fill };
    case "carry":
      return { ...told, type: "RecordCarry", account };
    default:
      return { ...told, type: "RecordBalances", account };
  }
};
