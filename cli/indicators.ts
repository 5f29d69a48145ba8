/** `shoal indicators`: what there is to compute, and one of them over a file of candles. */
import type { Command } from "commander";
import type { AnyValues, Declaration, Param } from "../domain/indicators/declaration.ts";
import type { CandleColumns } from "../nodes/candle-columns.ts";
import { answer, table, timeText } from "./terminal.ts";
import { collect, verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly candles?: string;
  readonly trades?: string;
  readonly with?: readonly string[];
  readonly where?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
  readonly limit?: number;
  readonly indicatorsDir?: string;
}

/** Rows shown to people. */
const SHOWN = 20;

export const make = (): Command =>
  withJson(
    verb({
      name: "indicators",
      about: "List the indicators, or compute one over a file of candles.",
      examples: [
        ["indicators", "all of them; with a name: its inputs, parameters and outputs"],
        [
          "indicators rsi timeperiod=21 --candles BTC_USDT-1h.csv.gz --csv",
          "one, as a table for other programs",
        ],
        [
          "indicators correl --candles BTC_USDT-1h.csv.gz --with ETH_USDT-1h.csv.gz",
          "one of two instruments",
        ],
        [
          'indicators --where "rsi(14) < 30 and close > ema(200)" --candles BTC_USDT-1h.csv.gz',
          "the candles in which a condition holds",
        ],
      ],
    }),
  )
    .argument("[name]", "of the indicator")
    .argument("[settings...]", "parameters as name=value, and series=high to read another column than close")
    .option("--candles <file>", "recorded candles, in any layout of docs/history.md")
    .option("--trades <file>", "recorded trades instead, each read as a candle of one trade")
    .option("--with <file>", "candles of another instrument (repeatable)", collect)
    .option("--where <condition>", "list the candles in which it holds: docs/indicators.md")
    .option("--csv", "print ts_ms and the outputs as CSV; empty where there is no value")
    .option("-n, --limit <rows>", "the last so many rows only", wholeNumber(1, 100_000_000))
    .option("--indicators-dir <path>", "a folder of your own indicators")
    .action(async (name: string | undefined, settings: readonly string[], options: Options) => {
      const { allIndicators } = await import("../nodes/indicator-files.ts");
      const all = await allIndicators(options.indicatorsDir);
      if (options.where !== undefined) await tellWhere(options.where, all, name, options);
      else if (name === undefined) tellAll([...all.values()], options.json === true);
      else {
        const { indicatorNamed } = await import("../domain/indicators/catalogue.ts");
        const found = indicatorNamed(name, all);
        if (options.trades !== undefined) await overTrades(found, settings, options.trades, options);
        else if (options.candles === undefined) await tellOne(found, settings, options.json === true);
        else await overCandles(found, settings, [options.candles, ...(options.with ?? [])], options);
      }
    });

const shown = (of: Declaration): object => ({
  name: of.name,
  title: of.title,
  group: of.group,
  inputs: of.inputs,
  params: of.params,
  outputs: of.outputs,
  lookback: of.lookback(defaultsOf(of)),
  late: of.late === true,
});

const defaultsOf = (of: Declaration): AnyValues =>
  Object.fromEntries(Object.entries(of.params).map(([name, param]) => [name, param.default]));

const tellAll = (all: readonly Declaration[], json: boolean): void =>
  answer(json, { indicators: all.map(shown) }, () =>
    table(
      [["Indicator"], ["Group"], ["Title"], ["Parameters"], ["Lookback", "right"]],
      all.map((of) => [
        of.name,
        of.group,
        of.title,
        Object.entries(of.params)
          .map(([name, param]) => `${name}=${param.default}`)
          .join(" "),
        of.lookback(defaultsOf(of)),
      ]),
      "none",
    ),
  );

const tellOne = async (of: Declaration, settings: readonly string[], json: boolean): Promise<void> => {
  const { settingsOf } = await import("../nodes/indicator-run.ts");
  const { params } = settingsOf(of, settings);
  answer(json, shown(of), () =>
    [
      `${of.name}: ${of.title}`,
      `inputs: ${of.inputs.map(({ name, column, any }) => (any ? `${name} (any column; ${column})` : name)).join(", ")}`,
      `outputs: ${of.outputs.join(", ")}`,
      `lookback: ${of.late === true ? "at least " : ""}${of.lookback(params)} candles with ${settingsText(params)}`,
      table(
        [["Parameter"], ["Default", "right"], ["Range"], ["About"]],
        Object.entries(of.params).map(([name, param]) => [name, param.default, rangeOf(param), param.about]),
        "no parameters",
      ),
    ].join("\n"),
  );
};

const settingsText = (params: AnyValues): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ") || "no parameters";

const rangeOf = (param: Param): string =>
  param.kind === "choice" ? param.choices.join(", ") : `${param.min} to ${param.max} ${param.unit}`;

const tellWhere = async (
  text: string,
  all: ReadonlyMap<string, Declaration>,
  name: string | undefined,
  options: Options,
): Promise<void> => {
  const [{ where }, { Invalid }] = await Promise.all([
    import("./indicators/where.ts"),
    import("../domain/values/invalid.ts"),
  ]);
  if (name !== undefined) throw new Invalid("where", "no name of an indicator beside it", name);
  if (options.candles === undefined) throw new Invalid("candles", "a file for --where", "none");
  await where(text, all, options.candles, options);
};

const overCandles = async (
  named: Declaration,
  settings: readonly string[],
  paths: readonly string[],
  options: Options,
): Promise<void> => {
  const { forFiles, readTables } = await import("../nodes/indicator-run.ts");
  const of = forFiles(named, paths.length);
  await compute(of, settings, await readTables(of, paths), options);
};

const overTrades = async (
  of: Declaration,
  settings: readonly string[],
  path: string,
  options: Options,
): Promise<void> => {
  const [{ readTradeColumns }, { Invalid }] = await Promise.all([
    import("../nodes/trade-columns.ts"),
    import("../domain/values/invalid.ts"),
  ]);
  if (options.candles !== undefined || options.with !== undefined)
    throw new Invalid("trades", "no candles beside them", options.candles ?? options.with?.join(", "));
  await compute(of, settings, [readTradeColumns(path)], options);
};

const compute = async (
  of: Declaration,
  settings: readonly string[],
  tables: readonly CandleColumns[],
  { csv, json, limit }: Options,
): Promise<void> => {
  const [{ settingsOf, computed }, { criticalValues }] = await Promise.all([
    import("../nodes/indicator-run.ts"),
    import("../domain/indicators/statistics/dickey-fuller.ts"),
  ]);
  const { params, reads } = settingsOf(of, settings, tables.length);
  const values = computed(of, params, reads, tables);
  const { openAt } = tables[0]!;
  const from = Math.max(0, openAt.length - (limit ?? (csv || json ? Infinity : SHOWN)));
  const at = Array.from(openAt.subarray(from));
  const outputs = values.map((column) => column.subarray(from));
  if (csv === true && json !== true) {
    answer(false, undefined, () => csvText(of, at, outputs));
    return;
  }
  const critical = of.name === "cointegration" ? criticalValues(Number(params["timeperiod"])) : undefined;
  answer(
    json === true,
    { ...jsonOf(of, params, at, outputs, openAt.length), criticalValues: critical },
    () =>
      critical === undefined
        ? peopleText(of, at, outputs)
        : `${peopleText(of, at, outputs)}\n${belowText(critical)}`,
  );
};

const belowText = (critical: Readonly<Record<string, number>>): string =>
  `dickeyfuller speaks for cointegration below ${Object.entries(critical)
    .map(([chance, value]) => `${value.toFixed(3)} (${chance})`)
    .join(", ")}`;

const jsonOf = (
  of: Declaration,
  params: AnyValues,
  at: readonly number[],
  outputs: readonly Float64Array[],
  candles: number,
): object => ({
  indicator: of.name,
  params,
  lookback: of.lookback(params),
  candles,
  at,
  // JSON has no NaN: null where there is no value.
  values: Object.fromEntries(of.outputs.map((name, k) => [name, Array.from(outputs[k]!)])),
});

const csvText = (of: Declaration, at: readonly number[], outputs: readonly Float64Array[]): string => {
  const lines = [["ts_ms", ...of.outputs].join(",")];
  for (const [t, openAt] of at.entries()) {
    let line = String(openAt);
    for (const column of outputs) line += Number.isNaN(column[t]) ? "," : `,${column[t]!}`;
    lines.push(line);
  }
  return lines.join("\n");
};

const peopleText = (of: Declaration, at: readonly number[], outputs: readonly Float64Array[]): string =>
  table(
    [["Open (UTC)"], ...of.outputs.map((name) => [name, "right"] as const)],
    at.map((openAt, t) => [
      timeText(openAt),
      ...outputs.map((column) => (Number.isNaN(column[t]) ? "" : column[t]!.toPrecision(8))),
    ]),
    "no candles",
  );
