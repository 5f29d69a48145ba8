/** `shoal backtesting-show`: the tables of a saved backtest once more. */
import { type Command, Option } from "commander";
import { conventions, type Convention } from "../domain/performance/conventions.ts";
import { type Breakdown, breakdowns } from "../domain/reports/period-table.ts";
import { readResult } from "../domain/reports/saved-result.ts";
import { summaryOf } from "../domain/reports/summary.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { tablesText } from "./backtesting/tables.ts";
import { readText } from "./performance/rows.ts";
import { answer } from "./terminal.ts";
import { list, verb, withJson } from "./verb.ts";

interface Options {
  readonly breakdown?: readonly string[];
  readonly metricsCompat?: Convention;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "backtesting-show",
      about: "The tables of a backtest that was saved.",
      examples: [
        ["backtesting-show result.json", "what `backtesting --export-filename result.json` has saved"],
        ["backtesting-show result.json --breakdown month,weekday --metrics-compat freqtrade", "more of it"],
      ],
    }),
  )
    .argument("<file>", "a saved result (.json, .json.gz)")
    .option("--breakdown <periods>", `closed trades by ${breakdowns.join(", ")}`, list)
    .addOption(
      new Option("--metrics-compat <project>", "whose definitions (default: our own)").choices(conventions),
    )
    .action(show);

const show = (file: string, { breakdown = [], metricsCompat = "shoal", json = false }: Options): void => {
  const report = readResult(parsed(file), file);
  const choice = { convention: metricsCompat, breakdown: breakdown.map(breakdownOf) };
  answer(json, summaryOf(report, metricsCompat), () => tablesText(report, choice));
};

const parsed = (file: string): unknown => {
  const text = readText("file", file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Invalid("file", `JSON (${(error as Error).message})`, file);
  }
};

const breakdownOf = (text: string): Breakdown => {
  const found = breakdowns.find((each) => each === text);
  if (found === undefined) throw new Invalid("--breakdown", `some of ${breakdowns.join(", ")}`, text);
  return found;
};
