/** Several strategies for one backtest, out of a file: which, with what parameters, on which pairs, guided by what, managed, hedged and worked how, with how much of the balance. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseWork } from "../domain/execution/work.ts";
import { Fields } from "../domain/risk/fields.ts";
import type { Strategy } from "../domain/strategy/strategy.ts";
import { readPlan } from "../domain/strategy/manage/read-plan.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { readObject } from "../domain/values/read.ts";
import { UNALLOCATED } from "../domain/portfolio/book.ts";
import { aroundAs } from "./around.ts";
import { readGuide } from "./guide.ts";
import { readHedge } from "./hedge.ts";
import { expectNoBooks, strategyFinder } from "./strategy-files.ts";

/** A strategy as the file names it. */
export interface ListedStrategy {
  readonly id: string;
  readonly strategy: Strategy;
  /** As given; what is missing has its default. */
  readonly params: unknown;
  readonly pairs: readonly string[] | undefined;
  /** Part of the starting balance. */
  readonly share: number;
  /** Where it stands in the file, for what is found wrong with it later. */
  readonly field: string;
  /** Its aims are worked. */
  readonly worked: boolean;
}

/** Shares may sum to this much more than 1: the noise of writing 0.1 ten times. */
const NOISE = 1e-9;
const STRATEGIES_MAX = 100;

/** Throws `Invalid` naming the option, or the field in the file. Without shares each gets an equal one. */
export const readStrategiesFile = async (
  path: string,
  option: string,
  folder: string | undefined,
): Promise<readonly ListedStrategy[]> => {
  let raw: unknown;
  try {
    raw = parse(readFileSync(path, "utf8"));
  } catch (error) {
    const why = (error as Error).message.split("\n")[0] ?? "";
    throw new Invalid(option, `a file of YAML or JSON (${why})`, path);
  }
  const file = new Fields(raw ?? undefined, option, ["strategies"]);
  const entries = file.objects("strategies", [
    ...["id", "strategy", "params", "pairs", "share", "predictions", "guide", "manage", "hedge", "execution"],
  ]);
  if (entries.length === 0 || entries.length > STRATEGIES_MAX)
    throw new Invalid(file.at("strategies"), `1 to ${STRATEGIES_MAX} strategies`, entries.length);
  const equal = equalShare(entries, file);
  const find = strategyFinder(folder);
  const listed: ListedStrategy[] = [];
  for (const entry of entries) {
    const name = entry.text("strategy", /./, "the name of a strategy");
    const id = entry.text("id", /^[\w-]{1,64}$/, "1 to 64 letters, digits, - and _", name);
    if (id === UNALLOCATED || listed.some((one) => one.id === id)) entry.refuse("id", "an id used once");
    const pairs = entry.texts("pairs", /^[^/\s]+\/[^/\s]+$/, "a pair such as BTC/USDT");
    if (new Set(pairs).size < pairs.length) entry.refuse("pairs", "each pair once");
    const predictions = entry.has("predictions") ? entry.text("predictions", /./, "a file") : undefined;
    const guide = readGuide(predictions, entry.get("guide"), {
      predictions: entry.at("predictions"),
      guide: entry.at("guide"),
    });
    const manage = entry.has("manage") ? readObject(entry.get("manage"), entry.at("manage")) : undefined;
    if (manage !== undefined) readPlan(manage, entry.at("manage"));
    const execution = entry.has("execution")
      ? parseWork(entry.get("execution"), entry.at("execution"))
      : undefined;
    const hedge = readHedge(entry.get("hedge"), entry.at("hedge"));
    const strategy = aroundAs(await find(name), { guide, manage, hedge, execution });
    expectNoBooks(strategy, undefined, entry.at("strategy"));
    listed.push({
      id,
      strategy,
      params: entry.get("params"),
      pairs: entry.has("pairs") ? pairs : undefined,
      share: entry.maybeRatio("share", 1) ?? equal,
      field: entry.path,
      worked: execution !== undefined,
    });
  }
  return listed;
};

/** Of those that name none: what the others leave, in equal parts. */
const equalShare = (entries: readonly Fields[], file: Fields): number => {
  const without = entries.filter((entry) => !entry.has("share")).length;
  const given = entries.reduce((sum, entry) => sum + (entry.maybeRatio("share", 1) ?? 0), 0);
  if (given > 1 + NOISE || (without > 0 && given > 1 - NOISE))
    throw new Invalid(
      file.at("strategies"),
      without > 0
        ? "shares below 1 in all, which leave something to those without"
        : "shares of at most 1 in all",
      given,
    );
  return without === 0 ? 0 : (1 - given) / without;
};
