/** The limits of a portfolio for people: what counts, what the configuration says, and which raises wait for approval. */
import { limitValues, type Limits } from "../risk/limits.ts";
import type { AskedRaise } from "../risk/raises.ts";
import type { PortfolioState } from "./state.ts";

const told = (limits: Limits | undefined) => (limits === undefined ? {} : limitValues(limits));

export const limitsView = ({ rules, configured = rules?.limits, raises, at }: PortfolioState) => ({
  limits: told(rules?.limits),
  configured: told(configured),
  waiting: [...raises.waiting.values()].filter(({ until }): boolean => until > at) as readonly AskedRaise[],
});
