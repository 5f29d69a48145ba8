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

/** A cap that names nobody caps nothing. Throws `Invalid` naming the field. */
export const checkModels = (
  plan: RiskPlan | undefined,
  path: string,
  { ids, of }: { readonly ids: readonly string[]; readonly of: string },
): void => {
  for (const [k, name] of (plan?.controls.models?.strategies ?? []).entries())
    if (!ids.includes(name))
      throw new Invalid(`${path}.controls.models.strategies.${k}`, `a strategy of ${of}`, name);
};

/** What a strategy that is backtested by itself is called. */
const ALONE: readonly string[] = ["backtest"];

/** `ids`: of the strategies that run under it. Throws `Invalid` naming the option, or the field in the file. */
export const readRiskFile = (path: string, option: string, ids = ALONE): RiskFile => {
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
  const limits = parseLimits(fields.get("limits"), "limits");
  const risk = parseRiskPlan(fields.get("risk"), "risk");
  checkModels(risk, "risk", { ids, of: `this run (${ids.join(", ")})` });
  return { limits, risk };
};
