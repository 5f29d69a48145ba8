/** Recorded trades as the tape of a backtest: files of one pair are joined, by every layout that `shoal import --trades` knows. */
import { readTrades, tradeFiles } from "../adapters/history/trade-file.ts";
import { tradesInOrder, TradeTable } from "../domain/history/trade-table.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { money } from "../domain/values/values.ts";
import { tradeTrack } from "../sandbox/market/replay-trades.ts";
import { Tape } from "../sandbox/market/tape.ts";
import { parseTimerange } from "./timerange.ts";

export interface TradeChoice {
  /** A file of trades, or a folder of them. */
  readonly trades: string;
  readonly pairs?: readonly string[] | undefined;
  readonly timerange?: string | undefined;
  readonly makerBps: number;
  readonly takerBps: number;
}

interface Found {
  readonly trades: TradeTable;
  readonly path: string;
  several: boolean;
}

/** Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const tradeSource = async (choice: TradeChoice): Promise<Tape> => {
  const { pairs, timerange, makerBps, takerBps } = choice;
  const { from = -Infinity, to = Infinity } = timerange === undefined ? {} : parseTimerange(timerange);
  const terms = { makerBps, takerBps, notionalMin: money("0"), queueAheadLots: 0 };
  const found = [...(await tablesOf(choice))];
  // The order in which a strategy numbers its instruments.
  if (pairs !== undefined) found.sort(([a], [b]) => pairs.indexOf(a) - pairs.indexOf(b));
  const tracks = found.map(([symbol, { trades, path, several }]) => {
    const [, base, quote] = /^([^/:]+)\/([^/:]+)$/.exec(symbol) ?? [];
    if (base === undefined || quote === undefined)
      throw new Invalid("--trades", "trades of spot pairs such as XRP/ETH", symbol);
    const joined = several ? tradesInOrder(trades, symbol).trades : trades;
    return tradeTrack(joined, { base, quote, path, from, to }, terms);
  });
  const source = new Tape(tracks, "1m");
  if (source.nextAt() === undefined)
    throw new Invalid("--timerange", "a range with trades in it", timerange ?? "none");
  const missing = pairs?.find((pair) => !source.listings.some((one) => `${one.base}/${one.quote}` === pair));
  if (missing !== undefined)
    throw new Invalid("--pairs", `pairs with a file of trades in ${choice.trades}`, missing);
  return source;
};

const tablesOf = async ({ trades: path, pairs }: TradeChoice): Promise<ReadonlyMap<string, Found>> => {
  const files = tradeFiles(path, "--trades");
  const found = new Map<string, Found>();
  for (const file of files) {
    // The one pair asked for is that of the one file whose name does not tell it.
    const symbol = file.symbol ?? (files.length === 1 && pairs?.length === 1 ? pairs[0] : undefined);
    if (symbol === undefined) {
      if (files.length > 1) continue;
      throw new Invalid("--trades", "a name such as XRP_ETH-trades.csv.gz, or its pair by --pairs", path);
    }
    if (pairs !== undefined && !pairs.includes(symbol)) continue;
    const { trades } = await readTrades(file.path);
    const known = found.get(symbol);
    if (known === undefined) {
      const table = new TradeTable(trades.length);
      table.append(trades);
      found.set(symbol, { trades: table, path: file.path, several: false });
    } else {
      known.trades.append(trades);
      known.several = true;
    }
  }
  if (found.size === 0)
    throw new Invalid("--trades", "files named like XRP_ETH-trades.csv.gz, of the pairs asked for", path);
  return found;
};
