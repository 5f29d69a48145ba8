/** What a strategy knows of a book by the feed: both sides, their best as a quote, and candles of the trades. */
import { ASK_LEVEL, BID_LEVEL, type BookEvents, BOUGHT, CLEARED } from "../../domain/market/book-events.ts";
import { CandleSeries, type ClosedCandle } from "../../domain/market/candle-series.ts";
import type { Timeframe } from "../../domain/market/candle.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Quote, Trade } from "../../domain/market/tick.ts";
import { toFloat, type Side, type Timestamp } from "../../domain/values/values.ts";
import { DepthLadder } from "./depth-ladder.ts";

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
  readonly bids = new DepthLadder("buy");
  readonly asks = new DepthLadder("sell");
  /** Views that the next quote and the next trade overwrite. */
  readonly quote = new QuoteView();
  readonly trade = new TradeView();
  private readonly events: BookEvents;
  private readonly series: CandleSeries;
  private readonly tick: Grid;
  private readonly lot: Grid;
  /** Quoted last. */
  private bid = 0;
  private bidLots = 0;
  private ask = 0;
  private askLots = 0;

  constructor(events: BookEvents, instrument: Instrument, frames: readonly Timeframe[]) {
    this.events = events;
    this.series = new CandleSeries(instrument.lotSize, frames);
    this.tick = new Grid(instrument.tickSize);
    this.lot = new Grid(instrument.lotSize);
  }

  /** The recorded event of this index is told. True for a trade, which changes no level. */
  hear(index: number): boolean {
    const { events } = this;
    const kind = events.kind[index]!;
    if (kind === BID_LEVEL) this.bids.set(events.ticks[index]!, events.lots[index]!);
    else if (kind === ASK_LEVEL) this.asks.set(events.ticks[index]!, events.lots[index]!);
    else if (kind === CLEARED) {
      this.bids.clear();
      this.asks.clear();
    } else return true;
    return false;
  }

  /** Candles that this trade closed, and the trade itself in `trade`. */
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

  /** Whether the best of both sides has changed with the event of this index; `quote` is it then. Nothing is quoted while a side is empty or both cross. */
  requote(index: number): boolean {
    const { bids, asks, quote } = this;
    if (bids.best === 0 || asks.best === 0 || bids.best >= asks.best) return false;
    const bidLots = bids.at(bids.best);
    const askLots = asks.at(asks.best);
    if (
      bids.best === this.bid &&
      asks.best === this.ask &&
      bidLots === this.bidLots &&
      askLots === this.askLots
    )
      return false;
    this.bid = bids.best;
    this.ask = asks.best;
    this.bidLots = bidLots;
    this.askLots = askLots;
    quote.at = this.events.at[index]! as Timestamp;
    quote.bid = this.tick.of(bids.best);
    quote.ask = this.tick.of(asks.best);
    quote.bidQuantity = this.lot.of(bidLots);
    quote.askQuantity = this.lot.of(askLots);
    return true;
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
