/** The decider behind a stream. Rules come from the journal itself; a configuration counts for entries older than that. */
import { parseLimits } from "../../domain/risk/limits.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { PortfolioId } from "../../domain/values/values.ts";
import { BALANCE_SETTLE_MS, portfolioDecider } from "../../domain/portfolio/portfolio.ts";

export const deciderOf = async (stream: string, config: readonly string[] | undefined) => {
  const id = /^portfolio\.(.+)$/.exec(stream)?.[1];
  if (id === undefined) throw new Invalid("stream", "one of a portfolio, portfolio.<id>", stream);
  let limits: unknown;
  if (config !== undefined) {
    const { configure } = await import("../../nodes/configuration.ts");
    limits = configure({ config }, process.env).portfolios[id]?.limits;
  }
  return portfolioDecider({
    id: id as PortfolioId,
    limits: parseLimits(limits, `portfolios.${id}.limits`),
    balanceSettleMs: BALANCE_SETTLE_MS,
  });
};
