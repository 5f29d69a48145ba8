/**
 * The numbers of a risk plan that limit something, as people see and change them while it runs: each by the name of its field in the
 * configuration, `risk.exposure.gross`, a scenario's by `risk.stress.<its name>`. Every one of them allows more the larger it is, and
 * everything where it is absent. What a section needs beside them (a method, hours, names) is the configuration's alone.
 */
import { Invalid } from "../values/invalid.ts";
import { parseRiskPlan, type RiskPlan } from "./plan.ts";
import type { LimitChange } from "./raises.ts";

export const PLAN_PREFIX = "risk.";

export type Path = readonly (string | number)[];
/** By name; absent where nothing is limited. */
type PlanLimits = Readonly<Record<string, number>>;

/** Where a limit stands; all but the first may be set only where the section around it is there. */
const places: readonly Path[] = [
  ...["gross", "net", "asset", "venue", "strategy", "cluster"].map((name) => ["exposure", name]),
  ["drawdown"],
  ["dailyLoss", "max"],
  ["tail", "valueAtRisk"],
  ["tail", "expectedShortfall"],
  ["controls", "cancelsPerMinute"],
  ["controls", "orderToTrade", "max"],
  ["controls", "models", "exposure"],
  ["controls", "models", "ordersPerHour"],
];

const placesIn = (plan: RiskPlan): ReadonlyMap<string, Path> =>
  new Map([
    ...places
      .filter((path) => at(plan, path.slice(0, -1)) !== undefined)
      .map((path): [string, Path] => [PLAN_PREFIX + path.join("."), path]),
    ...plan.stress.map(({ name }, k): [string, Path] => [
      `${PLAN_PREFIX}stress.${name}`,
      ["stress", k, "max"],
    ]),
  ]);

export const at = (node: unknown, path: Path): unknown =>
  path.reduce((inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key], node);

/** A copy with another value there; undefined takes it away. */
export const put = (node: unknown, [key, ...rest]: Path, value: unknown): unknown => {
  if (key === undefined) return value;
  const inner = put(at(node, [key]), rest, value);
  if (Array.isArray(node)) return node.map((one: unknown, k) => (k === key ? inner : one));
  const copy: Record<string, unknown> = { ...(node as object) };
  if (inner === undefined) Reflect.deleteProperty(copy, key);
  else copy[key] = inner;
  return copy;
};
const set = (plan: RiskPlan, path: Path, value: unknown): RiskPlan => put(plan, path, value) as RiskPlan;

export const planLimits = (plan: RiskPlan | undefined): PlanLimits => {
  const told: Record<string, number> = {};
  if (plan === undefined) return told;
  for (const [name, path] of placesIn(plan)) {
    const value = at(plan, path);
    if (typeof value === "number") told[name] = value;
  }
  return told;
};

/** With these new values, null for none. Throws `Invalid`, as a configuration would, and for a name that the plan has no place for. */
export const changePlan = (plan: RiskPlan | undefined, change: LimitChange): RiskPlan | undefined => {
  if (plan === undefined) {
    for (const [name, value] of Object.entries(change))
      throw new Invalid(name, "left out: the portfolio has no risk plan", value);
    return undefined;
  }
  const known = placesIn(plan);
  let next = plan;
  for (const [name, value] of Object.entries(change)) {
    const path = known.get(name);
    if (path === undefined) throw new Invalid(name, `one of ${[...known.keys()].join(", ")}`, value);
    next = set(next, path, value === null ? undefined : Number(value));
  }
  check(next);
  return next;
};

/** As `parseRiskPlan` reads them: their ranges, and what may not be above what. */
const check = ({ window, exposure, drawdown, dailyLoss, tail, stress, controls }: RiskPlan): void => {
  const { clusterCorrelation, ...limits } = exposure;
  const { cancelsPerMinute, orderToTrade, models } = controls;
  parseRiskPlan({
    ...{ window, drawdown, dailyLoss, tail, stress },
    exposure: { ...limits, ...(limits.cluster !== undefined && { clusterCorrelation }) },
    controls: { cancelsPerMinute, orderToTrade, models },
  });
};

/** Names of those that allow more than before. */
export const raisedInPlan = (
  before: RiskPlan | undefined,
  after: RiskPlan | undefined,
): readonly string[] => {
  const [old, now] = [planLimits(before), planLimits(after)];
  return Object.keys(old).filter((name) => now[name] === undefined || now[name] > old[name]!);
};

/** What a configuration says anew counts; a limit of which it says the same as before keeps the value that somebody gave it. */
export const planNews = (inForce: RiskPlan, before: RiskPlan | undefined, said: RiskPlan): RiskPlan => {
  const [own, old, now] = [planLimits(inForce), planLimits(before), planLimits(said)];
  let next = said;
  for (const [name, path] of placesIn(said))
    if (old[name] === now[name] && own[name] !== now[name]) next = set(next, path, own[name]);
  return next;
};

/** `next` with these limits as they are in force; a section that it lacks is taken over whole. */
export const holdPlan = (
  next: RiskPlan | undefined,
  inForce: RiskPlan,
  names: readonly string[],
): RiskPlan | undefined => {
  if (names.length === 0) return next;
  let held = next ?? parseRiskPlan({ timeframe: inForce.timeframe, window: inForce.window })!;
  const from = placesIn(inForce);
  for (const name of names) {
    const path = from.get(name)!;
    const own = placesIn(held).get(name);
    if (own !== undefined) held = set(held, own, at(inForce, path));
    else if (path[0] === "stress")
      held = { ...held, stress: [...held.stress, inForce.stress[path[1] as number]!] };
    else held = set(held, path.slice(0, -1), at(inForce, path.slice(0, -1)));
  }
  return held;
};
