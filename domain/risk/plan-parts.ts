/**
 * The parts of a risk plan that are no single number: lists, calendars, protections, methods, hours. Where limits are raised by two, a
 * configuration that loosens one of them waits like a raise, by the name of its field; its value travels as JSON. A list is looser
 * where it lacks something that it had, and what it names beside that counts at once. What cannot be compared counts as looser.
 */
import { fromJson, toJson } from "../values/json.ts";
import { isCovered } from "./controls/names.ts";
import { at, type Path, PLAN_PREFIX, put } from "./plan-limits.ts";
import { parseRiskPlan, type RiskPlan } from "./plan.ts";
import type { LimitChange } from "./raises.ts";

interface Part {
  readonly path: Path;
  /** Of two values that are there and differ. */
  readonly looser: (before: never, after: never, now: number) => boolean;
  /** What counts until the looser value is approved; without it the value from before. */
  readonly meanwhile?: (before: never, after: never) => unknown;
}

type Names = readonly string[];
type List = readonly object[];
interface Rules {
  readonly home: string;
  readonly rules: List;
}

const always = (): boolean => true;
const isIn = (list: List, one: object): boolean => list.some((other) => toJson(other) === toJson(one));
const both = (before: List, after: List): List => [...before, ...after.filter((one) => !isIn(before, one))];
const list = (path: Path): Part => ({
  path,
  looser: (before: List, after: List) => before.some((one) => !isIn(after, one)),
  meanwhile: (before: List, after: List) => both(before, after),
});

const parts: Readonly<Record<string, Part>> = {
  timeframe: { path: ["timeframe"], looser: always },
  window: { path: ["window"], looser: always },
  "exposure.clusterCorrelation": {
    path: ["exposure", "clusterCorrelation"],
    looser: (before: number, after: number) => after > before,
  },
  "tail.method": { path: ["tail", "method"], looser: always },
  "tail.confidence": {
    path: ["tail", "confidence"],
    looser: (before: number, after: number) => after < before,
  },
  "tail.bars": { path: ["tail", "bars"], looser: (before: number, after: number) => after < before },
  /** Under another name a scenario is another one; whether its `max` is there is the limits' matter. */
  stress: {
    path: ["stress"],
    looser: (before: RiskPlan["stress"], after: RiskPlan["stress"]) =>
      before.some((one) =>
        after.some(
          ({ name, shocks, by }) =>
            name === one.name && toJson([shocks, by]) !== toJson([one.shocks, one.by]),
        ),
      ),
  },
  "dailyLoss.timeZone": { path: ["dailyLoss", "timeZone"], looser: always },
  protections: list(["guards"]),
  sizing: { path: ["sizing"], looser: always },
  haltOnLiquidation: { path: ["haltOnLiquidation"], looser: always },
  stopsNeverLoosen: { path: ["stopsNeverLoosen"], looser: (before: boolean) => before },
  "controls.restricted": {
    path: ["controls", "restricted"],
    looser: (before: Names, after: Names) => before.some((name) => !isCovered(after, name)),
    meanwhile: (before: Names, after: Names) => [...new Set([...before, ...after])],
  },
  "controls.allowed": {
    path: ["controls", "allowed"],
    looser: (before: Names, after: Names) =>
      before.length > 0 && (after.length === 0 || after.some((name) => !isCovered(before, name))),
  },
  "controls.jurisdiction": {
    path: ["controls", "jurisdiction"],
    looser: (before: Rules, after?: Rules) =>
      after?.home !== before.home || before.rules.some((one) => !isIn(after.rules, one)),
    meanwhile: (before: Rules, after?: Rules) =>
      after?.home === before.home ? { ...before, rules: both(before.rules, after.rules) } : before,
  },
  "controls.calendars": list(["controls", "calendars"]),
  "controls.events": {
    ...list(["controls", "events"]),
    looser: (before: RiskPlan["controls"]["events"], after: RiskPlan["controls"]["events"], now: number) =>
      before.some((one) => one.at + one.afterMs >= now && !isIn(after, one)),
  },
  "controls.funding": { path: ["controls", "funding"], looser: always },
  "controls.orderToTrade.minutes": { path: ["controls", "orderToTrade", "minutes"], looser: always },
  "controls.orderToTrade.free": {
    path: ["controls", "orderToTrade", "free"],
    looser: (before: number, after: number) => after > before,
  },
  "controls.models.strategies": {
    path: ["controls", "models", "strategies"],
    looser: (before: Names, after: Names) => before.some((name) => !after.includes(name)),
    meanwhile: (before: Names, after: Names) => [...new Set([...before, ...after])],
  },
};

const partOf = (name: string): Part | undefined =>
  name.startsWith(PLAN_PREFIX) ? parts[name.slice(PLAN_PREFIX.length)] : undefined;

export const isPlanPart = (name: string): boolean => partOf(name) !== undefined;

/** What stands where a configuration has no plan: one that limits nothing. */
const open = ({ timeframe, window }: RiskPlan): RiskPlan => parseRiskPlan({ timeframe, window })!;

/** Names of those that allow more than before, at this time. A section that is gone has taken its limits with it, which says it already. */
export const loosenedParts = (
  before: RiskPlan | undefined,
  after: RiskPlan | undefined,
  now: number,
): readonly string[] => {
  if (before === undefined) return [];
  const next = after ?? open(before);
  return Object.entries(parts).flatMap(([name, { path, looser }]) => {
    const [old, told] = [at(before, path), at(next, path)];
    if (at(next, path.slice(0, -1)) === undefined) return [];
    if (old === undefined ? !enlarges(path, told) : toJson(old) === toJson(told)) return [];
    return old === undefined || looser(old as never, told as never, now) ? [PLAN_PREFIX + name] : [];
  });
};

/** A sizing where there was none limits, unless it makes positions larger than asked for. */
const enlarges = (path: Path, told: unknown): boolean =>
  path[0] === "sizing" && told !== undefined && (told as { readonly most: number }).most > 1;

/** `next` with these parts as they are in force, and what they name anew. */
export const holdParts = (
  next: RiskPlan | undefined,
  inForce: RiskPlan,
  names: readonly string[],
): RiskPlan | undefined => {
  if (names.length === 0) return next;
  let held: unknown = next ?? open(inForce);
  for (const name of names) {
    const { path, meanwhile } = partOf(name)!;
    const [old, told] = [at(inForce, path), at(held, path)];
    held = put(held, path, meanwhile === undefined ? old : meanwhile(old as never, told as never));
  }
  return held as RiskPlan;
};

/** Values as a raise asks for them; null where the plan has none. */
export const partsTo = (
  next: RiskPlan | undefined,
  inForce: RiskPlan | undefined,
  names: readonly string[],
): LimitChange =>
  Object.fromEntries(
    names.map((name) => {
      const value = at(next ?? open(inForce!), partOf(name)!.path);
      return [name, value === undefined ? null : toJson(value)];
    }),
  );

/** The plan with parts as a raise asked for them. */
export const changeParts = (plan: RiskPlan, change: LimitChange): RiskPlan => {
  let next: unknown = plan;
  for (const [name, value] of Object.entries(change))
    next = put(next, partOf(name)!.path, value === null ? undefined : fromJson(String(value)));
  return next as RiskPlan;
};
