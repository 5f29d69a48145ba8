/**
 * One venue's public streams: what the venue tells goes onto the market road, raw, instrument by instrument, and the
 * market's time with it, so that quiet instruments learn that a minute has passed.
 */
import type { Book, Market, MarketSink } from "../adapters/venue/venue.ts";
import { ExchangeContract, type ExchangeView } from "../contracts/exchange.ts";
import { rawSubject, type RawBatch } from "../contracts/market.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import type { Quote, Trade } from "../domain/market/tick.ts";
import type { InstrumentId, Timestamp, VenueId } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { Concurrent } from "../mixins/concurrent.ts";
import type { ActorPorts } from "./ports.ts";

export interface ExchangeSettings {
  readonly venue: VenueId;
  readonly instruments: readonly InstrumentId[];
  readonly quotes: boolean;
  /** Whose depth somebody wants. */
  readonly books?: ReadonlySet<InstrumentId>;
  /** How often the time is told to instruments that are quiet; 0 in lock-step, where the driver tells it. */
  readonly timeEveryMs: number;
  /** The market's time is the venue's clock. False at a sandbox, whose trades alone tell it. */
  readonly clockTime: boolean;
}

export type OpenedMarket = Market & { status(): Pick<ExchangeView, "breakers" | "slowDowns"> };

export interface ExchangePorts extends ActorPorts {
  openMarket(venue: VenueId): Promise<OpenedMarket>;
  /** The newest market time told by this venue. */
  onMarketTime(at: Timestamp): void;
  /** Runs once whatever had arrived in this process by now has been read. */
  afterReading(run: () => void): void;
}

/** How often the venue is asked what it lists, and how often while something of ours is paused. */
const LOOK_MS = 600_000;
const LOOK_PAUSED_MS = 5_000;
/** A clock that is off by so much tells no time. */
const CLOCK_OFF_MS = 500;

export const exchangeActor = (settings: ExchangeSettings, ports: ExchangePorts): Actor => {
  const { venue, books = new Set() } = settings;
  const { clock, road, activity } = ports;
  // Side by side: twelve symbols that ask for candles at one close do not wait for one another.
  const door = new Concurrent({ activity });
  const counts = { trades: 0, quotes: 0, books: 0 };
  let market: OpenedMarket;
  let sink: MarketSink;
  /** The newest time heard on any stream; and up to which every stream has been read. */
  let newestAt = 0 as Timestamp;
  let readAt = 0 as Timestamp;
  /** Monotonic: since when somebody listens, and the last arrival. */
  let listenedAt: number | undefined;
  let heardAt = 0;
  let cancelTimer = (): void => undefined;
  let cancelLook = (): void => undefined;
  let stopped = false;

  const publish = (instrument: InstrumentId, batch: RawBatch): void =>
    road.publish(rawSubject(instrument), batch);
  const newer = (at: Timestamp): void => {
    if (at <= newestAt) return;
    newestAt = at;
    ports.onMarketTime(at);
  };
  const trades = (instrument: InstrumentId, told: readonly Trade[]): void => {
    counts.trades += told.length;
    heardAt = clock.monotonic();
    const at = told.at(-1)!.at;
    newer(at);
    publish(instrument, { trades: told, at });
  };
  const quote = (instrument: InstrumentId, told: Quote): void => {
    counts.quotes += 1;
    heardAt = clock.monotonic();
    if (!market.whole(instrument)) return;
    // Quotes overtake trades: at a sandbox they must not tell a time whose trades are still on their way.
    if (settings.clockTime) newer(told.at);
    publish(instrument, { trades: [], quote: told, at: settings.timeEveryMs === 0 ? newestAt : readAt });
  };
  const book = (instrument: InstrumentId, { at: told, bids, asks }: Book): void => {
    counts.books += 1;
    heardAt = clock.monotonic();
    if (!market.whole(instrument)) return;
    const at = settings.timeEveryMs === 0 ? newestAt : readAt;
    publish(instrument, { trades: [], book: { at: told, bids, asks }, at });
  };
  /**
   * Everybody learns what time the market has, so that quiet instruments close their candles too. Not by a clock that was
   * stepped: candles would close too early. Until it is compared with the venue's again, trades alone tell the time.
   * Nor before all sockets were read: each instrument may have its own, and after a stall the time of one, or of the
   * clock, is ahead of trades that have arrived on another.
   */
  const tellTime = (): void => {
    if (settings.clockTime && market.clockOffMs() < CLOCK_OFF_MS)
      newer((clock.now() + market.clockOffsetMs()) as Timestamp);
    const at = newestAt;
    ports.afterReading(() => {
      if (stopped) return;
      readAt = at;
      // Others' trades tell a time at which this one's may still be on their way: its candles would close without them.
      for (const instrument of settings.instruments)
        if (market.whole(instrument)) publish(instrument, { trades: [], at });
      cancelTimer = clock.after(settings.timeEveryMs, tellTime);
    });
  };
  /** A market that is paused begins again unasked, and nobody sends it an order that would find out. */
  const lookAgain = async (): Promise<void> => {
    const listed = await market.instruments().catch(() => []);
    const own = listed.filter(({ id }) => settings.instruments.includes(id));
    const waiting = own.some(({ status }) => status === "paused");
    cancelLook();
    if (stopped) return;
    cancelLook = clock.after(waiting ? LOOK_PAUSED_MS : LOOK_MS, () => {
      void market
        .instruments(true)
        .catch(() => [])
        .then(lookAgain);
    });
  };

  return defineActor(ExchangeContract, venue, {
    sourced: door,
    handlers: {
      instruments: () => door.run(() => market.instruments()),
      refresh: () => door.run(() => market.instruments(true)).then(() => undefined),
      candles: ({ instrument, timeframe, since, limit, at }) => {
        // Just started here, it may be behind those who listened to the one before: their last candle would seem open.
        if (!settings.clockTime && at > newestAt) ports.onMarketTime(at);
        return door.run(() => market.candles(instrument, timeframe, since, limit));
      },
      listen: ({ instrument }) => {
        listenedAt ??= clock.monotonic();
        return door.run(() => market.watch([instrument], sink)).then(() => undefined);
      },
      health: () => ({
        market: listenedAt === undefined ? 0 : clock.monotonic() - Math.max(heardAt, listenedAt),
      }),
      inspect: async () => ({
        venue,
        instruments: (await market.instruments()).length,
        ...counts,
        clockOffsetMs: market.clockOffsetMs(),
        streams: market.health(),
        ...market.status(),
      }),
    },

    async start({ tell }) {
      market = await ports.openMarket(venue);
      const known = new Set((await market.instruments()).map(({ id }) => id));
      for (const instrument of settings.instruments)
        if (!known.has(instrument)) throw new Error(`${instrument} is not listed at ${venue}`);
      sink = {
        trades,
        ...(settings.quotes && market.capabilities.watchQuotes ? { quote } : {}),
        ...(books.size > 0 && market.capabilities.watchBooks ? { book, booksOf: books } : {}),
        instrument: (changed: Instrument) => {
          tell("instrumentChanged", changed);
          if (settings.timeEveryMs === 0) return;
          cancelLook();
          void lookAgain();
        },
      };
      tell("started", null);
      if (settings.timeEveryMs === 0) return;
      tellTime();
      await lookAgain();
    },

    async stop() {
      stopped = true;
      cancelTimer();
      cancelLook();
      // It may never have been opened.
      await (market as OpenedMarket | undefined)?.close();
    },
  });
};
