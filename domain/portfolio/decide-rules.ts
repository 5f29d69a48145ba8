/**
 * The rules as the configuration says them, and limits that people change while it runs: those of the portfolio, and the numbers of its
 * risk plan. What somebody changed stands over restarts, until the configuration itself says something else of that limit. A raise
 * waits for a second person (domain/risk/raises.ts).
 */
import { changeLimits, raisedIn, type Limits } from "../risk/limits.ts";
import type { RiskPlan } from "../risk/plan.ts";
import {
  changePlan,
  holdPlan,
  PLAN_PREFIX,
  planLimits,
  planNews,
  raisedInPlan,
} from "../risk/plan-limits.ts";
import {
  approveRaise,
  askRaise,
  withdrawRaise,
  type LimitChange,
  type RaiseCommand,
} from "../risk/raises.ts";
import { toJson } from "../values/json.ts";
import { format } from "../values/values.ts";
import type { PortfolioCommand } from "./commands.ts";
import type { PortfolioEvent } from "./events.ts";
import type { PortfolioState } from "./state.ts";

/** Who asks for what a new configuration raises. */
const BY = "configuration";

const isSame = (a: Limits, b: Limits): boolean => {
  const names = Object.keys(a) as (keyof Limits)[];
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

const isSamePlan = (a: RiskPlan | undefined, b: RiskPlan | undefined): boolean => toJson(a) === toJson(b);

export const decideRules = (
  { rules, configured = rules?.limits, configuredRisk = rules?.risk, raises }: PortfolioState,
  command: Extract<PortfolioCommand, { type: "SetRules" }>,
): readonly PortfolioEvent[] => {
  const { limits: said, balanceSettleMs, degradation, risk: saidRisk, shared, approveRaises, at } = command;
  const knownRisk = configuredRisk ?? undefined;
  if (
    rules !== undefined &&
    configured !== undefined &&
    rules.balanceSettleMs === balanceSettleMs &&
    isSame(configured, said) &&
    toJson(rules.degradation) === toJson(degradation) &&
    isSamePlan(knownRisk, saidRisk) &&
    toJson(rules.shared) === toJson(shared) &&
    rules.approveRaises === approveRaises
  )
    return [];
  const next = rules === undefined || configured === undefined ? said : news(rules.limits, configured, said);
  const inForce = rules?.risk;
  // A plan that the configuration has said before goes on as it is.
  const nextRisk =
    inForce === undefined || saidRisk === undefined
      ? isSamePlan(knownRisk, saidRisk)
        ? inForce
        : saidRisk
      : planNews(inForce, knownRisk, saidRisk);
  // It was on before: whoever edits the configuration cannot switch it off and raise in one.
  const bound = rules?.approveRaises === true;
  const waits = bound ? raisedIn(rules.limits, next) : [];
  const riskWaits = bound ? raisedInPlan(inForce, nextRisk) : [];
  const limits = waits.length === 0 ? next : kept(next, rules!.limits, waits);
  const risk = riskWaits.length === 0 ? nextRisk : holdPlan(nextRisk, inForce!, riskWaits);
  const rulesChanged: PortfolioEvent = {
    type: "RulesChanged",
    limits,
    balanceSettleMs,
    ...(degradation && { degradation }),
    ...(risk && { risk }),
    ...(shared && { shared }),
    ...(approveRaises && { approveRaises }),
    ...(isSame(limits, said) ? {} : { configured: said }),
    ...(isSamePlan(risk, saidRisk) ? {} : { configuredRisk: saidRisk ?? null }),
    at,
  };
  if (waits.length === 0 && riskWaits.length === 0) return [rulesChanged];
  const change = { ...changeTo(next, waits), ...changeOf(planLimits(nextRisk), riskWaits) };
  return [rulesChanged, askRaise(raises, { change, by: BY, at })];
};

/** What the configuration says anew counts; where it says the same as before, what counted goes on. */
const news = (inForce: Limits, before: Limits, said: Limits): Limits => {
  const next: Record<string, unknown> = {};
  for (const name of Object.keys({ ...before, ...said, ...inForce }) as (keyof Limits)[]) {
    const value = before[name] === said[name] ? inForce[name] : said[name];
    if (value !== undefined) next[name] = value;
  }
  return next as unknown as Limits;
};

const kept = (next: Limits, inForce: Limits, names: readonly (keyof Limits)[]): Limits => {
  const limits: Record<string, unknown> = { ...next };
  for (const name of names) limits[name] = inForce[name];
  return limits as unknown as Limits;
};

const changeTo = (limits: Limits, names: readonly (keyof Limits)[]): LimitChange =>
  Object.fromEntries(
    names.map((name) => {
      const value = limits[name];
      return [name, typeof value === "bigint" ? format(value) : (value ?? null)];
    }),
  );

const changeOf = (values: Readonly<Record<string, number>>, names: readonly string[]): LimitChange =>
  Object.fromEntries(names.map((name) => [name, values[name] ?? null]));

interface Changeable {
  readonly limits: Limits;
  readonly risk?: RiskPlan | undefined;
}

/** Throws `Invalid` by the name of the limit. */
const changedTo = ({ limits, risk }: Changeable, change: LimitChange): Changeable => {
  const [own, plan]: [Record<string, LimitChange[string]>, Record<string, LimitChange[string]>] = [{}, {}];
  for (const [name, value] of Object.entries(change))
    (name.startsWith(PLAN_PREFIX) ? plan : own)[name] = value;
  return { limits: changeLimits(limits, own), risk: changePlan(risk, plan) };
};

export const decideLimits = (
  { raises, rules }: PortfolioState,
  limits: Limits,
  command: RaiseCommand,
): readonly PortfolioEvent[] => {
  const { by, at } = command;
  const now: Changeable = { limits, risk: rules?.risk };
  const changed = (change: LimitChange): PortfolioEvent => {
    const next = changedTo(now, change);
    return {
      type: "LimitsChanged",
      limits: next.limits,
      ...(isSamePlan(next.risk, now.risk) ? {} : { risk: next.risk! }),
      ...{ change, by, at },
    };
  };
  if (command.type === "WithdrawRaise") return [withdrawRaise(raises, command)];
  if (command.type === "ApproveRaise") {
    const { event, change } = approveRaise(raises, command);
    return change === undefined ? [event] : [event, changed(change)];
  }
  const next = changedTo(now, command.change);
  if (isSame(limits, next.limits) && isSamePlan(now.risk, next.risk)) return [];
  return raisedIn(limits, next.limits).length + raisedInPlan(now.risk, next.risk).length > 0
    ? [askRaise(raises, command)]
    : [changed(command.change)];
};
