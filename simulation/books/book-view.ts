/** What a strategy knows of its market by the feed: the best of the book, the trade at hand, candles of the trades. */
import { type BookEvents, BOUGHT } from "../../domain/market/book-events.ts";
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Quote, Trade } from "../../domain/market/tick.ts";
import { toFloat, type Side, type Timestamp } from "../../domain/values/values.ts";
import type { QuoteFeed } from "./quote-feed.ts";

class QuoteView implements Quote {
  at = 0 as Timestamp;
  bid = NaN;
  bidQuantity = NaN;
  ask = NaN;
  askQuantity = NaN;
}

class TradeView implements Trade {
  at = 0 as Timestamp;
  price = 0;
  quantity = 0;
  side: Side = "buy";
  id = 0;
}

export class BookView {
  /** Views that the next quote and the next trade overwrite. */
  readonly quote = new QuoteView();
  readonly trade = new TradeView();
  private readonly events: BookEvents;
  private readonly series: CandleSeries;
  private readonly tick: Grid;
  private readonly lot: Grid;

  constructor(events: BookEvents, instrument: Instrument, frames: readonly Timeframe[]) {
    this.events = events;
    this.series = new CandleSeries(instrument.lotSize, frames);
    this.tick = new Grid(instrument.tickSize);
    this.lot = new Grid(instrument.lotSize);
  }

  /** The trade of this index is heard: `trade` is it, and what comes back are the candles that it closed. */
  print(index: number): readonly ClosedCandle[] {
    const { trade, events } = this;
    const lots = events.lots[index]!;
    trade.at = events.at[index]! as Timestamp;
    trade.side = events.kind[index] === BOUGHT ? "buy" : "sell";
    trade.price = this.tick.of(events.ticks[index]!);
    trade.quantity = this.lot.of(lots);
    trade.id += 1;
    return this.series.pushLots(trade, lots);
  }

  /** Candles that time closes. */
  closed(at: number): readonly ClosedCandle[] {
    return this.series.closeBefore(at as Timestamp);
  }

  /** The next quote of the feed is heard: `quote` is it. */
  requote(feed: QuoteFeed): void {
    const { quote } = this;
    quote.at = feed.nextAt as Timestamp;
    feed.hear();
    quote.bid = this.tick.of(feed.bid);
    quote.ask = this.tick.of(feed.ask);
    quote.bidQuantity = this.lot.of(feed.bidLots);
    quote.askQuantity = this.lot.of(feed.askLots);
  }

  priceOf(ticks: number): number {
    return this.tick.of(ticks);
  }

  quantityOf(lots: number): number {
    return this.lot.of(lots);
  }
}

/** Whole steps as doubles: one division of whole numbers gives the double nearest to the decimal. */
class Grid {
  private readonly multiple: number;
  private readonly divisor: number;

  constructor(step: bigint) {
    let multiple = step;
    let decimals = 18;
    for (; decimals > 0 && multiple % 10n === 0n; decimals -= 1) multiple /= 10n;
    const exact = Number.isSafeInteger(Number(multiple)) && decimals <= 15;
    this.multiple = exact ? Number(multiple) : toFloat(step);
    this.divisor = exact ? 10 ** decimals : 1;
  }

  of(count: number): number {
    return (count * this.multiple) / this.divisor;
  }
}
