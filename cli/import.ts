/** `shoal import`: candle files of any layout into the folder of history, in order and checked. */
import type { Command } from "commander";
import type { CandleFile } from "../adapters/history/candle-file.ts";
import type { CandleTable } from "../domain/history/candle-table.ts";
import type { Timeframe } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { HISTORY, storePath, venueName } from "./history/store.ts";
import { answer, table, timeText } from "./terminal.ts";
import { list, verb, withJson } from "./verb.ts";

interface Options {
  readonly venue: string;
  readonly pair?: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly dir: string;
  readonly merge?: boolean;
  readonly force?: boolean;
  readonly trades?: boolean;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "import",
      about:
        "Take candle files of any layout into the folder of history: in order, each candle once, none broken.",
      examples: [
        ["import ../recordings --venue binance", "every candle file there, joined by pair and timeframe"],
        ["import prices.csv --venue mine --pair BTC/USD --timeframe 1d", "a file whose name tells nothing"],
      ],
    }),
  )
    .argument("<path>", "a file of candles, or a folder with such files")
    .requiredOption("--venue <name>", "where they were traded: a folder of the history", venueName)
    .option("--pair <pair>", "of one file what its name does not tell, such as BTC/USDT")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--timeframe <frame>", "only this timeframe; of one file what its name does not tell")
    .option("--dir <folder>", "the folder of history", HISTORY)
    .option("--merge", "add to what is there; of a candle that both have, the imported one stands")
    .option("--trades", "recorded trades instead of candles")
    .option("--force", "write over what is there")
    .action(run);

interface Imported extends CandleFile {
  readonly candles: number;
  readonly from: number;
  readonly to: number;
  readonly missing: number;
  readonly files: readonly string[];
}

interface Series {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly candles: CandleTable;
  readonly from: string[];
}

const run = async (path: string, options: Options): Promise<void> => {
  if (options.trades === true) return (await import("./history/trades.ts")).importTrades(path, options);
  const [{ expectFree, writeCandles }, { readCandles }, { checkCandles }, { merged }] = await Promise.all([
    import("../adapters/history/write-candles.ts"),
    import("../adapters/history/candle-file.ts"),
    import("../domain/history/check.ts"),
    import("../domain/history/order.ts"),
  ]);
  const { dir, venue, force, merge } = options;
  const imported: Imported[] = [];
  for (const series of await seriesOf(path, options)) {
    const { symbol, timeframe } = series;
    const target = storePath(dir, venue, symbol, timeframe);
    let { candles } = series;
    if (merge === true) {
      const old = await readCandles(target).catch((error: unknown) => {
        if (error instanceof Invalid && error.field === target) return undefined;
        throw error;
      });
      if (old !== undefined) candles = merged(old.candles, candles);
    } else expectFree({ path: target, force });
    const { from, to, missing } = checkCandles(candles, timeframe);
    await writeCandles(candles, { path: target, format: "csv.gz", timeframe, force: true });
    imported.push({
      symbol,
      timeframe,
      candles: candles.length,
      from,
      to,
      missing,
      files: series.from,
      path: target,
    });
  }
  answer(options.json === true, { series: imported }, () =>
    table(
      [["Pair"], ["Timeframe"], ["Candles", "right"], ["From"], ["To"], ["Missing", "right"], ["File"]],
      imported.map((each) => [
        ...[
          each.symbol,
          each.timeframe,
          each.candles,
          timeText(each.from),
          timeText(each.to),
          each.missing,
          each.path,
        ],
      ]),
      "nothing",
    ),
  );
};

/** Files of the same pair and timeframe become one series. Throws `Invalid` for the first that is not sound. */
const seriesOf = async (path: string, options: Options): Promise<readonly Series[]> => {
  const [{ candleFiles, readCandles }, { CandleTable: Table }, { checkCandles, faults }, { inOrder }] =
    await Promise.all([
      import("../adapters/history/candle-file.ts"),
      import("../domain/history/candle-table.ts"),
      import("../domain/history/check.ts"),
      import("../domain/history/order.ts"),
    ]);
  const joined = new Map<string, Series>();
  for (const file of candleFiles(path, "path", { symbols: options.pairs, timeframe: options.timeframe })) {
    const read = await readCandles(file.path, { timeframe: file.timeframe });
    const symbol = options.pair ?? read.symbol;
    if (symbol === undefined)
      throw new Invalid("--pair", "the pair that the file's name does not tell", undefined);
    const key = `${symbol} ${read.timeframe}`;
    const series = joined.get(key) ?? { symbol, timeframe: read.timeframe, candles: new Table(), from: [] };
    series.candles.append(read.candles);
    series.from.push(file.path);
    joined.set(key, series);
  }
  return [...joined.values()].map((series) => {
    const { candles, conflicts } = inOrder(series.candles);
    const [file = path] = series.from;
    if (conflicts.length > 0)
      throw new Invalid(file, "one candle for each open time", `several at ${timeText(conflicts[0])}`);
    const wrong = checkCandles(candles, series.timeframe, { now: Date.now() }).findings.find(({ kind }) =>
      (faults as readonly string[]).includes(kind),
    );
    if (wrong !== undefined)
      throw new Invalid(
        file,
        "sound candles (shoal check-data tells more)",
        `${wrong.count} ${wrong.kind}, first at ${timeText(wrong.first[0]?.at)}`,
      );
    return { ...series, candles };
  });
};
