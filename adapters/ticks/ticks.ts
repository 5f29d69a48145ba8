/**
 * Where ticks and candles rest: InfluxDB, or DuckDB with Parquet partitions where there is none.
 * Writing is queued and bounded: `write*` returns false when the queue is full and the rows were dropped
 * and counted; a row that is no number throws `Invalid` and takes its whole call with it. Rows are idempotent: the
 * same trade id or candle written twice stands once, of a candle the last. Reads see what has been flushed.
 */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";

export interface TickStoreStats {
  readonly written: number;
  readonly queued: number;
  readonly dropped: number;
  /** Rows the store refused for good (type conflict, past retention). */
  readonly refused: number;
  /** It took nothing the last time, and rows wait. */
  readonly failing: boolean;
}

export interface TickStore {
  writeTrades(instrument: InstrumentId, trades: readonly Trade[]): boolean;
  writeCandles(instrument: InstrumentId, timeframe: Timeframe, candles: readonly Candle[]): boolean;
  /** Resolves when all that was queued before is durable. */
  flush(): Promise<void>;
  /** `from` included, `to` excluded, oldest first; equal times in order of trade id. The first `limit` of the range. */
  trades(instrument: InstrumentId, from: Timestamp, to: Timestamp, limit?: number): Promise<readonly Trade[]>;
  /** Only candles written as candles; final only, oldest first. The last `limit` of the range. */
  candles(
    instrument: InstrumentId,
    timeframe: Timeframe,
    from: Timestamp,
    to: Timestamp,
    limit?: number,
  ): Promise<readonly Candle[]>;
  stats(): TickStoreStats;
  close(): Promise<void>;
}
