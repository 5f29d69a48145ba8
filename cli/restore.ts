/** `shoal restore`: series out of an archive into a folder of history, every file checked first. */
import type { Command } from "commander";
import type { CandleFile } from "../adapters/history/candle-file.ts";
import { storePath } from "./history/store.ts";
import { answer, table, timeText } from "./terminal.ts";
import { list, moment, verb, withJson } from "./verb.ts";

interface Options {
  readonly dir: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly from?: number;
  readonly until?: number;
  readonly force?: boolean;
  readonly trades?: boolean;
  readonly json?: boolean;
}

interface Restored extends CandleFile {
  readonly venue: string;
  readonly files: number;
  readonly candles: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "restore",
      about: "Bring series back from an archive; a file that is not as it was archived ends it.",
      examples: [
        ["restore archive --dir restored", "all of it"],
        ["restore archive --dir may -p BTC/USDT --from 2021-05-01 --until 2021-06-01", "a month of one pair"],
      ],
    }),
  )
    .argument("<archive>", "the folder of the archive")
    .requiredOption("--dir <folder>", "the folder of history to write to")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--timeframe <frame>", "only this timeframe")
    .option("--from <time>", "the first open time: 2021-05-19 or an ISO time, UTC", moment)
    .option("--until <time>", "end, itself excluded", moment)
    .option("--trades", "recorded trades instead of candles")
    .option("--force", "write over files that exist")
    .action(run);

const run = async (archive: string, options: Options): Promise<void> => {
  if (options.trades === true)
    return (await import("./history/trades.ts")).restoreTradeFiles(archive, options);
  const [{ restoreShelf, shelvesOf }, { expectFree, writeCandles }] = await Promise.all([
    import("../adapters/history/restore.ts"),
    import("../adapters/history/write-candles.ts"),
  ]);
  const { dir, force, pairs, timeframe: frame, from, until } = options;
  const wanted = { symbols: pairs, timeframe: frame, from, until };
  const shelves = await shelvesOf(archive, wanted);
  const pathOf = (shelf: (typeof shelves)[number]): string =>
    storePath(dir, shelf.venue, shelf.symbol, shelf.timeframe);
  for (const shelf of shelves) expectFree({ path: pathOf(shelf), force });
  const series: Restored[] = [];
  for (const shelf of shelves) {
    const { venue, symbol, timeframe, files } = shelf;
    const path = pathOf(shelf);
    const candles = await restoreShelf(archive, shelf, wanted);
    await writeCandles(candles, { path, format: "csv.gz", timeframe, force });
    const [first, last] = [candles.at[0], candles.at[candles.length - 1]];
    series.push({
      venue,
      symbol,
      timeframe,
      files: files.length,
      candles: candles.length,
      from: first,
      to: last,
      path,
    });
  }
  answer(options.json === true, { series }, () =>
    table(
      [["Venue"], ["Pair"], ["Timeframe"], ["Candles", "right"], ["From"], ["To"], ["File"]],
      series.map((each) => [
        ...[each.venue, each.symbol, each.timeframe, each.candles],
        ...[timeText(each.from), timeText(each.to), each.path],
      ]),
      "nothing",
    ),
  );
};
