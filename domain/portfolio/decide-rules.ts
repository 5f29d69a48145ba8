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
import { changeParts, holdParts, isPlanPart, loosenedParts, partsTo } from "../risk/plan-parts.ts";
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
  const inForce = rules?.risk;
  // It was on before: whoever edits the configuration cannot switch it off and raise in one.
  const bound = rules?.approveRaises === true;
  // What an earlier configuration asked for is not what it says now.
  const asked = [...raises.waiting.values()].filter(({ by }) => by === BY);
  const withdrawn = asked.map(({ number }) => withdrawRaise(raises, { number, by: BY, at }));
  if (
    rules !== undefined &&
    configured !== undefined &&
    rules.balanceSettleMs === balanceSettleMs &&
    isSame(configured, said) &&
    toJson(rules.degradation) === toJson(degradation) &&
    isSamePlan(knownRisk, saidRisk) &&
    toJson(rules.shared) === toJson(shared) &&
    rules.approveRaises === approveRaises
  ) {
    // Nobody else can ask for them: an ask that has ended is made again.
    const held = bound && asked.every(({ until }) => until <= at) ? loosenedParts(inForce, saidRisk, at) : [];
    if (held.length === 0) return [];
    return [...withdrawn, askRaise(raises, { change: partsTo(saidRisk, inForce, held), by: BY, at })];
  }
  const next = rules === undefined || configured === undefined ? said : news(rules.limits, configured, said);
  // A plan that the configuration has said before goes on as it is.
  const nextRisk =
    inForce === undefined || saidRisk === undefined
      ? isSamePlan(knownRisk, saidRisk)
        ? inForce
        : saidRisk
      : planNews(inForce, knownRisk, saidRisk);
  const waits = bound ? raisedIn(rules.limits, next) : [];
  const riskWaits = bound ? raisedInPlan(inForce, nextRisk) : [];
  const partWaits = bound ? loosenedParts(inForce, nextRisk, at) : [];
  const limits = waits.length === 0 ? next : kept(next, rules!.limits, waits);
  const risk =
    inForce === undefined ? nextRisk : holdParts(holdPlan(nextRisk, inForce, riskWaits), inForce, partWaits);
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
  const events = [rulesChanged, ...withdrawn];
  if (waits.length + riskWaits.length + partWaits.length === 0) return events;
  const change = {
    ...changeTo(next, waits),
    ...changeOf(planLimits(nextRisk), riskWaits),
    ...partsTo(nextRisk, inForce, partWaits),
  };
  return [...events, askRaise(raises, { change, by: BY, at })];
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

/** Throws `Invalid` by the name of the limit. Parts of the plan come from a configuration alone, and were read there. */
const changedTo = ({ limits, risk }: Changeable, change: LimitChange, approved: boolean): Changeable => {
  const own: Record<string, LimitChange[string]> = {};
  const [plan, parts] = [{ ...own }, { ...own }];
  for (const [name, value] of Object.entries(change))
    (approved && isPlanPart(name) ? parts : name.startsWith(PLAN_PREFIX) ? plan : own)[name] = value;
  return {
    limits: changeLimits(limits, own),
    risk: changePlan(risk && changeParts(risk, parts), plan),
  };
};

export const decideLimits = (
  { raises, rules }: PortfolioState,
  limits: Limits,
  command: RaiseCommand,
): readonly PortfolioEvent[] => {
  const { by, at } = command;
  const now: Changeable = { limits, risk: rules?.risk };
  const changed = (change: LimitChange): PortfolioEvent => {
    const next = changedTo(now, change, command.type === "ApproveRaise");
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
  const next = changedTo(now, command.change, false);
  if (isSame(limits, next.limits) && isSamePlan(now.risk, next.risk)) return [];
  return raisedIn(limits, next.limits).length + raisedInPlan(now.risk, next.risk).length > 0
    ? [askRaise(raises, command)]
    : [changed(command.change)];
};
