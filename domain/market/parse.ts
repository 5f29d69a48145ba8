/**
 * The door for market data and metadata of unknown origin: everything behind it may trust its numbers.
 *
 * Each parser takes plain data (numbers, decimal text or exact decimals) and returns the value, or throws
 * `Invalid` naming the field. Corrupt data is worse than no data: nothing is repaired and nothing guessed.
 */
import { Invalid } from "../values/invalid.ts";
import {
  readCount,
  readDecimal,
  readNotNegative,
  readNumber,
  readObject,
  readPositive,
  readText,
  readTime,
} from "../values/read.ts";
import { toFloat } from "../values/values.ts";
import type { Asset, Money, Price, Quantity, VenueId } from "../values/values.ts";
import type { BookDelta, BookLevels, BookSnapshot } from "./book.ts";
import type { Sides } from "./depth.ts";
import { type Candle, openOf, type Timeframe } from "./candle.ts";
import { type Instrument, instrumentId } from "./instrument.ts";
import type { Quote, Trade } from "./tick.ts";

/** The venue's grid as doubles. A step of zero means not known, and is not checked. */
export interface Grid {
  readonly tickSize: number;
  readonly lotSize: number;
}
export const gridOf = (instrument: Pick<Instrument, "tickSize" | "lotSize">): Grid => ({
  tickSize: toFloat(instrument.tickSize),
  lotSize: toFloat(instrument.lotSize),
});
const NO_GRID: Grid = { tickSize: 0, lotSize: 0 };

/** A double that came from the venue's decimal text is nearer to its grid than this, relative to its size. */
const GRID_TOLERANCE = 1e-9;

/** Prices in quote units, quantities in base units, `at` in ms; `side` is the taker's. */
export const parseTrade = (raw: unknown, grid: Grid, field = "trade"): Trade => {
  const from = readObject(raw, field);
  const side = from.side;
  if (side !== "buy" && side !== "sell") throw new Invalid(`${field}.side`, `"buy" or "sell"`, side);
  return {
    at: readTime(from.at, `${field}.at`),
    price: price(from.price, grid, `${field}.price`),
    quantity: onGrid(readPositive(from.quantity, `${field}.quantity`), grid.lotSize, `${field}.quantity`),
    side,
    id: readCount(from.id, `${field}.id`),
  };
};

/** Refuses a crossed or locked quote; a quantity of zero means that the venue did not tell it. */
export const parseQuote = (raw: unknown, grid: Grid, field = "quote"): Quote => {
  const from = readObject(raw, field);
  const bid = price(from.bid, grid, `${field}.bid`);
  const ask = price(from.ask, grid, `${field}.ask`);
  if (bid >= ask) throw new Invalid(`${field}.ask`, `a price above the bid of ${bid}`, ask);
  return {
    at: readTime(from.at, `${field}.at`),
    bid,
    bidQuantity: size(from.bidQuantity, grid, `${field}.bidQuantity`),
    ask,
    askQuantity: size(from.askQuantity, grid, `${field}.askQuantity`),
  };
};

/** Levels above zero, best first, sides that do not cross. Throws `Invalid` for the first that is otherwise; allocates nothing. */
export const checkDepth = ({ bids, asks }: Sides, field = "book"): void => {
  inOrder(bids, -1, `${field}.bids`);
  inOrder(asks, 1, `${field}.asks`);
  const [bid, ask] = [bids[0]?.[0], asks[0]?.[0]];
  if (bid !== undefined && ask !== undefined && bid >= ask)
    throw new Invalid(`${field}.asks`, `prices above the bid of ${bid}`, ask);
};

const inOrder = (levels: BookLevels, way: 1 | -1, field: string): void => {
  for (let k = 0; k < levels.length; k += 1) {
    const [price, quantity] = levels[k]!;
    if (!(price > 0 && quantity > 0 && price < Infinity && quantity < Infinity))
      throw new Invalid(`${field}[${k}]`, "a price and a quantity above 0", levels[k]);
    if (k > 0 && !(way * (price - levels[k - 1]![0]) > 0))
      throw new Invalid(`${field}[${k}]`, "a price worse than the one before", price);
  }
};

/**
 * `openAt` must stand on the timeframe's grid. `final` must be told: a candle still open taken for a
 * finished one is a look into the future. Leave the grid out for history older than today's filters.
 */
export const parseCandle = (
  raw: unknown,
  timeframe: Timeframe,
  grid: Grid = NO_GRID,
  field = "candle",
): Candle => {
  const from = readObject(raw, field);
  const openAt = readTime(from.openAt, `${field}.openAt`);
  if (openOf(openAt, timeframe) !== openAt)
    throw new Invalid(`${field}.openAt`, `the open time of a ${timeframe} candle`, openAt);
  const open = price(from.open, grid, `${field}.open`);
  const close = price(from.close, grid, `${field}.close`);
  const high = price(from.high, grid, `${field}.high`);
  const low = price(from.low, grid, `${field}.low`);
  const top = Math.max(open, close, low);
  if (high < top) throw new Invalid(`${field}.high`, `at least ${top}`, high);
  const bottom = Math.min(open, close);
  if (low > bottom) throw new Invalid(`${field}.low`, `at most ${bottom}`, low);
  if (typeof from.final !== "boolean") throw new Invalid(`${field}.final`, "true or false", from.final);
  return {
    openAt,
    open,
    high,
    low,
    close,
    volume: size(from.volume, grid, `${field}.volume`),
    trades: from.trades === undefined ? 0 : readCount(from.trades, `${field}.trades`),
    final: from.final,
  };
};

/** Grid steps and limits as decimal text, exact decimals or numbers. The id follows from venue and symbol. */
export const parseInstrument = (raw: unknown, field = "instrument"): Instrument => {
  const from = readObject(raw, field);
  const venue = readText(from.venue, /^[a-z0-9-]+$/, `${field}.venue`) as VenueId;
  const base = readText(from.base, /^[^\s/:]+$/, `${field}.base`) as Asset;
  const quote = readText(from.quote, /^[^\s/:]+$/, `${field}.quote`) as Asset;
  const symbol = readText(from.symbol, /^[^\s/]+\/[^\s/]+$/, `${field}.symbol`);
  if (!symbol.startsWith(`${base}/${quote}`))
    throw new Invalid(`${field}.symbol`, `one that begins with ${base}/${quote}`, symbol);
  const id = instrumentId(venue, symbol);
  if (from.id !== undefined && from.id !== id) throw new Invalid(`${field}.id`, id, from.id);
  const { status } = from;
  if (status !== "trading" && status !== "paused" && status !== "delisted")
    throw new Invalid(`${field}.status`, `"trading", "paused" or "delisted"`, status);
  const quantityMin = readDecimal(from.quantityMin, 0n, `${field}.quantityMin`) as Quantity;
  const quantityMax = readDecimal(from.quantityMax, 0n, `${field}.quantityMax`) as Quantity;
  if (quantityMax !== 0n && quantityMax < quantityMin)
    throw new Invalid(`${field}.quantityMax`, "zero (no limit) or at least quantityMin", from.quantityMax);
  return {
    id,
    venue,
    symbol,
    base,
    quote,
    tickSize: readDecimal(from.tickSize, 1n, `${field}.tickSize`) as Price,
    lotSize: readDecimal(from.lotSize, 1n, `${field}.lotSize`) as Quantity,
    quantityMin,
    quantityMax,
    notionalMin: readDecimal(from.notionalMin, 0n, `${field}.notionalMin`) as Money,
    makerBps: feeBps(from.makerBps, `${field}.makerBps`),
    takerBps: feeBps(from.takerBps, `${field}.takerBps`),
    status,
  };
};

/** `{ updateId, bids, asks }`, levels as `[price, quantity]`. */
export const parseSnapshot = (raw: unknown, field = "snapshot"): BookSnapshot => {
  const from = readObject(raw, field);
  return {
    updateId: readCount(from.updateId, `${field}.updateId`),
    bids: levels(from.bids, `${field}.bids`),
    asks: levels(from.asks, `${field}.asks`),
  };
};

/** `{ first, last, bids, asks }`; a quantity of zero takes the level out. */
export const parseDelta = (raw: unknown, field = "delta"): BookDelta => {
  const from = readObject(raw, field);
  const first = readCount(from.first, `${field}.first`);
  const last = readCount(from.last, `${field}.last`);
  if (last < first) throw new Invalid(`${field}.last`, `at least first, which is ${first}`, last);
  return {
    first,
    last,
    bids: levels(from.bids, `${field}.bids`),
    asks: levels(from.asks, `${field}.asks`),
  };
};

const levels = (raw: unknown, field: string): BookLevels => {
  if (!Array.isArray(raw)) throw new Invalid(field, "an array of [price, quantity]", raw);
  return raw.map((level: unknown, at) => {
    if (!Array.isArray(level)) throw new Invalid(`${field}[${at}]`, "[price, quantity]", level);
    return [
      readPositive(level[0], `${field}[${at}].price`),
      readNotNegative(level[1], `${field}[${at}].quantity`),
    ] as const;
  });
};

const price = (raw: unknown, grid: Grid, field: string): number =>
  onGrid(readPositive(raw, field), grid.tickSize, field);
const size = (raw: unknown, grid: Grid, field: string): number =>
  onGrid(readNotNegative(raw, field), grid.lotSize, field);

const onGrid = (value: number, step: number, field: string): number => {
  if (step > 0 && Math.abs(Math.round(value / step) * step - value) > GRID_TOLERANCE * value)
    throw new Invalid(field, `a multiple of ${step}`, value);
  return value;
};

/** Maker fees may be negative (a rebate); 10,000 bps would be all of the trade. */
const feeBps = (raw: unknown, field: string): number => {
  const value = readNumber(raw, field);
  if (!(value >= -1_000 && value <= 10_000))
    throw new Invalid(field, "basis points from -1000 to 10000", raw);
  return value;
};
