/** `shoal export`: a part of the folder of history, in the format that another program reads. */
import { join } from "node:path";
import type { Command } from "commander";
import type { CandleFile } from "../adapters/history/candle-file.ts";
import type { Format } from "../adapters/history/write-candles.ts";
import { format, formatList, HISTORY, venueName } from "./history/store.ts";
import { answer, table, timeText } from "./terminal.ts";
import { list, moment, verb, withJson } from "./verb.ts";

interface Options {
  readonly venue: string;
  readonly to: Format;
  readonly out: string;
  readonly pairs?: readonly string[];
  readonly timeframe?: string;
  readonly from?: number;
  readonly until?: number;
  readonly dir: string;
  readonly force?: boolean;
  readonly trades?: boolean;
  readonly json?: boolean;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "export",
      about: "Write a part of the history in the format that another program reads.",
      examples: [
        ["export --venue binance --to freqtrade --out user_data/data/binance", "everything of a venue"],
        [
          "export --venue binance -p BTC/USDT --from 2021-05-01 --until 2021-06-01 --to parquet --out may",
          "a month",
        ],
      ],
    }),
  )
    .requiredOption("--venue <name>", "the folder of the history", venueName)
    .requiredOption("--to <format>", formatList, format)
    .requiredOption("--out <folder>", "where to write")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--timeframe <frame>", "only this timeframe")
    .option("--from <time>", "the first open time: 2021-05-19 or an ISO time, UTC", moment)
    .option("--until <time>", "end, itself excluded", moment)
    .option("--dir <folder>", "the folder of history", HISTORY)
    .option("--trades", "recorded trades instead of candles")
    .option("--force", "write over files that exist")
    .action(run);

interface Exported extends CandleFile {
  readonly candles: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const run = async (options: Options): Promise<void> => {
  if (options.trades === true) return (await import("./history/trades.ts")).exportTrades(options);
  const [{ candleFiles, readCandles }, { stemOf }, { expectFree, formats, writeCandles }] = await Promise.all(
    [
      import("../adapters/history/candle-file.ts"),
      import("../adapters/history/candle-name.ts"),
      import("../adapters/history/write-candles.ts"),
    ],
  );
  const { venue, to, out, pairs, timeframe, from, until, dir, force } = options;
  const planned = candleFiles(join(dir, venue), "--venue", { symbols: pairs, timeframe }).map((file) => {
    const contract = to === "freqtrade" && file.symbol?.includes(":") === true ? "-futures" : "";
    const name = `${stemOf(file.symbol ?? "", file.timeframe)}${contract}${formats[to]}`;
    return { ...file, target: join(out, name) };
  });
  for (const { target } of planned) expectFree({ path: target, force });
  const written: Exported[] = [];
  for (const { path, symbol, timeframe: frame, target } of planned) {
    const { candles } = await readCandles(path, { from, to: until, timeframe: frame });
    await writeCandles(candles, { path: target, format: to, timeframe: frame, force });
    written.push({
      symbol,
      timeframe: frame,
      candles: candles.length,
      from: candles.at[0],
      to: candles.at[candles.length - 1],
      path: target,
    });
  }
  answer(options.json === true, { files: written }, () =>
    table(
      [["Pair"], ["Timeframe"], ["Candles", "right"], ["From"], ["To"], ["File"]],
      written.map((file) => [
        ...[file.symbol, file.timeframe, file.candles, timeText(file.from), timeText(file.to), file.path],
      ]),
      "nothing",
    ),
  );
};
