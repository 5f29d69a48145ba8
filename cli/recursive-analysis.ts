/** `shoal recursive-analysis`: how far indicators, or a strategy's decisions, depend on where they began: how much warm-up they need. */
import { type Command, InvalidArgumentError } from "commander";
import { indicatorNamed } from "../domain/indicators/catalogue.ts";
import type { Declaration } from "../domain/indicators/declaration.ts";
import { figure } from "../domain/performance/return-metrics.ts";
import type { RecursiveOutput, RecursivePlan } from "../simulation/bias/recursive-indicator.ts";
import {
  startupAnswer,
  startupText,
  strategySettings,
  type StrategyOptions,
  withStrategy,
} from "./bias/strategy.ts";
import { answer, table } from "./terminal.ts";
import { amount, collect, list, verb, wholeNumber, withJson } from "./verb.ts";

interface Options extends StrategyOptions {
  readonly candles: string;
  readonly indicator?: readonly string[];
  readonly indicatorsDir?: string;
  readonly startupCandles: readonly number[];
  readonly points: number;
  readonly traded: number;
  readonly tolerance: number;
  readonly json?: boolean;
}

/** freqtrade's. */
const STARTUPS = [199, 399, 499, 999, 1_999];

const lengths = (text: string): readonly number[] => {
  const found = list(text).map(Number);
  if (found.length === 0 || found.some((each) => !Number.isSafeInteger(each) || each < 1))
    throw new InvalidArgumentError("expected whole numbers from 1, such as 199,399,999");
  return [...new Set(found)].sort((a, b) => a - b);
};

export const make = (): Command =>
  withStrategy(
    withJson(
      verb({
        name: "recursive-analysis",
        about:
          "How far indicators, or what a strategy decides, depend on where they began: how much warm-up they need.",
        examples: [
          [
            'recursive-analysis --candles BTC_USDT-1h.csv.gz --indicator "rsi timeperiod=21" --indicator obv',
            "two of them",
          ],
          [
            "recursive-analysis --candles BTC_USDT-1h.csv.gz --strategy mean-reversion --json",
            "what it decides",
          ],
        ],
      }),
    ),
  )
    .requiredOption("--candles <file>", "recorded candles, in any layout of docs/history.md")
    .option(
      "--indicator <text>",
      "an indicator with its parameters, as of `shoal indicators`; may be given several times (default: all)",
      collect,
    )
    .option("--indicators-dir <path>", "a folder of your own indicators")
    .option("--startup-candles <list>", "numbers of candles to begin with", lengths, STARTUPS)
    .option("--points <n>", "candles to judge, up to the last one", wholeNumber(1, 1_000), 5)
    .option("--traded <n>", "candles that a strategy trades after each", wholeNumber(1, 1_000_000), 200)
    .option(
      "--tolerance <share>",
      "distance that counts as equal, in deviations of the indicator",
      amount,
      0.001,
    )
    .action(async (options: Options) => {
      const { candles, indicator, indicatorsDir, startupCandles: startups, points, tolerance } = options;
      if (options.strategy !== undefined) {
        const settings = await strategySettings(options.strategy, options, candles);
        const found = startupAnswer(settings, { startups, points, traded: options.traded, tolerance });
        answer(options.json === true, found, () => startupText(found));
        return;
      }
      const [{ readColumns }, { allIndicators }, { settingsOf }, { recursiveIndicator }] = await Promise.all([
        import("../nodes/candle-columns.ts"),
        import("../nodes/indicator-files.ts"),
        import("../nodes/indicator-run.ts"),
        import("../simulation/bias/recursive-indicator.ts"),
      ]);
      const all = await allIndicators(indicatorsDir);
      const columns = await readColumns(candles);
      const wanted = (indicator ?? [...all.keys()]).map((text) => {
        const [name = "", ...settings] = text.trim().split(/\s+/);
        const of = indicatorNamed(name, all, "--indicator");
        return { of, text: text.trim(), ...settingsOf(of, settings) };
      });
      const plan: RecursivePlan = { startups, points, tolerance };
      const found = wanted.map(({ of, text, params, reads }) => ({
        indicator: text,
        lookback: of.lookback(params),
        outputs: recursiveIndicator(
          of,
          params,
          reads.map(({ column }) => columns[column]),
          plan,
        ),
        of,
      }));
      const value = {
        candles: columns.openAt.length,
        ...plan,
        indicators: found.map(({ indicator: text, lookback, outputs }) => ({
          indicator: text,
          lookback,
          outputs: outputs.map(shownOutput),
        })),
      };
      answer(options.json === true, value, () => textOf(found, plan));
    });

const shownOutput = ({ output, value, startups, needs }: RecursiveOutput) => ({
  output,
  value: figure(value),
  needs,
  startups: startups.map((each) => ({
    candles: each.candles,
    value: figure(each.value),
    percent: figure(each.percent),
    off: figure(each.off),
  })),
});

const textOf = (
  found: readonly {
    readonly indicator: string;
    readonly of: Declaration;
    readonly outputs: readonly RecursiveOutput[];
  }[],
  { startups, tolerance }: RecursivePlan,
): string =>
  [
    table(
      [["Indicator"], ...startups.map((each) => [String(each), "right"] as const), ["Needs", "right"]],
      found.flatMap(({ indicator, of, outputs }) =>
        outputs.map((each) => [
          of.outputs.length === 1 ? indicator : `${indicator}: ${each.output}`,
          ...each.startups.map((startup) => (startup.off <= tolerance ? "" : percentText(startup.percent))),
          each.needs ?? "never",
        ]),
      ),
      "no indicators",
    ),
    "columns: startup candles; off the value after all candles, at the last one, in percent; empty: within the tolerance at every judged candle",
    "needs: the fewest startup candles from which on it does not matter where the calculation began",
  ].join("\n");

const percentText = (percent: number): string => {
  if (Number.isNaN(percent)) return "no value";
  return `${percent.toFixed(3)} %`;
};
