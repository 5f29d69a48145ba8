/**
 * What a trader keeps and reads back: most have one lane of state for each of their instruments, made with their parameters.
 * A state that was saved with other parameters is refused by the name of the first that differs; one from before a parameter was
 * there has none of it.
 */
import { loadState, saveState } from "../indicators/state.ts";
import { Invalid } from "../values/invalid.ts";
import { readObject } from "../values/read.ts";
import type { Params, Saved } from "./strategy.ts";

/** Exactly `count` lanes; `Invalid` names what is missing. */
export const readLanes = (saved: Saved, count: number): readonly Saved[] => {
  const lanes: unknown = saved.lanes;
  if (!Array.isArray(lanes) || lanes.length !== count)
    throw new Invalid("saved.lanes", `a list of ${count}, one for each instrument`, lanes);
  return lanes.map((lane, i) => readObject(lane, `saved.lanes[${i}]`));
};

export const readOneOf = <T>(raw: unknown, allowed: readonly T[], field: string): T => {
  const found = allowed.find((one) => one === raw);
  if (found === undefined) throw new Invalid(field, `one of ${allowed.join(", ")}`, raw);
  return found;
};

/** A part of a lane that keeps itself, since what it holds changes its shape. */
interface Keeper {
  save(): unknown;
  load(saved: unknown, field: string): void;
}

const isKeeper = (value: unknown): value is Keeper =>
  typeof (value as Partial<Keeper> | undefined)?.save === "function";

/** Every field of every lane: keepers by themselves, all others as indicators/state.ts writes them. */
export const saveLanes = (params: Params, lanes: readonly object[]): Saved => ({
  params,
  lanes: lanes.map((lane) =>
    Object.fromEntries(
      Object.entries(lane).map(([name, value]) => [name, isKeeper(value) ? value.save() : saveState(value)]),
    ),
  ),
});

/** Into lanes of the same shape. */
export const loadLanes = (saved: Saved, params: Params, lanes: readonly object[]): void => {
  const from = readLanes(saved, lanes.length);
  const made = readObject(saved["params"], "saved.params");
  for (const [name, value] of Object.entries(params))
    if (made[name] !== undefined && made[name] !== value)
      throw new Invalid(`saved.params.${name}`, String(value), made[name]);
  for (const [i, lane] of lanes.entries()) loadLane(lane, from[i]!, `saved.lanes[${i}]`);
};

const loadLane = (lane: object, from: Saved, field: string): void => {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(lane))
    if (isKeeper(value)) value.load(from[name], `${field}.${name}`);
    else plain[name] = value;
  loadState(plain, from, field);
  Object.assign(lane, plain);
};
