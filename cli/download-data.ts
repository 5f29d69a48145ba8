/** `shoal download-data`: candles of any venue of ccxt into the folder of history; broken off, it goes on where it was. */
import { join } from "node:path";
import type { Command } from "commander";
import type { Progress } from "../adapters/history/download.ts";
import type { CcxtMarket } from "../adapters/venue/ccxt-market.ts";
import { tradePath } from "../adapters/history/trade-file.ts";
import { openOf, timeframe, type Timeframe } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";
import { Exit, exits } from "./exit.ts";
import { fetchTrades, tellTrades, type FetchedTrades } from "./history/download-trades.ts";
import { HISTORY, storePath, venueName } from "./history/store.ts";
import { instrumentsOf, openMarket, type VenueOptions } from "./history/venue-market.ts";
import { progressLine } from "./progress.ts";
import { answer, table, timeText } from "./terminal.ts";
import { list, moment, verb, wholeNumber, withJson } from "./verb.ts";

interface Options extends VenueOptions {
  readonly trades?: boolean;
  readonly pairs: readonly string[];
  readonly timeframes?: readonly Timeframe[];
  readonly from?: number;
  readonly days?: number;
  readonly until?: number;
  readonly dir: string;
  readonly fillGaps?: boolean;
  readonly json?: boolean;
}

const DAY_MS = 86_400_000;
const ALIVE_MS = 5_000;

export const make = (): Command =>
  withJson(
    verb({
      name: "download-data",
      about: "Fetch candles or trades from a venue into the folder of history, only what is missing there.",
      examples: [
        [
          "download-data --exchange binance -p BTC/USDT,ETH/USDT --timeframes 5m,1h --days 365",
          "a year, or what of it is new",
        ],
        [
          "download-data --exchange kraken -p BTC/USD --timeframes 1d --from 2020-01-01 --fill-gaps",
          "holes are asked for again",
        ],
        ["download-data --exchange binance -p XRP/ETH --trades --days 2", "each trade instead of candles"],
      ],
    }),
  )
    .requiredOption("--exchange <id>", "of ccxt, such as binance, kraken, coinbase")
    .requiredOption("-p, --pairs <list>", "pairs, such as BTC/USDT,ETH/USDT", list)
    .option("--trades", "trades, not candles")
    .option("--timeframes <list>", "of candles, such as 1m,1h", (text) =>
      list(text).map((each) => timeframe(each, "--timeframes")),
    )
    .option("--from <time>", "the first open time: 2021-05-19 or an ISO time, UTC", moment)
    .option(
      "--days <n>",
      "instead of --from: so many days before the end (default: 30)",
      wholeNumber(1, 10_000),
    )
    .option("--until <time>", "end, itself excluded (default: now)", moment)
    .option("--venue <name>", "folder of the history (default: the exchange's id)", venueName)
    .option("--url <url>", "another address of the exchange's protocol, such as that of `shoal sandbox`")
    .option("--dir <folder>", "the folder of history", HISTORY)
    .option("--fill-gaps", "ask again for what is missing inside of what is there")
    .option("--nats <url>", "spend from the request budget of the cluster on this NATS")
    .option("--redis <url>", "spend from the request budget of the cluster with this Redis")
    .action(run);

interface Series {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly candles: number;
  readonly fetched: number;
  readonly resumed: number;
  readonly from: number;
  readonly to: number;
  readonly missing: number;
  readonly path: string;
}

const run = async (options: Options): Promise<void> => {
  checkKind(options);
  const { exchange, venue = exchange, dir } = options;
  // Two downloads side by side would write the same files, and each spend the whole budget.
  const { lockDataDirectory } = await import("../adapters/lock/lock.ts");
  const lock = await lockDataDirectory(join(dir, venue));
  const { market, close } = await openMarket(options).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const series: Series[] = [];
  const trades: FetchedTrades[] = [];
  // The pauses that a venue asks for must not end the process.
  const alive = setInterval(() => undefined, ALIVE_MS);
  try {
    const instruments = await instrumentsOf(market, options.pairs);
    const now = Date.now() + market.clockOffsetMs();
    const until = Math.min(options.until ?? now, now);
    const from = options.from ?? until - (options.days ?? 30) * DAY_MS;
    if (from >= until) throw new Invalid("--from", "a time before the end", timeText(from));
    for (const [symbol, instrument] of instruments) {
      if (options.trades === true) {
        const wanted = { symbol, instrument, from, until: Math.floor(until) };
        trades.push(await fetchTrades(market, wanted, tradePath(dir, venue, symbol)));
      }
      for (const frame of options.timeframes ?? [])
        series.push(
          await fetchSeries(
            market,
            { symbol, instrument, frame, from, until: openBefore(until, now, frame) },
            options,
          ),
        );
    }
  } finally {
    clearInterval(alive);
    await close();
    await lock.release();
  }
  if (options.trades === true) tellTrades(trades, options.json);
  else tellCandles(series, options.json);
};

/** Throws `Invalid` where it is not said what to fetch, or both. */
const checkKind = ({ trades, timeframes, fillGaps }: Options): void => {
  if (trades === true && timeframes !== undefined)
    throw new Invalid("--timeframes", "none beside --trades", timeframes.join(","));
  if (trades === true && fillGaps === true)
    throw new Invalid("--fill-gaps", "candles: nobody sees which trades are missing", fillGaps);
  if (trades !== true && (timeframes ?? []).length === 0)
    throw new Invalid("--timeframes", "timeframes, such as 1m,1h, or --trades", timeframes);
};

const tellCandles = (series: readonly Series[], json: boolean | undefined): void => {
  answer(json === true, { series }, () =>
    table(
      [
        ["Pair"],
        ["Timeframe"],
        ["Candles", "right"],
        ["New", "right"],
        ["From"],
        ["To"],
        ["Missing", "right"],
        ["File"],
      ],
      series.map((each) => [
        ...[each.symbol, each.timeframe, each.candles, each.fetched],
        ...[timeText(each.from), timeText(each.to), each.missing, each.path],
      ]),
      "nothing",
    ),
  );
};

/** The candle that is under way is not asked for. */
const openBefore = (until: number, now: number, frame: Timeframe): number =>
  Math.min(until, openOf(now as Timestamp, frame));

interface Wanted {
  readonly symbol: string;
  readonly instrument: InstrumentId;
  readonly frame: Timeframe;
  readonly from: number;
  readonly until: number;
}

const fetchSeries = async (
  market: CcxtMarket,
  { symbol, instrument, frame, from, until }: Wanted,
  { exchange, venue = exchange, dir, fillGaps }: Options,
): Promise<Series> => {
  const [{ download }, { systemClock: clock }, { checkCandles }] = await Promise.all([
    import("../adapters/history/download.ts"),
    import("../adapters/clock/clock.ts"),
    import("../domain/history/check.ts"),
  ]);
  const path = storePath(dir, venue, symbol, frame);
  const shown = progressOf(`${symbol} ${frame}`);
  try {
    const got = await download({
      market,
      clock,
      instrument,
      timeframe: frame,
      from,
      until,
      path,
      fillGaps,
      onPage: shown.show,
    });
    shown.end();
    const { fetched, resumed, candles } = got;
    const checked = checkCandles(candles, frame);
    const { rows, missing } = checked;
    return {
      symbol,
      timeframe: frame,
      candles: rows,
      fetched,
      resumed,
      from: checked.from,
      to: checked.to,
      missing,
      path,
    };
  } catch (error) {
    shown.end();
    if (error instanceof Invalid) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new Exit(
      exits.failed,
      `${symbol} ${frame}: ${why}\nWhat was fetched is kept: the same command goes on from there.`,
    );
  }
};

const progressOf = (what: string): { show(progress: Progress): void; end(): void } => {
  const line = progressLine();
  return {
    show: ({ fetched, at, done }) =>
      line.show(`${what}: ${Math.floor(done * 100)} %, ${fetched} candles, at ${timeText(at)}`, done),
    end: line.end,
  };
};
