/**
 * Finds a strategy by name: those of this repository, and the user's own from a folder outside of it. A user's file
 * exports `strategy`; it is read anew after a change, so a reload brings the new code.
 */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseParams } from "../domain/strategy/params.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { strategies } from "../strategies/index.ts";
import type { StrategySettings } from "./settings.ts";

const isStrategy = (found: unknown): found is Strategy => {
  if (typeof found !== "object" || found === null) return false;
  const { name, genes, needs, start } = found as Partial<Strategy>;
  return (
    typeof name === "string" &&
    typeof genes === "object" &&
    typeof needs === "function" &&
    typeof start === "function"
  );
};

const load = async (path: string): Promise<Strategy> => {
  const url = `${pathToFileURL(path).href}?changed=${statSync(path).mtimeMs}`;
  const { strategy } = (await import(url)) as { readonly strategy?: unknown };
  if (!isStrategy(strategy))
    throw new Invalid(
      path,
      "a file that exports `strategy` with name, genes, needs and start",
      typeof strategy,
    );
  return strategy;
};

/** All that there are, ours first. Throws `Invalid` naming a file that is no strategy, or a name used twice. */
export const allStrategies = async (folder: string | undefined): Promise<ReadonlyMap<string, Strategy>> => {
  const all = new Map(strategies);
  if (folder === undefined) return all;
  if (!existsSync(folder)) throw new Invalid("strategiesDir", "a folder that exists", folder);
  for (const file of readdirSync(folder)
    .filter((name) => /\.(ts|js|mjs)$/.test(name))
    .sort()) {
    const strategy = await load(resolve(join(folder, file)));
    if (all.has(strategy.name)) throw new Invalid(file, "a strategy with a name of its own", strategy.name);
    all.set(strategy.name, strategy);
  }
  return all;
};

/** Refuses a strategy that looks at order books where none are told: in every backtest but one over recorded books. `params`: its defaults when absent. */
export const expectNoBooks = (
  strategy: Strategy,
  params = parseParams(strategy),
  field = "--strategy",
): void => {
  if (strategy.needs(params).books !== true) return;
  const expected =
    "one that does not look at order books: only `backtesting --books`, the sandbox and live venues tell them";
  throw new Invalid(field, expected, strategy.name);
};

export const strategyFinder =
  (folder: string | undefined) =>
  async (name: string): Promise<Strategy> => {
    const all = await allStrategies(folder);
    const found = all.get(name);
    if (found === undefined) throw new Invalid("strategy", `one of ${[...all.keys()].join(", ")}`, name);
    return found;
  };

/** One of the configuration, by its place there. */
export const configured = async (
  one: StrategySettings,
  i: number,
  find: (name: string) => Promise<Strategy>,
) => {
  let strategy: Strategy;
  try {
    strategy = await find(one.strategy);
  } catch (error) {
    if (error instanceof Invalid)
      throw new Invalid(
        `strategies.${i}.strategy`,
        error.message.replace(/^[^:]*: expected /, ""),
        one.strategy,
      );
    throw error;
  }
  return { strategy, params: parseParams(strategy, one.params, `strategies.${i}.params`) };
};
