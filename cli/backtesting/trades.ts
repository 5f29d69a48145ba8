/** `shoal backtesting --trades`: a strategy over recorded trades, one by one. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Around } from "../../nodes/around.ts";
import { readRiskFile } from "../../nodes/risk-file.ts";
import { runTradeBacktest, type TradeAnswer } from "../../nodes/trade-backtest.ts";
import { table } from "../terminal.ts";
import { bookOptions } from "./books.ts";
import { refuseForeign } from "./foreign.ts";
import { checkExport, type ExportOptions, reportChoice, type ReportOptions } from "./outputs.ts";
import { riskText } from "./risk.ts";
import { aboutCandles, show } from "./shown.ts";

export interface TradeOptions {
  readonly trades?: string;
}

export const withTrades = (command: Command): Command =>
  command.option(
    "--trades <path>",
    "recorded trades such as XRP_ETH-trades.csv.gz, or a folder of them, instead of candles",
  );

interface Given extends ReportOptions, ExportOptions {
  readonly strategy: string;
  readonly strategiesDir?: string;
  readonly candles?: string;
  readonly books?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly timerange?: string;
  readonly feeBps: number;
  readonly makerFeeBps?: number;
  readonly startingBalance: number;
  readonly seed: number;
  readonly risk?: string;
  readonly around?: Around | undefined;
  readonly json?: boolean;
}

/** What only candles, signals or books know. */
const foreign = [
  ...["timeframeDetail", "orderLatencyMs", "feedLatencyMs", "tickSize", "lotSize", "slippage", "convention"],
  ...["accounting", "signals", ...bookOptions],
];

/** Throws `Invalid` for options that do not go together. */
export const backtestTrades = async (
  path: string,
  params: unknown,
  given: Given,
  called: Command,
): Promise<void> => {
  for (const name of ["candles", "books"] as const)
    if (given[name] !== undefined) throw new Invalid("--trades", `no --${name} beside it`, path);
  refuseForeign(called, (name) => foreign.includes(name), "none beside --trades");
  const { strategy, strategiesDir, pairs, timeframe, timerange, feeBps, makerFeeBps = feeBps } = given;
  const { startingBalance, seed, risk, around } = given;
  reportChoice(given);
  checkExport(given);
  const run = await runTradeBacktest(
    {
      ...{
        strategy,
        strategiesDir,
        params,
        trades: path,
        pairs,
        timeframe,
        timerange,
        startingBalance,
        seed,
        around,
      },
      makerBps: makerFeeBps,
      takerBps: feeBps,
      ...(risk === undefined ? {} : readRiskFile(risk, "--risk")),
    },
    () => performance.now(),
  );
  show({ ...run, about: aboutCandles(run.answer) }, given, [riskText(run.answer), ...moneyText(run.answer)]);
};

/** What candles do not tell: prints, fills, and amounts to the last digit. */
const moneyText = (value: TradeAnswer): readonly string[] => [
  "FILLS",
  table(
    ["Trades recorded", "Filled", "Cancelled", "Refused", "Expired", "Fills", "Maker", "Taker"].map(
      (name) => [name, "right"] as const,
    ),
    [
      [value.prints, value.filled, value.cancelled, value.refused, value.expired].concat(
        value.fills,
        value.makerFills,
        value.takerFills,
      ),
    ],
    "none",
  ),
  `fees ${listed(value.fees)}; held ${listed(value.held)}`,
  "",
];

const listed = (amounts: Readonly<Record<string, string>>): string =>
  Object.entries(amounts)
    .map(([name, amount]) => `${amount} ${name}`)
    .join(", ") || "none";
