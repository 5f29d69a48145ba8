/** `shoal resample`: a coarser timeframe out of a finer one. */
import { basename, dirname, join } from "node:path";
import type { Command } from "commander";
import type { CandleFile } from "../adapters/history/candle-file.ts";
import type { Format } from "../adapters/history/write-candles.ts";
import { timeframe, type Timeframe } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { format, formatList } from "./history/store.ts";
import { answer, table } from "./terminal.ts";
import { list, verb, withJson } from "./verb.ts";

interface Options {
  readonly timeframes: readonly Timeframe[];
  readonly timeframe?: string;
  readonly pairs?: readonly string[];
  readonly out?: string;
  readonly to: Format;
  readonly force?: boolean;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "resample",
      about: "Make candles of coarser timeframes out of finer ones. A partial candle is never written.",
      examples: [
        ["resample history/binance/BTC_USDT-5m.csv.gz --timeframes 1h,1d", "two files beside it"],
        [
          "resample history/binance --timeframe 1m --timeframes 15m --out coarse",
          "every pair there is 1m of",
        ],
      ],
    }),
  )
    .argument("<path>", "a file of candles, or a folder with such files")
    .requiredOption("--timeframes <list>", "what to make, such as 15m,1h", (text) =>
      list(text).map((each) => timeframe(each, "--timeframes")),
    )
    .option("--timeframe <frame>", "make it of these files; of one file what its name does not tell")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--out <folder>", "where to write (default: beside each file)")
    .option("--to <format>", formatList, format, "csv.gz")
    .option("--force", "write over files that exist")
    .action(run);

interface Made {
  readonly from: string;
  readonly to: string;
  readonly timeframe: Timeframe;
  readonly candles: number;
  readonly partial: number;
  readonly incomplete: number;
}

const run = async (path: string, options: Options): Promise<void> => {
  const [{ candleFiles, readCandles }, { bareName }, { expectFree, formats, writeCandles }, history] =
    await Promise.all([
      import("../adapters/history/candle-file.ts"),
      import("../adapters/history/candle-name.ts"),
      import("../adapters/history/write-candles.ts"),
      import("../domain/history/resample.ts"),
    ]);
  const { out, to, force } = options;
  const sources = candleFiles(path, "path", { symbols: options.pairs, timeframe: options.timeframe });
  expectOneEach(sources);
  const made: Made[] = [];
  for (const source of sources) {
    const read = await readCandles(source.path, { timeframe: source.timeframe });
    for (const frame of options.timeframes) {
      const name = bareName(basename(source.path))
        .split("-")
        .map((part) => (part === read.timeframe ? frame : part))
        .join("-");
      const target = join(out ?? dirname(source.path), name + formats[to]);
      if (target === source.path) throw new Invalid("--timeframes", `other than ${read.timeframe}`, frame);
      expectFree({ path: target, force });
      const { candles, partial, incomplete } = history.resample(read.candles, read.timeframe, frame);
      await writeCandles(candles, { path: target, format: to, timeframe: frame, force });
      made.push({
        from: source.path,
        to: target,
        timeframe: frame,
        candles: candles.length,
        partial,
        incomplete,
      });
    }
  }
  answer(options.json === true, { files: made }, () =>
    table(
      [["From"], ["To"], ["Candles", "right"], ["Partial, left out", "right"], ["With gaps", "right"]],
      made.map((file) => [file.from, file.to, file.candles, file.partial, file.incomplete]),
      "nothing",
    ),
  );
};

/** 1h out of 1m and out of 5m would be written to the same file. */
const expectOneEach = (files: readonly CandleFile[]): void => {
  const seen = new Map<string, Timeframe>();
  for (const { path, symbol, timeframe: frame } of files) {
    const key = `${dirname(path)} ${symbol}`;
    const before = seen.get(key);
    if (before !== undefined && before !== frame)
      throw new Invalid("--timeframe", `one of the timeframes that there are of ${symbol}`, undefined);
    seen.set(key, frame);
  }
};
