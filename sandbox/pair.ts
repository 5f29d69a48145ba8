/**
 * One listed pair on the wire: its grid, its past trades and candles, its book feed, and the JSON of its market
 * streams. Times in messages are market time.
 */
import { openOf, timeframes, type Timeframe } from "../domain/market/candle.ts";
import type { Timestamp } from "../domain/values/values.ts";
import type { Listing, SimulatedVenue } from "../simulation/venue/venue.ts";
import { BookFeed, levelsJson, type Best, type Diff } from "./book-feed.ts";
import { Steps } from "./grid.ts";
import { CandleSeries, type CandleRow } from "./market/candle-series.ts";

export interface PastTrade {
  readonly id: number;
  readonly at: number;
  readonly ticks: number;
  readonly lots: number;
  readonly buys: boolean;
}

/** Trades kept for REST; the older half is forgotten past it. */
const TRADES_MAX = 100_000;
const DAY_MS = 86_400_000;

export class Pair {
  listing: Listing;
  price: Steps;
  lot: Steps;
  readonly name: string;
  /** In stream names. */
  readonly lower: string;
  readonly series: CandleSeries;
  readonly book: BookFeed;
  trades: PastTrade[] = [];
  /** Market time at which the last ticker and the last depth diff were sent. */
  tickerAt = 0;
  depthAt = 0;
  /** Of the quote at hand. */
  quoteAt = 0;
  readonly frames = new Map<Timeframe, CandleRow | undefined>();

  constructor(venue: SimulatedVenue, listing: Listing, base: Timeframe) {
    this.listing = listing;
    this.price = new Steps(listing.tick);
    this.lot = new Steps(listing.lot);
    this.name = listing.symbol;
    this.lower = listing.symbol.toLowerCase();
    this.series = new CandleSeries(base);
    this.book = new BookFeed(venue, listing.symbol);
  }

  /** Other filters. On another grid the past is rounded to it. */
  relist(listing: Listing): void {
    const price = new Steps(listing.tick);
    const lot = new Steps(listing.lot);
    const ticksBy = this.price.float / price.float;
    const lotsBy = this.lot.float / lot.float;
    this.listing = listing;
    this.price = price;
    this.lot = lot;
    if (ticksBy === 1 && lotsBy === 1) return;
    this.series.rescale(ticksBy, lotsBy);
    this.trades = this.trades.map((trade) => ({
      ...trade,
      ticks: onGrid(trade.ticks * ticksBy),
      lots: onGrid(trade.lots * lotsBy),
    }));
    for (const frame of this.frames.keys()) this.frames.set(frame, this.current(frame));
  }

  record(trade: PastTrade): void {
    this.series.print(trade.at, trade.ticks, trade.lots, trade.buys);
    this.trades.push(trade);
    if (this.trades.length > TRADES_MAX) this.trades = this.trades.slice(TRADES_MAX / 2);
  }

  /** Index of the first kept trade for which `reached` holds; they are in order. */
  tradeIndex(reached: (trade: PastTrade) => boolean): number {
    let low = 0;
    let high = this.trades.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(this.trades[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  day(now: number): CandleRow | undefined {
    return this.series.since(now - DAY_MS);
  }

  quoteText(quote: number): string {
    return (quote * this.price.float * this.lot.float).toFixed(8);
  }

  tradeJson({ id, at, ticks, lots, buys }: PastTrade): string {
    return `{"e":"trade","E":${at},"s":"${this.name}","t":${id},"p":"${this.price.text(ticks)}","q":"${this.lot.text(lots)}","T":${at},"m":${!buys},"M":true}`;
  }

  aggTradeJson({ id, at, ticks, lots, buys }: PastTrade): string {
    return `{"e":"aggTrade","E":${at},"s":"${this.name}","a":${id},"p":"${this.price.text(ticks)}","q":"${this.lot.text(lots)}","f":${id},"l":${id},"T":${at},"m":${!buys},"M":true}`;
  }

  bookTickerJson(best: Best): string {
    const { price, lot } = this;
    return `{"u":${this.book.updateId},"s":"${this.name}","b":"${price.text(best.bid)}","B":"${lot.text(best.bidLots)}","a":"${price.text(best.ask)}","A":"${lot.text(best.askLots)}"}`;
  }

  diffJson(diff: Diff, at: number): string {
    return `{"e":"depthUpdate","E":${at},"s":"${this.name}","U":${diff.first},"u":${diff.last},"b":${levelsJson(diff.bids, this.price, this.lot)},"a":${levelsJson(diff.asks, this.price, this.lot)}}`;
  }

  miniTickerJson(day: CandleRow, at: number): string {
    const { price } = this;
    return `{"e":"24hrMiniTicker","E":${at},"s":"${this.name}","c":"${price.text(day.close)}","o":"${price.text(day.open)}","h":"${price.text(day.high)}","l":"${price.text(day.low)}","v":"${this.lot.text(day.lots)}","q":"${this.quoteText(day.quote)}"}`;
  }

  tickerJson(day: CandleRow, at: number): string {
    const { price, lot } = this;
    const { best } = this.book;
    const last = this.trades.at(-1);
    const change = (day.close - day.open) * price.float;
    return `{"e":"24hrTicker","E":${at},"s":"${this.name}","p":"${change.toFixed(8)}","P":"${percent(day)}","w":"${this.meanText(day)}","x":"${price.text(day.open)}","c":"${price.text(day.close)}","Q":"${lot.text(last?.lots ?? 0)}","b":"${price.text(best.bid)}","B":"${lot.text(best.bidLots)}","a":"${price.text(best.ask)}","A":"${lot.text(best.askLots)}","o":"${price.text(day.open)}","h":"${price.text(day.high)}","l":"${price.text(day.low)}","v":"${lot.text(day.lots)}","q":"${this.quoteText(day.quote)}","O":${day.openAt},"C":${at},"F":${(last?.id ?? 0) - day.trades + 1},"L":${last?.id ?? 0},"n":${day.trades}}`;
  }

  klineJson(row: CandleRow, frame: Timeframe, closed: boolean, at: number): string {
    const { price, lot } = this;
    const last = this.trades.at(-1)?.id ?? 0;
    return `{"e":"kline","E":${at},"s":"${this.name}","k":{"t":${row.openAt},"T":${row.openAt + timeframes[frame] - 1},"s":"${this.name}","i":"${frame}","f":${last - row.trades + 1},"L":${last},"o":"${price.text(row.open)}","c":"${price.text(row.close)}","h":"${price.text(row.high)}","l":"${price.text(row.low)}","v":"${lot.text(row.lots)}","n":${row.trades},"x":${closed},"q":"${this.quoteText(row.quote)}","V":"${lot.text(row.takerLots)}","Q":"${this.quoteText(row.takerQuote)}","B":"0"}}`;
  }

  /** Mean price by volume. */
  meanText(row: CandleRow): string {
    return ((row.quote / row.lots) * this.price.float).toFixed(8);
  }

  /** The candle of `frame` that the newest print belongs to. */
  current(frame: Timeframe): CandleRow | undefined {
    const last = this.trades.at(-1);
    if (last === undefined) return undefined;
    if (timeframes[frame] >= timeframes[this.series.base])
      return this.series.query(frame, undefined, undefined, 1)[0];
    const recent = new CandleSeries(frame);
    const from = this.tradeIndex((trade) => trade.at >= openOf(last.at as Timestamp, frame));
    for (const trade of this.trades.slice(from)) recent.print(trade.at, trade.ticks, trade.lots, trade.buys);
    return recent.query(frame, undefined, undefined, 1)[0];
  }
}

const onGrid = (steps: number): number => Math.max(1, Math.round(steps));

export const percent = (day: CandleRow): string =>
  day.open === 0 ? "0.000" : (((day.close - day.open) / day.open) * 100).toFixed(3);
