/** `shoal list-data`: which candles are there, of what, from when to when. */
import { basename, dirname } from "node:path";
import type { Command } from "commander";
import type { CandleFile } from "../adapters/history/candle-file.ts";
import { HISTORY } from "./history/store.ts";
import { answer, table, timeText } from "./terminal.ts";
import { list, verb, withJson } from "./verb.ts";

interface Options {
  readonly timeframe?: string;
  readonly pairs?: readonly string[];
  readonly trades?: boolean;
  readonly json?: boolean;
}

interface Listed extends CandleFile {
  readonly venue: string;
  readonly candles: number;
  readonly from: number;
  readonly to: number;
  readonly missing: number;
  readonly layout: string;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "list-data",
      about: "List recorded candles: venue, pair, timeframe, from when to when, how many are missing.",
      examples: [
        ["list-data", "all that was downloaded or imported"],
        ["list-data ../recordings -p BTC/USDT --json", "one pair in a folder of yours, for a script"],
      ],
    }),
  )
    .argument("[path]", "a file of candles, or a folder with such files", HISTORY)
    .option("--timeframe <frame>", "only this timeframe")
    .option("-p, --pairs <list>", "only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--trades", "recorded trades instead of candles")
    .action(async (path: string, { timeframe, pairs, trades, json }: Options) => {
      if (trades === true) return (await import("./history/trades.ts")).listTrades(path, { pairs, json });
      const [{ candleFiles, readCandles }, { checkCandles }] = await Promise.all([
        import("../adapters/history/candle-file.ts"),
        import("../domain/history/check.ts"),
      ]);
      const listed: Listed[] = [];
      for (const file of candleFiles(path, "path", { symbols: pairs, timeframe })) {
        const read = await readCandles(file.path, { timeframe: file.timeframe });
        const { rows, from, to, missing } = checkCandles(read.candles, read.timeframe);
        const { symbol, layout } = read;
        const venue = basename(dirname(file.path));
        listed.push({
          path: file.path,
          venue,
          symbol,
          timeframe: read.timeframe,
          candles: rows,
          from,
          to,
          missing,
          layout,
        });
      }
      answer(json === true, { series: listed }, () =>
        table(
          [
            ["Venue"],
            ["Pair"],
            ["Timeframe"],
            ["Candles", "right"],
            ["From"],
            ["To"],
            ["Missing", "right"],
            ["Layout"],
            ["File"],
          ],
          listed.map((each) => [
            ...[each.venue, each.symbol, each.timeframe, each.candles],
            ...[timeText(each.from), timeText(each.to), each.missing, each.layout, basename(each.path)],
          ]),
          "no candles",
        ),
      );
    });
