/**
 * A dry run's market: a real venue's instruments, past candles and live trades, for the sandbox exchange to trade on with play
 * money. Only public data are asked for; no key is used.
 */
import { randomInt } from "node:crypto";
import { memoryCache } from "../adapters/cache/memory.ts";
import { systemClock as clock } from "../adapters/clock/clock.ts";
import { ccxtMarket, type CcxtMarket } from "../adapters/venue/ccxt-market.ts";
import type { Candle } from "../domain/market/candle.ts";
import type { Instrument } from "../domain/market/instrument.ts";
import { Chance } from "../domain/values/chance.ts";
import { Invalid } from "../domain/values/invalid.ts";
import { decimal, toFloat, type Timestamp } from "../domain/values/values.ts";
import type { CandleRow } from "../sandbox/market/candle-series.ts";
import { LiveMarket, type LivePair } from "../sandbox/market/live.ts";

export interface MirrorOptions {
  /** ccxt's id of the venue, and another address of it. */
  readonly exchange: string;
  readonly url?: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly symbols: readonly string[];
  /** Of past candles, for strategies to warm up on. */
  readonly historyDays: number;
}

/** Its streams go on until it is closed. */
export type Mirror = LiveMarket & { close(): Promise<void> };

const VENUE = "mirror";
const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** Resolves once the streams stand. Throws `Invalid` for what the venue does not know, or an Error when it cannot be reached. */
export const openMirror = async (
  options: MirrorOptions,
  tell: (problem: string) => void,
): Promise<Mirror> => {
  const { exchange, url, symbols } = options;
  const chance = new Chance(randomInt(2 ** 32));
  const market = ccxtMarket(
    { venue: VENUE, exchange, options: options.options, ...(url === undefined ? {} : { url }) },
    { clock, chance: () => chance.next(), cache: memoryCache(clock), tell },
  );
  try {
    const all = new Map((await market.instruments()).map((one) => [one.symbol, one]));
    const instruments = symbols.map((symbol) => {
      const found = all.get(symbol);
      if (found === undefined) throw new Invalid("symbols", `pairs that ${exchange} trades`, symbol);
      return found;
    });
    const pairs = instruments.map(pairOf);
    const live = new LiveMarket(pairs, clock.now() + market.clockOffsetMs());
    const names = new Map(instruments.map(({ id }, i) => [id, pairs[i]!.listing.symbol]));
    await market.watch(
      instruments.map(({ id }) => id),
      { trades: (id, trades) => live.hear(names.get(id)!, trades) },
    );
    for (const [i, instrument] of instruments.entries())
      await remember(market, live, { instrument, pair: pairs[i]!, days: options.historyDays });
    return Object.assign(live, { close: () => market.close() });
  } catch (error) {
    await market.close();
    if (error instanceof Invalid) throw error;
    throw new Error(`${exchange} cannot be reached: ${(error as Error).message}`, {
      cause: error,
    });
  }
};

interface Wanted {
  readonly instrument: Instrument;
  readonly pair: LivePair;
  readonly days: number;
}

/** The past up to this moment: what trades while the open candle is on its way may be missing in that one's volume. */
const remember = async (
  market: CcxtMarket,
  live: LiveMarket,
  { instrument, pair, days }: Wanted,
): Promise<void> => {
  const minutes = days * DAY_MINUTES;
  const since = (clock.now() - minutes * MINUTE_MS) as Timestamp;
  const closed = await market.candles(instrument.id, "1m", since, minutes + 1);
  const open = await market.openCandle(instrument.id, "1m");
  const rows = [...closed, ...(open === undefined ? [] : [open])].map((candle) => rowOf(candle, pair));
  live.past(pair.listing.symbol, rows);
};

/** The venue's candles do not tell who took: half of it each. */
const rowOf = ({ openAt, open, high, low, close, volume }: Candle, { tick, lot }: LivePair): CandleRow => {
  const steps = (price: number): number => Math.max(1, Math.round(price / tick));
  const lots = Math.round(volume / lot);
  const quote = Math.round(((steps(high) + steps(low) + steps(close)) / 3) * lots);
  return {
    ...{ openAt, open: steps(open), high: steps(high), low: steps(low), close: steps(close) },
    ...{ lots, quote, trades: 1, takerLots: Math.floor(lots / 2), takerQuote: Math.floor(quote / 2) },
  };
};

const pairOf = ({ base, quote, ...grid }: Instrument): LivePair => ({
  listing: {
    ...{ symbol: base + quote, base, quote, tick: grid.tickSize, lot: grid.lotSize },
    lotsMin: Math.max(1, Number(grid.quantityMin / grid.lotSize)),
    lotsMax: grid.quantityMax === 0n ? 2 ** 50 : Number(grid.quantityMax / grid.lotSize),
    notionalMin: grid.notionalMin,
    makerBps: grid.makerBps,
    takerBps: grid.takerBps,
    feeStep: decimal("0.00000001"),
    status: "trading",
    market: "tape",
    queueAheadLots: 0,
  },
  tick: toFloat(grid.tickSize),
  lot: toFloat(grid.lotSize),
});
