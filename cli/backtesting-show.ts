/** `shoal backtesting-show`: the tables of a saved backtest once more, and its page. */
import type { Command } from "commander";
import { candleFiles, readCandles } from "../adapters/history/candle-file.ts";
import type { MarketCandles } from "../domain/reports/market.ts";
import type { ReportedBacktest } from "../domain/reports/reported.ts";
import { readResult } from "../domain/reports/saved-result.ts";
import { summaryOf } from "../domain/reports/summary.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { reportChoice, type ReportOptions, withReport, writeHtml } from "./backtesting/outputs.ts";
import { tablesText } from "./backtesting/tables.ts";
import { readText } from "./performance/rows.ts";
import { answer, say } from "./terminal.ts";
import { verb, withJson } from "./verb.ts";

interface Options extends ReportOptions {
  readonly candles?: string;
  readonly json?: boolean;
}

export const make = (): Command =>
  withReport(
    withJson(
      verb({
        name: "backtesting-show",
        about: "The tables of a backtest that was saved, and its page.",
        examples: [
          ["backtesting-show result.json", "what `backtesting --export-filename result.json` has saved"],
          [
            "backtesting-show result.json --html report.html --candles history/binance",
            "its page, with the prices",
          ],
        ],
      }),
    ),
  )
    .argument("<file>", "a saved result (.json, .json.gz)")
    .option("--candles <path>", "candles of its pairs and timeframe, for the prices on the page")
    .action(show);

const show = async (file: string, options: Options): Promise<void> => {
  const report = readResult(parsed(file), file);
  const choice = reportChoice(options);
  if (options.candles !== undefined && options.html === undefined)
    throw new Invalid("--candles", "--html beside it", options.candles);
  if (options.html !== undefined) {
    const markets = options.candles === undefined ? [] : await marketsOf(options.candles, report);
    writeHtml(options.html, report, markets, choice.convention);
    say(`report: ${options.html}`);
  }
  answer(options.json === true, summaryOf(report, choice.convention), () => tablesText(report, choice));
};

const parsed = (file: string): unknown => {
  const text = readText("file", file);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Invalid("file", `JSON (${(error as Error).message})`, file);
  }
};

/** One file a pair, those of the time that was tested. */
const marketsOf = async (
  path: string,
  { markets, timeframe, from, to }: ReportedBacktest,
): Promise<readonly MarketCandles[]> => {
  const symbols = markets.map(({ pair }) => pair);
  const files = candleFiles(path, "--candles", { symbols, timeframe });
  const found = new Map(files.map((each) => [each.symbol, each]));
  return Promise.all(
    [...found.values()].map(async (each) => {
      const read = await readCandles(each.path, { from, to, timeframe: each.timeframe });
      return { pair: each.symbol!, timeframe: read.timeframe, candles: read.candles };
    }),
  );
};
