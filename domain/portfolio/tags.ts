/** Tags of orders that are the portfolio's own: no order that a strategy places has one. */
import { Invalid } from "../values/invalid.ts";
import { AIM_TAG } from "./draft.ts";
import { PROTECT_TAG } from "./protection.ts";
import { CLOSE_TAG, TARGET_TAG } from "./targets.ts";

const reserved: ReadonlySet<string> = new Set([AIM_TAG, PROTECT_TAG, TARGET_TAG, CLOSE_TAG]);

export const checkTag = (tag: string, field: string): void => {
  if (reserved.has(tag)) throw new Invalid(field, `another name than "${tag}"`, tag);
};
