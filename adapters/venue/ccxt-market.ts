/**
 * One venue's public side through ccxt: instruments, candles, trades, quotes and books. Trades are told in the order in
 * which their frames came; a hole in the ids is filled by REST before later trades are told; a stream that is open but
 * silent while the venue trades on is found by asking REST, and subscribed again.
 */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { TradeTable } from "../../domain/history/trade-table.ts";
import { instrumentId, symbolOf, type Instrument } from "../../domain/market/instrument.ts";
import { timestamp, type InstrumentId, type Timestamp, type VenueId } from "../../domain/values/values.ts";
import { STALE_AFTER_MS, type CcxtSettings, type VenuePorts } from "./ccxt.ts";
import type { Exchange, UnifiedBook, UnifiedTicker, UnifiedTrade } from "./ccxt-words.ts";
import type { BreakerState, GuardSettings } from "./guard.ts";
import { Instruments } from "./instruments.ts";
import { capabilitiesOf, Link, type SlowDowns, type Weight } from "./link.ts";
import { levelsOf, quoteOf } from "./mapping.ts";
import { closedCandles, openCandle } from "./past-candles.ts";
import { tradeTableOf } from "./past-trades.ts";
import { Streams } from "./streams.ts";
import { TradeFeed } from "./trade-feed.ts";
import type { Capabilities, Market, MarketSink, StreamHealth } from "./venue.ts";

/** Symbols of one subscription call: Binance takes 200. */
const CHUNK = 200;

/** By the venue's own name of the instrument ("XRPETH"): what a lock-step client compares with what was sent. */
export interface Received {
  /** Id of the last trade told. */
  readonly trades: Readonly<Record<string, number>>;
  /** Update id of the last quote told; 0 where the venue numbers none. */
  readonly quotes: Readonly<Record<string, number>>;
  /** Update id of the last book told. */
  readonly books: Readonly<Record<string, number>>;
}

export interface CcxtMarket extends Market {
  /** Everything counted here has been told to the sink. */
  received(): Received;
  /** As it stands now; undefined before anything traded in it. */
  openCandle(instrument: InstrumentId, timeframe: Timeframe): Promise<Candle | undefined>;
  breakers(): readonly BreakerState[];
  weight(): Weight;
  slowDowns(): SlowDowns;
  /** What traded from `since` on (ms), oldest first, at most `limit`; ids that are no whole numbers are 0. Binance: aggregated trades. */
  pastTrades(instrument: InstrumentId, since: number, limit: number): Promise<TradeTable>;
}

/** Nothing is loaded or asked before the first call. `guard` is for tests. */
export const ccxtMarket = (
  settings: CcxtSettings,
  ports: VenuePorts,
  guard: GuardSettings = {},
): CcxtMarket => new MarketOverCcxt(new Link(settings, ports, guard));

class MarketOverCcxt implements CcxtMarket {
  readonly venue: VenueId;
  private readonly link: Link;
  private readonly catalogue: Instruments;
  private readonly feeds = new Map<string, TradeFeed>();
  private readonly quoteIds: Record<string, number> = {};
  private readonly bookIds: Record<string, number> = {};
  private streams: Streams | undefined;
  private sink: MarketSink | undefined;

  constructor(link: Link) {
    this.link = link;
    this.venue = link.settings.venue as VenueId;
    this.catalogue = new Instruments(link, (changed) => this.sink?.instrument?.(changed));
  }

  /** Of the dialect alone before the first call, of ccxt's own table afterwards. */
  get capabilities(): Capabilities {
    return capabilitiesOf(this.link.exchange, this.link.dialect, this.link.settings.receiveWindowMs ?? 5_000);
  }

  instruments(fresh = false): Promise<readonly Instrument[]> {
    return this.catalogue.all(fresh);
  }

  candles(
    instrument: InstrumentId,
    timeframe: Timeframe,
    since: Timestamp,
    limit: number,
  ): Promise<readonly Candle[]> {
    return closedCandles(this.link, { symbol: symbolOf(instrument), timeframe, since, limit });
  }

  async pastTrades(instrument: InstrumentId, since: number, limit: number): Promise<TradeTable> {
    const exchange = await this.link.ready();
    const ask = () => exchange.fetchTrades(symbolOf(instrument), since, limit);
    return tradeTableOf(await this.link.guard.read("public", ask));
  }

  openCandle(instrument: InstrumentId, timeframe: Timeframe): Promise<Candle | undefined> {
    return openCandle(this.link, symbolOf(instrument), timeframe);
  }

  async watch(instruments: readonly InstrumentId[], sink: MarketSink): Promise<void> {
    const exchange = await this.link.ready();
    this.sink = sink;
    const symbols = instruments.map(symbolOf).filter((symbol) => !this.feeds.has(symbol));
    if (symbols.length === 0) return;
    for (const symbol of symbols) this.feeds.set(symbol, this.feed(exchange, symbol));
    this.streams ??= this.listen(exchange);
    await this.streams.add(this.subscriptions(exchange, symbols, sink));
  }

  health(): readonly StreamHealth[] {
    const reconnects = this.streams?.reconnects ?? 0;
    return [...this.feeds.values()].map((feed) => ({
      stream: `trades ${feed.symbol}`,
      lastAt: feed.lastArrivalAt,
      reconnects,
      gapsFilled: feed.gapsFilled,
      tradesLost: feed.lost,
    }));
  }

  whole(instrument: InstrumentId): boolean {
    const feed = this.feeds.get(symbolOf(instrument));
    return feed === undefined || !(feed.behind || this.streams?.lost === true);
  }

  clockOffsetMs(): number {
    return this.link.offsetMs;
  }

  clockOffMs(): number {
    return this.link.clockOffMs();
  }

  received(): Received {
    const trades: Record<string, number> = {};
    for (const feed of this.feeds.values()) trades[feed.marketId] = feed.lastId;
    return { trades, quotes: this.quoteIds, books: this.bookIds };
  }

  breakers(): readonly BreakerState[] {
    return this.link.guard.breakers();
  }

  weight(): Weight {
    return this.link.weight;
  }

  slowDowns(): SlowDowns {
    return this.link.slowDowns;
  }

  async close(): Promise<void> {
    this.streams?.close();
    await this.link.close();
  }

  private feed(exchange: Exchange, symbol: string): TradeFeed {
    const instrument = instrumentId(this.venue, symbol);
    return new TradeFeed(this.link, exchange, symbol, (trades) => this.sink?.trades(instrument, trades));
  }

  private listen(exchange: Exchange): Streams {
    const streams = new Streams(
      this.link,
      exchange,
      {
        trades: (symbol, trades: readonly UnifiedTrade[]) => this.feeds.get(symbol)?.hear(trades),
        quote: (ticker) => this.quote(ticker),
        book: (book) => this.book(book),
      },
      { resumed: () => this.catchUp() },
    );
    const staleAfterMs = this.link.settings.staleAfterMs ?? STALE_AFTER_MS;
    this.link.every(Math.max(50, staleAfterMs / 3), () => this.checkLiveness(streams, staleAfterMs));
    const { refreshMs = 600_000 } = this.link.settings;
    this.link.every(refreshMs, () => this.catalogue.all(true).then(() => undefined));
    return streams;
  }

  private subscriptions(
    exchange: Exchange,
    symbols: readonly string[],
    sink: MarketSink,
  ): readonly (() => Promise<unknown>)[] {
    const calls: (() => Promise<unknown>)[] = [];
    for (let i = 0; i < symbols.length; i += CHUNK) {
      const chunk = symbols.slice(i, i + CHUNK);
      if (exchange.has["watchTradesForSymbols"] === true)
        calls.push(() => exchange.watchTradesForSymbols(chunk));
      else for (const symbol of chunk) calls.push(() => exchange.watchTrades(symbol));
      if (sink.quote !== undefined) calls.push(() => exchange.watchBidsAsks(chunk));
    }
    if (sink.book !== undefined)
      for (const symbol of symbols)
        if (sink.booksOf?.has(instrumentId(this.venue, symbol)) !== false)
          calls.push(() => exchange.watchOrderBook(symbol));
    return calls;
  }

  private quote(ticker: UnifiedTicker): void {
    if (ticker.bid === undefined || ticker.ask === undefined) return;
    this.sink?.quote?.(instrumentId(this.venue, ticker.symbol), quoteOf(ticker, this.link.now()));
    this.quoteIds[this.idOf(ticker.symbol)] = Number(ticker.info?.["u"] ?? 0);
  }

  private book(book: UnifiedBook): void {
    if (book.symbol === undefined || this.sink?.book === undefined) return;
    book.limit?.();
    const levels = this.link.settings.bookLevels ?? 20;
    this.sink.book(instrumentId(this.venue, book.symbol), {
      updateId: book.nonce ?? 0,
      at: timestamp(book.timestamp ?? this.link.now()),
      bids: levelsOf(book.bids, levels),
      asks: levelsOf(book.asks, levels),
    });
    this.bookIds[this.idOf(book.symbol)] = book.nonce ?? 0;
  }

  private idOf(symbol: string): string {
    return this.feeds.get(symbol)?.marketId ?? symbol;
  }

  private catchUp(): void {
    for (const feed of this.feeds.values()) feed.catchUp().catch((error: unknown) => this.link.tell(error));
  }

  /** One quiet instrument proves nothing; one that trades at the venue and not here does. */
  private async checkLiveness(streams: Streams, staleAfterMs: number): Promise<void> {
    for (const feed of this.feeds.values()) {
      if (!feed.silentFor(staleAfterMs)) continue;
      if (await feed.missedSomething()) {
        streams.restart(`${feed.symbol} trades at the venue but not on the stream`);
        return;
      }
    }
  }
}
