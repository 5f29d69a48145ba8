/** `shoal metrics`: the figures of a series of returns, or of closed trades, under a named convention. */
import { type Command, Option } from "commander";
import { conventions, type Convention, conventionText } from "../domain/performance/conventions.ts";
import { returnMetrics } from "../domain/performance/return-metrics.ts";
import { tradeMetrics } from "../domain/performance/trade-metrics.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { figureText, figureTitle } from "./performance/figures.ts";
import { alignedReturns } from "./performance/aligned-returns.ts";
import { readTrades } from "./performance/trades-file.ts";
import { answer, table } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly returns?: string;
  readonly trades?: string;
  readonly benchmark?: string;
  readonly periods?: number;
  readonly trials?: number;
  readonly metricsCompat?: Convention;
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
    .action((options: Options) => {
      const { returns, trades, metricsCompat = "shoal" } = options;
      if (returns === undefined && trades === undefined)
        throw new Invalid("--returns", "a file of returns, or --trades with a file of trades", undefined);
      if (returns === undefined && options.benchmark !== undefined)
        throw new Invalid("--benchmark", "a file of --returns beside it", options.benchmark);
      const ofReturns = returns === undefined ? undefined : returnsAnswer(returns, options, metricsCompat);
      const ofTrades =
        trades === undefined ? undefined : tradeMetrics(readTrades("--trades", trades), metricsCompat);
      const shown = { ...ofReturns?.metrics, ...ofTrades };
      const value = {
        convention: metricsCompat,
        ...ofReturns,
        ...(ofTrades === undefined ? {} : { trades: ofTrades }),
        conventions: Object.fromEntries(
          Object.keys(shown)
            .map((name) => [name, conventionText(metricsCompat, name)] as const)
            .filter(([, text]) => text !== ""),
        ),
      };
      answer(options.json === true, value, () =>
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
      );
    });

const returnsAnswer = (file: string, { benchmark, periods, trials }: Options, convention: Convention) => {
  const series = alignedReturns(file, benchmark, periods, convention === "freqtrade");
  const { figures, drawdown, ...about } = returnMetrics(
    series.at === undefined ? { returns: series.returns } : { returns: series.returns, at: series.at },
    {
      convention,
      ...(periods === undefined ? {} : { periods }),
      ...(series.benchmark === undefined ? {} : { benchmark: series.benchmark }),
      ...(trials === undefined ? {} : { trials }),
    },
  );
  return {
    ...about,
    ...(series.compounded ? { compounded: "daily" } : {}),
    from: series.at?.[0] ?? null,
    to: series.at?.at(-1) ?? null,
    metrics: figures,
    drawdown: drawdown && {
      ...drawdown,
      peakDate: dateText(drawdown.peakAt),
      troughDate: dateText(drawdown.troughAt),
      recoveryDate: dateText(drawdown.recoveryAt),
    },
  };
};

const dateText = (at: number | null): string | null => {
  if (at === null) return null;
  const text = new Date(at).toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
};

const drawdownRows = (
  drawdown: ReturnType<typeof returnsAnswer>["drawdown"],
): readonly (readonly string[])[] =>
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
