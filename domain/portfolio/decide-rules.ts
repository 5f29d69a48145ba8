/**
 * The rules as the configuration says them, and limits that people change while it runs. What somebody changed stands over restarts, until
 * the configuration itself says something else of that limit. A raise waits for a second person (domain/risk/raises.ts).
 */
import { changeLimits, raisedIn, type Limits } from "../risk/limits.ts";
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

export const decideRules = (
  { rules, configured = rules?.limits, raises }: PortfolioState,
  command: Extract<PortfolioCommand, { type: "SetRules" }>,
): readonly PortfolioEvent[] => {
  const { limits: said, balanceSettleMs, degradation, risk, shared, approveRaises, at } = command;
  if (
    rules !== undefined &&
    configured !== undefined &&
    rules.balanceSettleMs === balanceSettleMs &&
    isSame(configured, said) &&
    toJson(rules.degradation) === toJson(degradation) &&
    toJson(rules.risk) === toJson(risk) &&
    toJson(rules.shared) === toJson(shared) &&
    rules.approveRaises === approveRaises
  )
    return [];
  const next = rules === undefined || configured === undefined ? said : news(rules.limits, configured, said);
  // It was on before: whoever edits the configuration cannot switch it off and raise in one.
  const waits = rules?.approveRaises === true ? raisedIn(rules.limits, next) : [];
  const limits = waits.length === 0 ? next : kept(next, rules!.limits, waits);
  const rulesChanged: PortfolioEvent = {
    type: "RulesChanged",
    limits,
    balanceSettleMs,
    ...(degradation && { degradation }),
    ...(risk && { risk }),
    ...(shared && { shared }),
    ...(approveRaises && { approveRaises }),
    ...(isSame(limits, said) ? {} : { configured: said }),
    at,
  };
  if (waits.length === 0) return [rulesChanged];
  return [rulesChanged, askRaise(raises, { change: changeTo(next, waits), by: BY, at })];
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

export const decideLimits = (
  { raises }: PortfolioState,
  limits: Limits,
  command: RaiseCommand,
): readonly PortfolioEvent[] => {
  const { by, at } = command;
  const changed = (change: LimitChange): PortfolioEvent => ({
    type: "LimitsChanged",
    ...{ limits: changeLimits(limits, change), change, by, at },
  });
  if (command.type === "WithdrawRaise") return [withdrawRaise(raises, command)];
  if (command.type === "ApproveRaise") {
    const { event, change } = approveRaise(raises, command);
    return change === undefined ? [event] : [event, changed(change)];
  }
  const next = changeLimits(limits, command.change);
  if (isSame(limits, next)) return [];
  return raisedIn(limits, next).length > 0 ? [askRaise(raises, command)] : [changed(command.change)];
};
