/**
 * What decides behind a stream, and its state for people: a portfolio's, or that of the limits over several. A portfolio's rules come
 * from the journal itself; a configuration counts for entries older than that.
 */
import { RISK } from "../../contracts/risk.ts";
import { BALANCE_SETTLE_MS, portfolioDecider } from "../../domain/portfolio/portfolio.ts";
import type { PortfolioState } from "../../domain/portfolio/state.ts";
import { portfolioView } from "../../domain/portfolio/view.ts";
import { parseLimits } from "../../domain/risk/limits.ts";
import { sharedLimitsView } from "../../domain/risk/shared/change.ts";
import { riskDecider, type RiskState } from "../../domain/risk/shared/granting.ts";
import { riskView } from "../../domain/risk/shared/view.ts";
import type { Decider } from "../../domain/values/decider.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { PortfolioId, Timestamp } from "../../domain/values/values.ts";

interface Behind {
  readonly decider: Decider<unknown, unknown, unknown>;
  /** At this market time: raises that have ended by then do not wait. */
  view(state: unknown, at: number): unknown;
}

/** Throws `Invalid` for a stream of neither. */
export const behind = async (stream: string, config?: readonly string[]): Promise<Behind> => {
  if (stream === `risk.${RISK}`) return { decider: riskDecider, view: viewOfShared };
  const id = /^portfolio\.(.+)$/.exec(stream)?.[1];
  if (id === undefined)
    throw new Invalid(
      "stream",
      `one of a portfolio, portfolio.<id>, or of shared limits, risk.${RISK}`,
      stream,
    );
  let limits: unknown;
  if (config !== undefined) {
    const { configure } = await import("../../nodes/configuration.ts");
    limits = configure({ config }, process.env).portfolios[id]?.limits;
  }
  const decider = portfolioDecider({
    id: id as PortfolioId,
    limits: parseLimits(limits, `portfolios.${id}.limits`),
    balanceSettleMs: BALANCE_SETTLE_MS,
  });
  return {
    decider,
    view: (state) => portfolioView(state as PortfolioState),
  };
};

/** Nothing before the first entry, which sets the limits. */
const viewOfShared = (found: unknown, at: number): unknown => {
  const state = found as RiskState;
  return state.shared === undefined
    ? {}
    : { ...sharedLimitsView(state, at as Timestamp), grants: riskView(state) };
};
