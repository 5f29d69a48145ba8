/**
 * One instrument: turns the raw stream into its market. Nonsense is refused and counted, candles of every timeframe are
 * built from trades and told once, when final; a candle during which the road lost something is taken from the venue
 * instead. Strategies, the recorder and people listen on the market road.
 */
import { hear, ref } from "../contracts/contract.ts";
import { ExchangeContract } from "../contracts/exchange.ts";
import { marketSubject, rawSubject, type RawBatch } from "../contracts/market.ts";
import { notHere } from "../contracts/failure.ts";
import { SymbolContract } from "../contracts/symbol.ts";
import { CandleSeries, type ClosedCandle } from "../domain/market/candle-series.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { checkDepth, gridOf, parseQuote, parseTrade, type Grid } from "../domain/market/parse.ts";
import type { Depth, Quote, Trade } from "../domain/market/tick.ts";
import type { InstrumentId, Timestamp, VenueId } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import { MarketInbox } from "../mixins/market-inbox.ts";
import type { ActorPorts } from "./ports.ts";
import { Gaps } from "./symbol/gaps.ts";
import { CandleMemory } from "./symbol/memory.ts";

export interface SymbolSettings {
  readonly instrument: InstrumentId;
  readonly venue: VenueId;
  readonly timeframes: readonly Timeframe[];
  /** Market time to wait after a candle's end for late trades. */
  readonly graceMs: number;
  /** The first candle began before we listened: take it from the venue. False in a replay, which begins with us. */
  readonly mendFirst: boolean;
  /** Another node may have had it before: what closed meanwhile is told too. */
  readonly handedOver: boolean;
  /** Asks for its stream again now and then, should the exchange actor have moved. False in a replay. */
  readonly listenAgain: boolean;
}

const LISTEN_AGAIN_MS = 10_000;
/** How long a start waits for the market's time; the exchange actor tells it ten times a second. */
const TIME_MS = 1_000;

export const symbolActor = (settings: SymbolSettings, { road, clock }: ActorPorts): Actor => {
  const { instrument: id } = settings;
  const memory = new CandleMemory();
  const gaps = new Gaps(settings.timeframes);
  const counts = { trades: 0, candles: 0, refused: 0, gaps: 0 };
  let instrument: Instrument | undefined;
  let grid: Grid;
  let series: CandleSeries;
  let last: Trade | undefined;
  let quote: Quote | undefined;
  let lastBook: Depth | undefined;
  let at = 0 as Timestamp;
  /** Where the stream begins is not known before the market's time is: until then nobody is told any history. */
  let begun = !settings.mendFirst;
  let end = (): void => undefined;
  let listen = (): Promise<void> => Promise.resolve();
  let cancelTimer = (): void => undefined;

  if (settings.mendFirst) gaps.lost();

  const adopt = (changed: Instrument): void => {
    if (changed.lotSize !== instrument?.lotSize) {
      series = new CandleSeries(changed.lotSize, settings.timeframes);
      // What had traded in the open candles is in other lots: the venue's own candle is taken instead.
      if (instrument !== undefined) gaps.lost();
    }
    instrument = changed;
    grid = gridOf(changed);
  };

  /** What ended before this has all its trades. */
  const closedBefore = (): Timestamp => Math.max(at - settings.graceMs, last?.at ?? 0) as Timestamp;
  const hearTime = (told: Timestamp): void => {
    if (told > at) at = told;
    if (begun || at === 0) return;
    begun = true;
    if (settings.handedOver) gaps.takeOver(closedBefore());
    else gaps.begin(closedBefore());
  };

  const timeHeard = (raw: string): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        cancel();
        endTime();
        resolve();
      };
      const cancel = clock.after(TIME_MS, done);
      const endTime = road.subscribe(raw, ({ at: told }) => {
        hearTime(told);
        if (begun) done();
      });
    });

  return defineActor(SymbolContract, id, {
    handlers: {
      history: ({ timeframe, limit, after, before }) => {
        // An answer without what closed last would be taken for all there is.
        if (!begun || (before !== undefined && before > gaps.wholeBefore(timeframe, closedBefore())))
          throw notHere("symbol", id);
        return memory.history(timeframe, limit, after, before);
      },
      book: () => ({ book: lastBook, quote }),
      inspect: () => ({ instrument: instrument!, last, quote, ...counts, at }),
    },
    hears: [
      hear(ExchangeContract, settings.venue, "instrumentChanged", (changed) => {
        if (changed.id === id) adopt(changed);
      }),
      hear(ExchangeContract, settings.venue, "started", () => {
        gaps.lost();
        return listen();
      }),
    ],

    async start({ wire, mailbox }) {
      const exchange = ref(wire, ExchangeContract, settings.venue);
      const listed = (await exchange.instruments()).find((one) => one.id === id);
      if (listed === undefined) throw new Error(`${id} is not listed at ${settings.venue}`);
      adopt(listed);
      const fetchCandles = (
        timeframe: Timeframe,
        since: Timestamp,
        limit: number,
      ): Promise<readonly Candle[]> => exchange.candles({ instrument: id, timeframe, since, limit, at });
      memory.onMissing(fetchCandles, () => at);

      const take = (batch: RawBatch): Promise<void> | void => {
        const closed: ClosedCandle[] = [];
        const good = only(batch.trades, sane);
        for (const trade of good) {
          gaps.heard(trade.at);
          for (const one of series.push(trade)) closed.push(one);
          last = trade;
        }
        counts.trades += good.length;
        const told = batch.quote !== undefined && saneQuote(batch.quote) ? batch.quote : undefined;
        if (told !== undefined) quote = told;
        hearTime(batch.at);
        const before = closedBefore();
        for (const one of series.closeBefore(before)) closed.push(one);
        const book = batch.book !== undefined && saneBook(batch.book) ? batch.book : undefined;
        if (gaps.none || !(begun && gaps.isDue(before))) publish(good, gaps.whole(closed), told, book);
        else
          return gaps
            .mend(closed, before, fetchCandles, (error) =>
              wire.log.warn(`${id}: no candles from the venue`, { error }),
            )
            .then((mended) => publish(good, mended, told, book));
      };
      const refuse = (what: string, error: unknown, value: object): false => {
        counts.refused += 1;
        wire.log.warn(`${id}: a ${what} was refused: ${(error as Error).message}`, { [what]: value });
        return false;
      };
      const sound = <T extends object>(what: string, check: (one: T) => unknown) => {
        return (one: T): boolean => {
          try {
            check(one);
            return true;
          } catch (error) {
            return refuse(what, error, one);
          }
        };
      };
      const sane = sound("trade", (trade: Trade) => parseTrade(trade, grid));
      const saneQuote = sound("quote", (one: Quote) => parseQuote(one, grid));
      const saneBook = sound("book", (one: Depth) => checkDepth(one));
      const publish = (
        trades: readonly Trade[],
        candles: readonly ClosedCandle[],
        told: Quote | undefined,
        book: Depth | undefined,
      ): void => {
        for (const one of candles) {
          memory.keep(one.timeframe, one.candle);
          gaps.told(one);
        }
        counts.candles += candles.length;
        lastBook = book ?? lastBook;
        if (trades.length === 0 && candles.length === 0 && told === undefined && book === undefined) return;
        road.publish(marketSubject(id), {
          trades,
          candles,
          at,
          ...(told === undefined ? {} : { quote: told }),
          ...(book === undefined ? {} : { book }),
        });
      };
      const raw = rawSubject(id);
      // What found no room is missing from the open candles: the venue's are told instead.
      const inbox = new MarketInbox<RawBatch>({ mailbox, handle: take, onLost: () => gaps.lost() });
      const ends = [
        road.subscribe(raw, (batch) => inbox.take(batch)),
        road.onGap((subject) => {
          if (subject !== raw) return;
          counts.gaps += 1;
          inbox.lost();
        }),
      ];
      end = () => ends.forEach((one) => one());
      listen = () => exchange.listen({ instrument: id }).then(() => undefined);
      const listenAgain = (): void => {
        cancelTimer = clock.after(LISTEN_AGAIN_MS, () => {
          void listen().then(listenAgain, listenAgain);
        });
      };
      await listen();
      if (settings.listenAgain) listenAgain();
      if (!begun) await timeHeard(raw);
    },

    stop() {
      cancelTimer();
      end();
    },
  });
};

/** As `filter`; the list itself while all of it holds, which is nearly always. Each is looked at once. */
const only = <T>(all: readonly T[], holds: (one: T) => boolean): readonly T[] => {
  for (let n = 0; n < all.length; n += 1)
    if (!holds(all[n]!)) return [...all.slice(0, n), ...all.slice(n + 1).filter(holds)];
  return all;
};
