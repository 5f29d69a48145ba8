/** `shoal indicators`: what there is to compute, and one of them over a file of candles. */
import type { Command } from "commander";
import type { AnyValues, Declaration, Param } from "../domain/indicators/declaration.ts";
import type { CandleColumns } from "../nodes/candle-columns.ts";
import { answer, table, timeText } from "./terminal.ts";
import { verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly candles?: string;
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
      ],
    }),
  )
    .argument("[name]", "of the indicator")
    .argument("[settings...]", "parameters as name=value, and series=high to read another column than close")
    .option("--candles <file>", "recorded candles, in any layout of docs/history.md")
    .option("--csv", "print ts_ms and the outputs as CSV; empty where there is no value")
    .option("-n, --limit <rows>", "the last so many rows only", wholeNumber(1, 100_000_000))
    .option("--indicators-dir <path>", "a folder of your own indicators")
    .action(async (name: string | undefined, settings: readonly string[], options: Options) => {
      const { allIndicators } = await import("../nodes/indicator-files.ts");
      const all = await allIndicators(options.indicatorsDir);
      if (name === undefined) tellAll([...all.values()], options.json === true);
      else {
        const { indicatorNamed } = await import("../domain/indicators/catalogue.ts");
        const found = indicatorNamed(name, all);
        if (options.candles === undefined) await tellOne(found, settings, options.json === true);
        else await compute(found, settings, options.candles, options);
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
      `lookback: ${of.lookback(params)} candles with ${settingsText(params)}`,
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

const compute = async (
  of: Declaration,
  settings: readonly string[],
  path: string,
  { csv, json, limit }: Options,
): Promise<void> => {
  const [{ settingsOf, computed }, { readColumns }] = await Promise.all([
    import("../nodes/indicator-run.ts"),
    import("../nodes/candle-columns.ts"),
  ]);
  const { params, reads } = settingsOf(of, settings);
  const columns = await readColumns(path);
  const values = computed(of, params, reads, columns);
  const from = Math.max(0, columns.openAt.length - (limit ?? (csv || json ? Infinity : SHOWN)));
  const at = Array.from(columns.openAt.subarray(from));
  const outputs = values.map((column) => column.subarray(from));
  if (csv === true && json !== true) answer(false, undefined, () => csvText(of, at, outputs));
  else answer(json === true, jsonOf(of, params, at, outputs, columns), () => peopleText(of, at, outputs));
};

const jsonOf = (
  of: Declaration,
  params: AnyValues,
  at: readonly number[],
  outputs: readonly Float64Array[],
  columns: CandleColumns,
): object => ({
  indicator: of.name,
  params,
  lookback: of.lookback(params),
  candles: columns.openAt.length,
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
