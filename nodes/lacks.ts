/** What a running process does without: trading goes on, and somebody should look. */
import type { Engine } from "./engine.ts";

/** `leases`: cut off, its portfolios and accounts are halted. `budgets`: it spends its own share only. `ticks`: rows wait. */
export type Lack = "leases" | "budgets" | "ticks";

export const lacks = ({ leases, limits, ticks }: Pick<Engine, "leases" | "limits" | "ticks">): Lack[] => {
  const found: Lack[] = [];
  if (leases?.holds() === false) found.push("leases");
  if (limits.stats().fallback) found.push("budgets");
  if (ticks.stats().failing) found.push("ticks");
  return found;
};
