/** The limits of a portfolio and of its risk plan for people: what counts, what the configuration says, and which raises wait for approval. */
import { limitValues, type Limits } from "../risk/limits.ts";
import type { RiskPlan } from "../risk/plan.ts";
import { planLimits } from "../risk/plan-limits.ts";
import type { AskedRaise } from "../risk/raises.ts";
import type { PortfolioState } from "./state.ts";

const told = (
  limits: Limits | undefined,
  risk: RiskPlan | undefined,
): Readonly<Record<string, string | number>> => ({
  ...(limits && limitValues(limits)),
  ...planLimits(risk),
});

export const limitsView = ({
  rules,
  configured = rules?.limits,
  configuredRisk = rules?.risk,
  raises,
  at,
}: PortfolioState) => ({
  limits: told(rules?.limits, rules?.risk),
  configured: told(configured, configuredRisk ?? undefined),
  waiting: [...raises.waiting.values()].filter(({ until }): boolean => until > at) as readonly AskedRaise[],
});
