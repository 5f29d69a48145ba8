/** Ticks and candles in memory: for tests, backtests and engines that record nothing. Bounded: full means refused. */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import { checkCandles, checkInstrument, checkTrades, inTradeOrder } from "./rows.ts";
import type { TickStore, TickStoreStats } from "./ticks.ts";

export interface MemoryOptions {
  /** Rows kept in all; a write that would pass it returns false and is counted as dropped. */
  readonly rowsMax?: number;
}

class MemoryTickStore implements TickStore {
  readonly #trades = new Map<InstrumentId, Map<string, Trade>>();
  readonly #candles = new Map<string, Map<Timestamp, Candle>>();
  readonly #rowsMax: number;
  #written = 0;
  #dropped = 0;

  constructor(options: MemoryOptions) {
    this.#rowsMax = options.rowsMax ?? 1_000_000;
  }

  writeTrades(instrument: InstrumentId, trades: readonly Trade[]): boolean {
    checkInstrument(instrument);
    checkTrades(trades);
    if (!this.#admits(trades.length)) return false;
    const kept = this.#trades.get(instrument) ?? new Map<string, Trade>();
    for (const trade of trades) kept.set(`${trade.at} ${trade.id}`, trade);
    this.#trades.set(instrument, kept);
    return true;
  }

  writeCandles(instrument: InstrumentId, timeframe: Timeframe, candles: readonly Candle[]): boolean {
    checkInstrument(instrument);
    checkCandles(candles);
    const final = candles.filter((candle) => candle.final);
    if (!this.#admits(final.length)) return false;
    const key = `${timeframe} ${instrument}`;
    const kept = this.#candles.get(key) ?? new Map<Timestamp, Candle>();
    for (const candle of final) kept.set(candle.openAt, candle);
    this.#candles.set(key, kept);
    return true;
  }

  trades(instrument: InstrumentId, from: Timestamp, to: Timestamp, limit = Infinity): Promise<Trade[]> {
    const found: Trade[] = [];
    for (const trade of this.#trades.get(instrument)?.values() ?? [])
      if (trade.at >= from && trade.at < to) found.push(trade);
    return Promise.resolve(found.sort(inTradeOrder).slice(0, limit));
  }

  candles(
    instrument: InstrumentId,
    timeframe: Timeframe,
    from: Timestamp,
    to: Timestamp,
    limit = Infinity,
  ): Promise<Candle[]> {
    const found: Candle[] = [];
    for (const candle of this.#candles.get(`${timeframe} ${instrument}`)?.values() ?? [])
      if (candle.openAt >= from && candle.openAt < to) found.push(candle);
    found.sort((a, b) => a.openAt - b.openAt);
    return Promise.resolve(found.slice(Math.max(0, found.length - limit)));
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  stats(): TickStoreStats {
    return { written: this.#written, queued: 0, dropped: this.#dropped, refused: 0, failing: false };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #admits(rows: number): boolean {
    if (this.#written + rows > this.#rowsMax) {
      this.#dropped += rows;
      return false;
    }
    this.#written += rows;
    return true;
  }
}

export const memoryTickStore = (options: MemoryOptions = {}): TickStore => new MemoryTickStore(options);
