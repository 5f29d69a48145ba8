/**
 * Indicators of this repository, and the user's own from a folder outside of it. A user's file exports `indicator`, a
 * declaration as `domain/indicators/declaration.ts` has it.
 */
import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { catalogue } from "../domain/indicators/catalogue.ts";
import type { Declaration } from "../domain/indicators/declaration.ts";
import { Invalid } from "../domain/values/invalid.ts";

const isDeclaration = (found: unknown): found is Declaration => {
  if (typeof found !== "object" || found === null) return false;
  const { name, title, inputs, outputs, params, lookback, start } = found as Partial<Declaration>;
  return (
    typeof name === "string" &&
    typeof title === "string" &&
    Array.isArray(inputs) &&
    inputs.length > 0 &&
    Array.isArray(outputs) &&
    outputs.length > 0 &&
    typeof params === "object" &&
    typeof lookback === "function" &&
    typeof start === "function"
  );
};

/** All that there are, ours first. Throws `Invalid` naming a file that declares none, or a name used twice. */
export const allIndicators = async (
  folder: string | undefined,
): Promise<ReadonlyMap<string, Declaration>> => {
  const all = new Map(catalogue);
  if (folder === undefined) return all;
  if (!existsSync(folder)) throw new Invalid("indicators-dir", "a folder that exists", folder);
  for (const file of readdirSync(folder)
    .filter((name) => /\.(ts|js|mjs)$/.test(name))
    .sort()) {
    const path = resolve(join(folder, file));
    const { indicator } = (await import(pathToFileURL(path).href)) as { readonly indicator?: unknown };
    if (!isDeclaration(indicator))
      throw new Invalid(
        file,
        "a file that exports `indicator` with name, title, inputs, params, outputs, lookback and start",
        indicator,
      );
    if (all.has(indicator.name))
      throw new Invalid(file, "an indicator with a name of its own", indicator.name);
    all.set(indicator.name, indicator);
  }
  return all;
};
