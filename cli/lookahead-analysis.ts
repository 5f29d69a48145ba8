/** `shoal lookahead-analysis`: whether signals or features that were computed elsewhere knew candles after their own. */
import type { Command } from "commander";
import { figure } from "../domain/performance/return-metrics.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  examined,
  featuresOutside,
  type Outside,
  type OutsideFinding,
  programOutside,
  signalsOutside,
} from "./bias/outside.ts";
import { cutAnswer, cutText, strategySettings, type StrategyOptions, withStrategy } from "./bias/strategy.ts";
import { answer, table, timeText } from "./terminal.ts";
import { amount, collect, verb, wholeNumber, withJson } from "./verb.ts";

interface Options extends StrategyOptions {
  readonly signals?: string;
  readonly features?: string;
  readonly program?: string;
  readonly candles?: string;
  readonly cut?: readonly string[];
  readonly cuts: number;
  readonly horizon: number;
  readonly shifts: number;
  readonly limit: number;
  readonly seed: number;
  readonly json?: boolean;
}

export const make = (): Command =>
  withStrategy(
    withJson(
      verb({
        name: "lookahead-analysis",
        about: "Whether signals, features or a strategy knew candles after their own.",
        examples: [
          [
            "lookahead-analysis --signals signals.json --cut signals-to-march.json",
            "and again, computed on less",
          ],
          [
            'lookahead-analysis --program "python3 features.py" --candles BTC_USDT-1h.csv.gz --json',
            "on cut candles",
          ],
        ],
      }),
    ),
  )
    .option("--signals <file>", "JSON of strategy signals, with its candles")
    .option(
      "--features <file>",
      "CSV: open time of the candle at whose close they are known, then columns of numbers",
    )
    .option("--program <command>", "reads candles from its input, writes features; is run on cut candles too")
    .option("--candles <file>", "the candles of the features, program or strategy")
    .option(
      "--cut <file>",
      "the same computed on the first part of the candles only; may be given several times",
      collect,
    )
    .option("--cuts <n>", "first parts that the program or strategy is run on", wholeNumber(1, 1_000), 10)
    .option("--horizon <n>", "candles ahead to look for", wholeNumber(1, 100), 5)
    .option("--shifts <n>", "shifted pairs that tell what chance gives", wholeNumber(10, 10_000), 100)
    .option("--limit <effect>", "rank correlation that no market gives", amount, 0.25)
    .option("--seed <n>", "of the shifts", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .action(async (options: Options) => {
      const { horizon, shifts, seed, limit, json = false } = options;
      onlyOne(options);
      if (options.strategy !== undefined) {
        const settings = await strategySettings(options.strategy, options, candlesOf(options));
        const found = cutAnswer(settings, options.cuts);
        answer(json, found, () => cutText(found));
        return;
      }
      const outside = await outsideOf(options);
      const found = examined(outside, { horizon, shifts, seed, limit });
      const { openAt } = outside.candles;
      const value = {
        candles: openAt.length,
        from: openAt[0],
        to: openAt.at(-1),
        ...{ horizon, shifts, seed, limit },
        hasBias: found.some(({ verdict }) => verdict === "biased"),
        totalSignals: outside.features
          .filter(({ name }) => entries.includes(name) || exits.includes(name))
          .reduce((sum, { values }) => sum + values.filter((each) => each === 1).length, 0),
        biasedEntrySignals: biasedSignals(found, entries),
        biasedExitSignals: biasedSignals(found, exits),
        cuts: outside.cuts.map(({ name }) => name),
        columns: found.map((each) => shownColumn(each, openAt)),
      };
      answer(json, value, () => textOf(found, openAt, outside.cuts.length));
    });

const entries = ["enterLong", "enterShort"];
const exits = ["exitLong", "exitShort"];

const biasedSignals = (found: readonly OutsideFinding[], names: readonly string[]): number =>
  found
    .filter(({ name }) => names.includes(name))
    .reduce((sum, { cuts }) => sum + Math.max(0, ...cuts.map(({ differing }) => differing)), 0);

/** Throws `Invalid` unless exactly one thing is to be analysed. */
const onlyOne = ({ signals, features, program, strategy }: Options): void => {
  const ways = { "--signals": signals, "--features": features, "--program": program, "--strategy": strategy };
  const given = Object.entries(ways).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length !== 1)
    throw new Invalid("--signals", `one of ${Object.keys(ways).join(", ")}`, given.join(" "));
};

const candlesOf = ({ candles }: Options): string => {
  if (candles === undefined) throw new Invalid("--candles", "the candles that it was computed of", candles);
  return candles;
};

const outsideOf = async (options: Options): Promise<Outside> => {
  const { signals, features, program, cut = [], cuts } = options;
  if (signals !== undefined) return signalsOutside(signals, cut);
  const { readColumns } = await import("../nodes/candle-columns.ts");
  const columns = await readColumns(candlesOf(options));
  return program === undefined
    ? featuresOutside(features!, columns, cut)
    : programOutside(program, columns, cuts);
};

const shownColumn = ({ cuts, ahead, ...each }: OutsideFinding, openAt: Float64Array) => ({
  ...each,
  ahead: ahead.map(({ candles, effect, pValue, adjusted }) => ({
    candles,
    effect: figure(effect),
    pValue: figure(pValue),
    adjusted: figure(adjusted),
  })),
  cuts: cuts.map(({ cut, rows, differing, reach, first }) => ({
    ...{ cut, rows, differing, reach },
    first: first && { at: openAt[first.row], full: figure(first.full), cut: figure(first.cut) },
  })),
});

const textOf = (found: readonly OutsideFinding[], openAt: Float64Array, cuts: number): string =>
  [
    table(
      [
        ["Column"],
        ["Rows", "right"],
        ["Verdict"],
        ["Knows most of"],
        ["Effect", "right"],
        ["p (Holm)", "right"],
        ["Differs on cut data"],
      ],
      found.map(({ name, rows, verdict, equals, ahead, cuts: differing }) => {
        const most = ahead.reduce((a, b) => (Math.abs(b.effect) > Math.abs(a.effect) ? b : a));
        const [worst] = differing;
        return [
          name,
          rows,
          verdict,
          equals ?? `the return ${most.candles} later`,
          Number.isNaN(most.effect) ? "" : most.effect.toFixed(3),
          Number.isNaN(most.adjusted) ? "" : most.adjusted.toFixed(4),
          worst === undefined
            ? cuts === 0
              ? "not tried"
              : "no"
            : `${worst.differing} of ${worst.rows} rows, from ${timeText(openAt[worst.first!.row])}`,
        ];
      }),
      "no columns",
    ),
    "biased: differs on cut data, equals a later candle, or knows more of one than any market gives; suspicious: more than chance, an edge or a leak",
    ...(cuts === 0 ? ["only cut data show every look-ahead: --cut, or --program"] : []),
  ].join("\n");
