/** `shoal backtesting --trades`: a strategy over recorded trades, one by one. */
import type { Command } from "commander";
import { Invalid } from "../../domain/values/invalid.ts";
import type { WrittenGuide } from "../../nodes/guide.ts";
import { readRiskFile } from "../../nodes/risk-file.ts";
import { runTradeBacktest, type TradeAnswer } from "../../nodes/trade-backtest.ts";
import { table } from "../terminal.ts";
import { checkExport, type ExportOptions, reportChoice, type ReportOptions } from "./outputs.ts";
import { show } from "./shown.ts";

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
  readonly guide?: WrittenGuide | undefined;
  readonly json?: boolean;
}

/** What only candles know: told, where it would be passed over. */
const foreign = [
  "timeframeDetail",
  "orderLatencyMs",
  "feedLatencyMs",
  "tickSize",
  "lotSize",
  "slippage",
] as const;

/** Throws `Invalid` for options that do not go together. */
export const backtestTrades = async (
  path: string,
  params: unknown,
  given: Given,
  called: Command,
): Promise<void> => {
  for (const name of ["candles", "books"] as const)
    if (given[name] !== undefined) throw new Invalid("--trades", `no --${name} beside it`, path);
  for (const name of [...foreign, "convention", "accounting"])
    if (called.getOptionValueSource(name) === "cli")
      throw new Invalid(
        `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
        "none beside --trades",
        called.getOptionValue(name),
      );
  const { strategy, strategiesDir, pairs, timeframe, timerange, feeBps, makerFeeBps = feeBps } = given;
  const { startingBalance, seed, risk, guide } = given;
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
        guide,
      },
      makerBps: makerFeeBps,
      takerBps: feeBps,
      ...(risk === undefined ? {} : readRiskFile(risk, "--risk")),
    },
    () => performance.now(),
  );
  show(run, given, moneyText(run.answer));
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
