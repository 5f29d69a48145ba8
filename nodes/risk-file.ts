/** A portfolio's limits and risk plan out of a file of their own, for backtests: `limits` and `risk` as the configuration has them. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { type Limits, parseLimits } from "../domain/risk/limits.ts";
import { parseRiskPlan, type RiskPlan } from "../domain/risk/plan.ts";
import { Fields } from "../domain/risk/fields.ts";
import { Invalid } from "../domain/values/invalid.ts";

export interface RiskFile {
  readonly limits: Limits;
  readonly risk: RiskPlan | undefined;
}

/** Throws `Invalid` naming the option, or the field in the file. */
export const readRiskFile = (path: string, option: string): RiskFile => {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Invalid(
      option,
      `a file of YAML or JSON (${(error as Error).message.split("\n")[0] ?? ""})`,
      path,
    );
  }
  const fields = new Fields(raw ?? undefined, option, ["limits", "risk"]);
  if (!fields.has("limits") && !fields.has("risk"))
    throw new Invalid(option, "a file with limits or risk", path);
  return {
    limits: parseLimits(fields.get("limits"), "limits"),
    risk: parseRiskPlan(fields.get("risk"), "risk"),
  };
};
