/** `shoal metrics`: the figures of a series of returns, or of closed trades, under a named convention. */
import { type Command, Option } from "commander";
import { attributionOf, type Calendar, calendars } from "../domain/performance/attribution.ts";
import { conventions, type Convention, conventionText } from "../domain/performance/conventions.ts";
import { tradeMetrics } from "../domain/performance/trade-metrics.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { keyOf, sharedText } from "./performance/shared-out.ts";
import { figureText, figureTitle } from "./performance/figures.ts";
import { alignedReturns } from "./performance/aligned-returns.ts";
import { returnsAnswer, type ReturnsAnswer } from "./performance/returns-answer.ts";
import { tradesReturns } from "./performance/trades-equity.ts";
import { type Label, labels, readTrades } from "./performance/trades-file.ts";
import { answer, table } from "./terminal.ts";
import { amount, verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly returns?: string;
  readonly trades?: string;
  readonly startingBalance?: number;
  readonly benchmark?: string;
  readonly periods?: number;
  readonly trials?: number;
  readonly metricsCompat?: Convention;
  readonly by?: Label | Calendar;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "metrics",
      about:
        "Figures of returns or closed trades: Sharpe, drawdown, profit factor and the rest, by a named convention.",
      examples: [
        ["metrics --returns returns.csv", "daily returns: one number a line, or a date and a number"],
        [
          "metrics --returns equity.csv --benchmark btc.csv --metrics-compat empyrical --json",
          "as empyrical defines them",
        ],
      ],
    }),
  )
    .option("--returns <file>", "returns as ratios, or equity: CSV, with a header or without (.gz too)")
    .option("--trades <file>", "closed trades: CSV with profit or profitRatio, or the JSON of a backtest")
    .option(
      "--starting-balance <n>",
      "what the trades began with: their daily equity gives the figures of returns too",
      amount,
    )
    .addOption(
      new Option("--by <what>", "share out the profit of the trades too").choices([...labels, ...calendars]),
    )
    .option("--benchmark <file>", "returns of a benchmark, matched by time where both files have times")
    .option(
      "--periods <n>",
      "returns in a year (default: 365 daily ones; empyrical 252)",
      wholeNumber(1, 100_000_000),
    )
    .option(
      "--trials <n>",
      "how many were tried until this one was found, for the deflated Sharpe ratio",
      wholeNumber(1, 1e9),
    )
    .addOption(
      new Option("--metrics-compat <project>", "whose definitions (default: our own)").choices(conventions),
    )
    .action(show);

const show = (options: Options): void => {
  const { returns, trades, startingBalance, metricsCompat = "shoal" } = options;
  if (returns === undefined && trades === undefined)
    throw new Invalid("--returns", "a file of returns, or --trades with a file of trades", undefined);
  if (returns === undefined && options.benchmark !== undefined)
    throw new Invalid("--benchmark", "a file of --returns beside it", options.benchmark);
  if (startingBalance !== undefined && (trades === undefined || returns !== undefined))
    throw new Invalid("--starting-balance", "--trades and no --returns beside it", startingBalance);
  const closed = trades === undefined ? undefined : readTrades("--trades", trades);
  const perTrade = metricsCompat === "freqtrade";
  const series =
    returns !== undefined
      ? alignedReturns(returns, options.benchmark, options.periods, perTrade)
      : startingBalance !== undefined
        ? tradesReturns(closed!, startingBalance, perTrade)
        : undefined;
  const ofReturns = series && returnsAnswer(series, options, metricsCompat);
  const ofTrades = closed && tradeMetrics(closed, metricsCompat);
  if (options.by !== undefined && closed === undefined)
    throw new Invalid("--by", "a file of --trades beside it", options.by);
  const shared = options.by === undefined ? undefined : attributionOf(closed!, keyOf(options.by));
  const shown = { ...ofReturns?.metrics, ...ofTrades };
  const value = {
    convention: metricsCompat,
    ...ofReturns,
    ...(ofTrades === undefined ? {} : { trades: ofTrades }),
    ...(shared === undefined ? {} : { by: options.by, ...shared }),
    conventions: Object.fromEntries(
      Object.keys(shown)
        .map((name) => [name, conventionText(metricsCompat, name)] as const)
        .filter(([, text]) => text !== ""),
    ),
  };
  answer(options.json === true, value, () =>
    [
      table(
        [["Figure"], ["Value", "right"], [`Convention (${metricsCompat})`]],
        [
          ...Object.entries(shown).map(([name, figure]) => [
            figureTitle(name),
            figureText(name, figure),
            conventionText(metricsCompat, name),
          ]),
          ...drawdownRows(ofReturns?.drawdown ?? null),
        ],
        "no figures",
      ),
      ...(shared === undefined ? [] : [sharedText(options.by!, shared)]),
    ].join("\n\n"),
  );
};

const drawdownRows = (drawdown: ReturnsAnswer["drawdown"]): readonly (readonly string[])[] =>
  drawdown === null
    ? []
    : (
        [
          ["Drawdown from", drawdown.peak, drawdown.peakDate],
          ["Drawdown lowest", drawdown.trough, drawdown.troughDate],
          ["Drawdown recovered", drawdown.recovery, drawdown.recoveryDate],
        ] as const
      ).map(([title, place, date]) => [
        title,
        date ?? (place === null ? "never" : place === 0 ? "the start" : `return ${place}`),
        "of the deepest drawdown of compounded wealth",
      ]);
