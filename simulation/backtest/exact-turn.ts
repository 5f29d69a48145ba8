/** A turn of the portfolio in memory: what the live one would answer with an error is the end of the run. */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import { takeTurn, type Decided } from "../../domain/values/turn.ts";

export const turnOf = (
  decider: ReturnType<typeof portfolioDecider>,
  state: PortfolioState,
  command: PortfolioCommand,
): readonly Decided<PortfolioCommand, PortfolioEvent>[] =>
  takeTurn(decider, state, [command], { failed: rethrow });

const rethrow = (error: unknown): never => {
  throw error as Error;
};
