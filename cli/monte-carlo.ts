/** `shoal monte-carlo`: what else might have happened with these returns or trades: other orders, draws, missed trades, slippage. */
import { type Command, InvalidArgumentError } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import { monteCarlo, type MonteCarlo } from "../simulation/monte-carlo/monte-carlo.ts";
import { type Resampling, resamplings } from "../simulation/monte-carlo/resampling.ts";
import { alignedReturns } from "./performance/aligned-returns.ts";
import { readTrades } from "./performance/trades-file.ts";
import { answer, table } from "./terminal.ts";
import { amount, list, verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly returns?: string;
  readonly trades?: string;
  readonly startingBalance?: number;
  readonly method: readonly Resampling[];
  readonly runs: number;
  readonly seed: number;
  readonly block?: number;
  readonly skip: number;
  readonly slippageBps: number;
  readonly ruin: number;
  readonly json?: boolean;
}

const methods = (text: string): readonly Resampling[] =>
  list(text).map((name) => {
    const found = resamplings.find((each) => each === name);
    if (found === undefined) throw new InvalidArgumentError(`expected some of ${resamplings.join(", ")}`);
    return found;
  });

const ratio =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === "" || !(value >= least && value <= most))
      throw new InvalidArgumentError(`expected a number from ${least} to ${most}`);
    return value;
  };

export const make = (): Command =>
  withJson(
    verb({
      name: "monte-carlo",
      about:
        "What else might have happened: trades in other orders, drawn anew, missed, or with more slippage.",
      examples: [
        ["monte-carlo --trades trades.csv --starting-balance 1000", "profits in quote, of equal stakes"],
        [
          "monte-carlo --returns returns.csv --method stationary --skip 0.1 --seed 7 --json",
          "one trade in ten is missed",
        ],
      ],
    }),
  )
    .option(
      "--returns <file>",
      "returns as ratios, or equity: CSV, with a header or without (.gz too); they compound",
    )
    .option("--trades <file>", "closed trades: CSV with profit or profitRatio, or the JSON of a backtest")
    .option("--starting-balance <n>", "profits of the trades are taken over it, and add", amount)
    .option("--method <list>", `of ${resamplings.join(", ")}`, methods, [
      "shuffle",
      "bootstrap",
      "stationary",
    ] as const)
    .option("--runs <n>", "other histories by each method", wholeNumber(1, 1_000_000), 1_000)
    .option("--seed <n>", "equal seeds give equal answers", wholeNumber(0, Number.MAX_SAFE_INTEGER), 1)
    .option(
      "--block <n>",
      "length of a stretch, for block and stationary (default: cube root of the returns)",
      wholeNumber(1, 1e9),
    )
    .option("--skip <p>", "probability that a trade is missed", ratio(0, 0.999), 0)
    .option(
      "--slippage-bps <n>",
      "what each trade pays more on average, in basis points",
      ratio(0, 10_000),
      0,
    )
    .option("--ruin <share>", "loss of the start at which all is over", ratio(0.001, 1), 0.5)
    .action((options: Options) => {
      const { returns, compound } = seriesOf(options);
      const { runs, seed, skip, slippageBps, ruin, block, method } = options;
      const found = method.map((each) =>
        monteCarlo(returns, {
          method: each,
          runs,
          seed,
          compound,
          skip,
          slippage: slippageBps / 10_000,
          ruin,
          ...(block === undefined ? {} : { block }),
        }),
      );
      const value = {
        returns: returns.length,
        compound,
        runs,
        seed,
        skip,
        slippageBps,
        ruinAt: ruin,
        observed: found[0]?.observed,
        methods: Object.fromEntries(found.map((each) => [each.method, { ...each, observed: undefined }])),
      };
      answer(options.json === true, value, () => textOf(found, compound));
    });

const seriesOf = ({
  returns,
  trades,
  startingBalance,
}: Options): { readonly returns: readonly number[]; readonly compound: boolean } => {
  if (returns !== undefined && trades !== undefined)
    throw new Invalid("--trades", "no --returns beside it", trades);
  if (returns !== undefined)
    return { returns: alignedReturns(returns, undefined, undefined).returns, compound: true };
  if (trades === undefined)
    throw new Invalid("--returns", "a file of returns, or --trades with a file of trades", undefined);
  const closed = readTrades("--trades", trades);
  if (startingBalance !== undefined)
    return { returns: closed.map(({ profit }) => profit / startingBalance), compound: false };
  const without = closed.findIndex(({ profitRatio }) => Number.isNaN(profitRatio));
  if (without >= 0)
    throw new Invalid(
      "--starting-balance",
      "a number, as a trade has a profit but no profitRatio",
      `trade ${without + 1}`,
    );
  return { returns: closed.map(({ profitRatio }) => profitRatio), compound: true };
};

const percent = (value: number | null | undefined): string =>
  value === null || value === undefined ? "undefined" : `${(value * 100).toFixed(2)} %`;

const textOf = (found: readonly MonteCarlo[], compound: boolean): string => {
  const observed = found[0]!.observed;
  return [
    `observed: total ${percent(observed.total)}, drawdown ${percent(observed.drawdown)}; returns ${compound ? "compound" : "add"}; ${found[0]!.runs} runs each`,
    table(
      [
        ["Method"],
        ["Total 5 %", "right"],
        ["50 %", "right"],
        ["95 %", "right"],
        ["Drawdown 50 %", "right"],
        ["95 %", "right"],
        ["Ruin", "right"],
        ["Loss", "right"],
        ["p-value", "right"],
      ],
      found.map(({ method, block, total, drawdown, ruin, loss, pValue }) => [
        block === null ? method : `${method} (${block})`,
        percent(total.percentiles["5"]),
        percent(total.percentiles["50"]),
        percent(total.percentiles["95"]),
        percent(drawdown.percentiles["50"]),
        percent(drawdown.percentiles["95"]),
        percent(ruin),
        percent(loss),
        pValue === null ? "" : pValue.toFixed(4),
      ]),
      "no methods",
    ),
    "p-value: how often a mean return as high comes of returns that earn nothing",
  ].join("\n");
};
