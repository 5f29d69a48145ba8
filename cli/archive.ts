/** `shoal archive`: the history put away in Parquet, by day, with checksums. */
import { basename, dirname } from "node:path";
import type { Command } from "commander";
import type { Archived } from "../adapters/history/archive.ts";
import type { CandleFile } from "../adapters/history/candle-file.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { HISTORY } from "./history/store.ts";
import { answer, table } from "./terminal.ts";
import { list, verb, withJson } from "./verb.ts";

interface Options {
  readonly dir: string;
  readonly to: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly force?: boolean;
  readonly trades?: boolean;
  readonly json?: boolean;
}

interface Told extends CandleFile, Archived {
  readonly venue: string;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "archive",
      about: "Put the history away in Parquet: a file for each venue, pair, timeframe and day that is over.",
      examples: [
        ["archive", "what is new in history, into archive"],
        ["archive --timeframe 1m --to /backup/archive --json", "one timeframe, elsewhere"],
      ],
    }),
  )
    .option("--dir <folder>", "the folder of history", HISTORY)
    .option("--to <folder>", "the archive", "archive")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--timeframe <frame>", "only this timeframe")
    .option("--trades", "recorded trades instead of candles")
    .option("--force", "replace what is archived and differs")
    .action(run);

const run = async (options: Options): Promise<void> => {
  if (options.trades === true) return (await import("./history/trades.ts")).archiveTradeFiles(options);
  const { dir, to, pairs, timeframe, force, json } = options;
  const [{ candleFiles, readCandles }, { archiveSeries }, { lockDataDirectory }] = await Promise.all([
    import("../adapters/history/candle-file.ts"),
    import("../adapters/history/archive.ts"),
    import("../adapters/lock/lock.ts"),
  ]);
  const files = candleFiles(dir, "--dir", { symbols: pairs, timeframe });
  const lock = await lockDataDirectory(to);
  const series: Told[] = [];
  try {
    for (const file of files) {
      const { candles } = await readCandles(file.path);
      if (file.symbol === undefined) throw new Invalid(file.path, "a name that tells the pair", file.path);
      const named = { venue: basename(dirname(file.path)), symbol: file.symbol, timeframe: file.timeframe };
      series.push({ ...file, ...named, ...(await archiveSeries(to, { ...named, candles }, force)) });
    }
  } finally {
    await lock.release();
  }
  answer(json === true, { archive: to, series }, () =>
    table(
      [
        ["Venue"],
        ["Pair"],
        ["Timeframe"],
        ["New files", "right"],
        ["Candles", "right"],
        ["Bytes", "right"],
        ["Unchanged", "right"],
        ["Not over", "right"],
      ],
      series.map((each) => [
        ...[each.venue, each.symbol, each.timeframe, each.written],
        ...[each.rows, each.bytes, each.unchanged, each.left],
      ]),
      "nothing",
    ),
  );
};
