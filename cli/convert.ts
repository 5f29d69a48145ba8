/** `shoal convert`: candle files in another format, one for one. */
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import type { Format } from "../adapters/history/write-candles.ts";
import { format, formatList } from "./history/store.ts";
import { answer, table } from "./terminal.ts";
import { list, verb, withJson } from "./verb.ts";

interface Options {
  readonly to: Format;
  readonly out?: string;
  readonly timeframe?: string;
  readonly pairs?: readonly string[];
  readonly force?: boolean;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "convert",
      about: "Write candle files in another format, one for one, row for row.",
      examples: [
        ["convert BTC_USDT-5m.csv.gz --to parquet", "BTC_USDT-5m.parquet beside it"],
        ["convert history/binance --to freqtrade --out user_data/data/binance", "a folder for freqtrade"],
      ],
    }),
  )
    .argument("<path>", "a file of candles, or a folder with such files")
    .requiredOption("--to <format>", formatList, format)
    .option("--out <folder>", "where to write (default: beside each file)")
    .option("--timeframe <frame>", "only these files; of one file what its name does not tell")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--force", "write over files that exist")
    .action(run);

interface Converted {
  readonly from: string;
  readonly layout: string;
  readonly to: string;
  readonly candles: number;
}

const run = async (path: string, options: Options): Promise<void> => {
  const [{ candleFiles, readCandles }, { bareName }, { expectFree, formats, writeCandles }] =
    await Promise.all([
      import("../adapters/history/candle-file.ts"),
      import("../adapters/history/candle-name.ts"),
      import("../adapters/history/write-candles.ts"),
    ]);
  const { to, out, pairs, timeframe, force } = options;
  const planned = candleFiles(path, "path", { symbols: pairs, timeframe }).map((file) => {
    const contract = to === "freqtrade" && file.symbol?.includes(":") === true ? "-futures" : "";
    const name = bareName(basename(file.path)).replace(/-futures$/, "") + contract + formats[to];
    return { from: file.path, timeframe: file.timeframe, to: join(out ?? dirname(file.path), name) };
  });
  for (const { to: written } of planned) expectFree({ path: written, force });
  const files: Converted[] = [];
  for (const { from, to: written, timeframe: frame } of planned) {
    const read = await readCandles(from, { timeframe: frame });
    await writeCandles(read.candles, { path: written, format: to, timeframe: read.timeframe, force });
    files.push({ from, layout: read.layout, to: written, candles: read.candles.length });
  }
  answer(options.json === true, { files }, () =>
    table(
      [["From"], ["Layout"], ["To"], ["Candles", "right"]],
      files.map((file) => [file.from, file.layout, file.to, file.candles]),
      "nothing",
    ),
  );
};
