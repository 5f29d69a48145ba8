/**
 * One instrument: turns the raw stream into its market. Nonsense is refused and counted, candles of every timeframe are
 * built from trades and told once, when final; a candle during which the road lost something is taken from the venue
 * instead. Strategies, the recorder and people listen on the market road.
 */
import { hear, ref } from "../contracts/contract.ts";
import { ExchangeContract } from "../contracts/exchange.ts";
import { marketSubject, rawSubject, type RawBatch } from "../contracts/market.ts";
import { SymbolContract } from "../contracts/symbol.ts";
import { CandleSeries, type ClosedCandle } from "../domain/market/candle-series.ts";
import type { Candle, Timeframe } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { gridOf, parseTrade, type Grid } from "../domain/market/parse.ts";
import type { Quote, Trade } from "../domain/market/tick.ts";
import type { InstrumentId, Timestamp, VenueId } from "../domain/values/values.ts";
import { defineActor, type Actor } from "../mixins/actor.ts";
import type { ActorPorts } from "./ports.ts";
import { CandleMemory } from "./symbol/memory.ts";

export interface SymbolSettings {
  readonly instrument: InstrumentId;
  readonly venue: VenueId;
  readonly timeframes: readonly Timeframe[];
  /** Market time to wait after a candle's end for late trades. */
  readonly graceMs: number;
  /** The first candle began before we listened: take it from the venue. False in a replay, which begins with us. */
  readonly mendFirst: boolean;
  /** Asks for its stream again now and then, should the exchange actor have moved. False in a replay. */
  readonly listenAgain: boolean;
}

const LISTEN_AGAIN_MS = 10_000;
const NEVER = -1;
const UNSEEN = -2;

export const symbolActor = (settings: SymbolSettings, { road, clock }: ActorPorts): Actor => {
  const { instrument: id } = settings;
  const memory = new CandleMemory();
  const longest = settings.timeframes.at(-1);
  const counts = { trades: 0, candles: 0, refused: 0, gaps: 0 };
  let instrument: Instrument | undefined;
  let grid: Grid;
  let series: CandleSeries;
  let last: Trade | undefined;
  let quote: Quote | undefined;
  let at = 0 as Timestamp;
  /** Candles that were open at this time may lack trades. */
  let gapAt = UNSEEN;
  let end = (): void => undefined;
  let listen = (): Promise<void> => Promise.resolve();
  let cancelTimer = (): void => undefined;

  const adopt = (changed: Instrument): void => {
    if (changed.lotSize !== instrument?.lotSize) {
      series = new CandleSeries(changed.lotSize, settings.timeframes);
      // What had traded in the open candles is in other lots: the venue's own candle is taken instead.
      if (instrument !== undefined) gapAt = at;
    }
    instrument = changed;
    grid = gridOf(changed);
  };

  return defineActor(SymbolContract, id, {
    handlers: {
      history: ({ timeframe, limit, after }) => memory.history(timeframe, limit, after),
      inspect: () => ({ instrument: instrument!, last, quote, ...counts, at }),
    },
    hears: [
      hear(ExchangeContract, settings.venue, "instrumentChanged", (changed) => {
        if (changed.id === id) adopt(changed);
      }),
      hear(ExchangeContract, settings.venue, "started", () => listen()),
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
      ): Promise<readonly Candle[]> => exchange.candles({ instrument: id, timeframe, since, limit });
      memory.onMissing(fetchCandles, () => at);

      const take = (batch: RawBatch): Promise<void> | void => {
        const closed: ClosedCandle[] = [];
        const good = batch.trades.every(sane) ? batch.trades : batch.trades.filter(sane);
        for (const trade of good) {
          if (gapAt === UNSEEN) gapAt = settings.mendFirst ? trade.at : NEVER;
          for (const one of series.push(trade)) closed.push(one);
          last = trade;
        }
        counts.trades += good.length;
        if (batch.quote !== undefined) quote = batch.quote;
        if (batch.at > at) at = batch.at;
        for (const one of series.closeBefore((at - settings.graceMs) as Timestamp)) closed.push(one);
        if (gapAt < 0 || closed.length === 0) publish(good, closed, batch.quote);
        else return mend(closed).then((mended) => publish(good, mended, batch.quote));
      };
      const sane = (trade: Trade): boolean => {
        try {
          parseTrade(trade, grid);
          return true;
        } catch (error) {
          counts.refused += 1;
          wire.log.warn(`${id}: a trade was refused: ${(error as Error).message}`, { trade });
          return false;
        }
      };
      /** Candles that were open when something was lost are the venue's; the rest are ours. */
      const mend = async (closed: readonly ClosedCandle[]): Promise<readonly ClosedCandle[]> => {
        const mended: ClosedCandle[] = [];
        for (const { timeframe, candle } of closed) {
          if (candle.openAt > gapAt) {
            mended.push({ timeframe, candle });
            continue;
          }
          const [told] = await fetchCandles(timeframe, candle.openAt, 1);
          mended.push({
            timeframe,
            candle: told?.openAt === candle.openAt ? { ...told, final: true } : candle,
          });
        }
        if (closed.some(({ timeframe, candle }) => timeframe === longest && candle.openAt > gapAt))
          gapAt = NEVER;
        return mended;
      };
      const publish = (
        trades: readonly Trade[],
        candles: readonly ClosedCandle[],
        told: Quote | undefined,
      ): void => {
        for (const { timeframe, candle } of candles) memory.keep(timeframe, candle);
        counts.candles += candles.length;
        if (trades.length === 0 && candles.length === 0 && told === undefined) return;
        road.publish(marketSubject(id), {
          trades,
          candles,
          at,
          ...(told === undefined ? {} : { quote: told }),
        });
      };
      const raw = rawSubject(id);
      const ends = [
        road.subscribe(raw, (batch) => void mailbox.post(take, batch)),
        road.onGap((subject) => {
          if (subject !== raw) return;
          counts.gaps += 1;
          gapAt = at;
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
    },

    stop() {
      cancelTimer();
      end();
    },
  });
};
