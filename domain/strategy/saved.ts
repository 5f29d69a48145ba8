/** Reading back what a trader saved: most keep one lane of state for each of their instruments. */
import { Invalid } from "../values/invalid.ts";
import { readObject } from "../values/read.ts";
import type { Saved } from "./strategy.ts";

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
