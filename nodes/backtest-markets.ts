/**
 * The markets of a backtest out of recorded candles: one file, or the files of a folder by pair. What is odd in them is refused by
 * name, or mended and said: a result must not rest on something nobody saw.
 */
import { basename, dirname, sep } from "node:path";
import { candleFiles, readCandles, type CandleFile } from "../adapters/history/candle-file.ts";
import { candleName } from "../adapters/history/candle-name.ts";
import { CandleTable } from "../domain/history/candle-table.ts";
import { checkCandles, type Finding } from "../domain/history/check.ts";
import { inOrder } from "../domain/history/order.ts";
import { resample } from "../domain/history/resample.ts";
import { timeframe, timeframes, type Timeframe } from "../domain/market/candle.ts";
import { instrumentId, type Instrument } from "../domain/market/instrument.ts";
import { Invalid } from "../domain/values/invalid.ts";
import {
  asset,
  money,
  price,
  quantity,
  type Price,
  type Quantity,
  type VenueId,
} from "../domain/values/values.ts";
import type { BacktestMarket } from "../simulation/backtest/backtest.ts";

export interface MarketChoice {
  readonly path: string;
  /** The markets are in their order; in that of the names without them. */
  readonly pairs?: readonly string[] | undefined;
  /** Of the candles; made of finer ones where there are none. */
  readonly timeframe?: string | undefined;
  /** Where the timeframe was asked for; `--timeframe` unless told. */
  readonly option?: string | undefined;
  /** First and one past the last open time that may be needed, ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Steps of price and quantity as decimals; 1e-8 unless given. */
  readonly tickSize?: string | undefined;
  readonly lotSize?: string | undefined;
}

export interface RecordedMarkets {
  readonly markets: readonly BacktestMarket[];
  readonly timeframe: Timeframe;
  /** What was mended, left out or is doubtful, a line each. */
  readonly notes: readonly string[];
}

const VENUE = "backtest" as VenueId;
const STEP = "0.00000001";
/** Cheaper than this a price needs a finer grid. */
const CHEAP = 1e-4;
const FINE_STEP = "0.000000000001";

/** Throws `Invalid` naming the option, or the file and what is wrong in it. */
export const recordedMarkets = async (choice: MarketChoice): Promise<RecordedMarkets> => {
  const { option = "--timeframe" } = choice;
  const wanted = choice.timeframe === undefined ? undefined : timeframe(choice.timeframe, option);
  const notes: string[] = [];
  const files = candleFiles(choice.path, "--candles", { symbols: choice.pairs });
  const sources = inThatOrder(sourcesOf(files, wanted, choice.path, notes, option), choice.pairs);
  const markets: BacktestMarket[] = [];
  for (const { symbol, files: parts } of sources)
    markets.push(await read(symbol, parts, wanted, choice, notes));
  const frames = new Set(markets.map((market) => market.timeframe));
  if (frames.size > 1)
    throw new Invalid(
      "--timeframe",
      `one of the timeframes there are (${[...frames].join(", ")})`,
      undefined,
    );
  const quotes = new Set(markets.map(({ instrument }) => instrument.quote));
  if (quotes.size > 1)
    throw new Invalid("--pairs", `pairs of one quote asset (of ${[...quotes].join(", ")})`, choice.pairs);
  const missing = choice.pairs?.find((pair) => !markets.some(({ instrument }) => instrument.symbol === pair));
  if (missing !== undefined) throw new Invalid("--pairs", "pairs that there are candles of", missing);
  return { markets, timeframe: markets[0]!.timeframe, notes };
};

interface Source {
  readonly symbol: string;
  readonly files: readonly CandleFile[];
}

/** As the pairs were asked for: the order in which a strategy numbers its instruments. */
const inThatOrder = (sources: readonly Source[], pairs: readonly string[] | undefined): readonly Source[] =>
  pairs === undefined
    ? sources
    : [...sources].sort((a, b) => pairs.indexOf(a.symbol) - pairs.indexOf(b.symbol));

/** One series a pair: of the timeframe wanted, else of the coarsest that it can be made of. Several files are its parts. */
const sourcesOf = (
  files: readonly CandleFile[],
  wanted: Timeframe | undefined,
  path: string,
  notes: string[],
  option: string,
): readonly Source[] => {
  if (files.length === 1) return [{ symbol: files[0]!.symbol ?? "BASE/QUOTE", files }];
  const bySymbol = Map.groupBy(files, ({ symbol }) => symbol);
  return [...bySymbol].flatMap(([symbol, all]) => {
    if (symbol === undefined) {
      notes.push(`left out, no pair in the name: ${all.map((file) => basename(file.path)).join(", ")}`);
      return [];
    }
    const frame =
      wanted === undefined
        ? onlyFrame(all, symbol)
        : bestFrame(
            all.map((file) => file.timeframe),
            wanted,
            symbol,
            option,
          );
    const ofFrame = all.filter((file) => file.timeframe === frame);
    const depth = Math.min(...ofFrame.map(({ path: each }) => depthOf(each, path)));
    const near = ofFrame.filter(({ path: each }) => depthOf(each, path) === depth);
    const plain = near.filter(({ path: each }) => /^[\d-]*$/.test(candleName(basename(each))?.rest ?? ""));
    const chosen = plain.length > 0 ? plain : near.slice(0, 1);
    const left = ofFrame.filter((file) => !chosen.includes(file));
    if (left.length > 0)
      notes.push(`left out, other candles of ${symbol}: ${left.map((file) => file.path).join(", ")}`);
    return [{ symbol, files: chosen }];
  });
};

const depthOf = (file: string, folder: string): number =>
  dirname(file).split(sep).length - folder.replace(/[/\\]+$/, "").split(sep).length;

const onlyFrame = (files: readonly CandleFile[], symbol: string): Timeframe => {
  const frames = new Set(files.map((file) => file.timeframe));
  if (frames.size > 1)
    throw new Invalid("--timeframe", `one of those of ${symbol} (${[...frames].join(", ")})`, undefined);
  return files[0]!.timeframe;
};

const bestFrame = (
  frames: readonly Timeframe[],
  wanted: Timeframe,
  symbol: string,
  option = "--timeframe",
): Timeframe => {
  const usable = [...frames]
    .filter(
      (frame) => timeframes[frame] <= timeframes[wanted] && timeframes[wanted] % timeframes[frame] === 0,
    )
    .sort((a, b) => timeframes[b] - timeframes[a]);
  if (usable[0] === undefined)
    throw new Invalid(option, `one that the candles of ${symbol} can be made into`, wanted);
  return usable[0];
};

const read = async (
  symbol: string,
  files: readonly CandleFile[],
  wanted: Timeframe | undefined,
  { path, from, to, tickSize, lotSize, option }: MarketChoice,
  notes: string[],
): Promise<BacktestMarket> => {
  const all = new CandleTable(0);
  let frame: Timeframe | undefined;
  for (const file of files) {
    const recorded = await readCandles(file.path, {
      timeframe: files.length > 1 ? file.timeframe : undefined,
      from,
      to,
    });
    frame = recorded.timeframe;
    all.append(recorded.candles);
  }
  if (all.length === 0)
    throw new Invalid("--timerange", `a time that there are candles of ${symbol} in`, path);
  const name = files.length === 1 ? basename(files[0]!.path) : `files of ${symbol}`;
  let candles = mended(all, frame!, name, notes);
  if (wanted !== undefined && wanted !== frame) {
    bestFrame([frame!], wanted, symbol, option);
    const { candles: coarse, partial } = resample(candles, frame!, wanted);
    notes.push(`${name}: ${wanted} made of ${frame}${partial > 0 ? `, ${partial} partial left out` : ""}`);
    candles = coarse;
  }
  return {
    instrument: instrumentOf(symbol, candles, tickSize, lotSize),
    timeframe: wanted ?? frame!,
    candles,
  };
};

/** What of a finding no result may rest on. */
const refused: readonly Finding["kind"][] = ["conflict", "off-grid", "broken"];

const mended = (table: CandleTable, frame: Timeframe, name: string, notes: string[]): CandleTable => {
  const { findings, missing } = checkCandles(table, frame, { placesMax: 1, now: Date.now() });
  for (const { kind, count, first } of findings) {
    const at = new Date(first[0]!.at).toISOString();
    const what = first[0]!.what === undefined ? "" : ` (${first[0]!.what})`;
    if (refused.includes(kind))
      throw new Invalid(
        name,
        `sound ${frame} candles; shoal check-data tells more`,
        `${kind} at ${at}${what}, ${count} in all`,
      );
    if (kind === "gap")
      notes.push(`${name}: ${missing} candles missing in ${count} gaps, the first at ${at}`);
    else if (kind === "zero-volume")
      notes.push(
        `${name}: ${count} candles without volume, whose prices nobody traded at; orders are filled at them`,
      );
    else if (kind === "unfinished") notes.push(`${name}: ${count} candles that have not ended, left out`);
    else if (kind === "duplicate")
      notes.push(`${name}: ${count} candles were there twice, one of each was used`);
    else if (kind === "out-of-order") notes.push(`${name}: ${count} candles out of order, sorted`);
    else if (kind === "spike" || kind === "wick")
      notes.push(`${name}: ${count} doubtful prices (${kind}), the first at ${at}`);
  }
  return inOrder(table).candles.within(-Infinity, Date.now() - timeframes[frame] + 1);
};

const instrumentOf = (
  symbol: string,
  { low, length }: CandleTable,
  tick?: string,
  lot?: string,
): Instrument => {
  const [base, quote] = symbol.split(/[/:]/);
  let lowest = Infinity;
  for (let row = 0; row < length; row += 1) lowest = Math.min(lowest, low[row]!);
  const tickSize: Price = price(tick ?? (lowest < CHEAP ? FINE_STEP : STEP), "--tick-size");
  const lotSize: Quantity = quantity(lot ?? STEP, "--lot-size");
  if (tickSize <= 0n) throw new Invalid("--tick-size", "a step above 0", tick);
  if (lotSize <= 0n) throw new Invalid("--lot-size", "a step above 0", lot);
  return {
    id: instrumentId(VENUE, symbol),
    venue: VENUE,
    symbol,
    base: asset(base!),
    quote: asset(quote!),
    tickSize,
    lotSize,
    quantityMin: lotSize,
    quantityMax: quantity("0"),
    notionalMin: money("0"),
    makerBps: 0,
    takerBps: 0,
    status: "trading",
  };
};
