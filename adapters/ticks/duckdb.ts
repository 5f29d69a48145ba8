/**
 * Ticks and candles in DuckDB, behind one worker thread: this thread only fills columns. Rows wait for 4,096 of
 * their kind or `flushMs`, then travel to the worker, and stay here until it says that they are on disk. A dead worker
 * is told, replaced after a pause, and sent everything again. Queries see what has been flushed.
 */
import { extname } from "node:path";
import { timeframes, type Candle, type Timeframe } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import { BATCH_ROWS, type CandleColumns, type TradeColumns } from "./columns.ts";
import type { DuckdbFiles } from "./duckdb-messages.ts";
import { StorageThread } from "./duckdb-thread.ts";
import { bound, checkCandles, checkInstrument, checkTrades } from "./rows.ts";
import type { TickStore, TickStoreStats } from "./ticks.ts";

export interface DuckdbOptions {
  /** The database file; its folder is made. */
  readonly path: string;
  /** Folder of the Parquet partitions; beside the file when not given. */
  readonly archive?: string;
  /** Rows not yet on disk; a write that would pass it returns false. Reckoned in rows, 37 to 60 bytes each. */
  readonly queueRowsMax?: number;
  readonly flushMs?: number;
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** A UTC day of trades is sealed to Parquet once market time is this far past its end. */
  readonly sealAfterMs?: number;
  /** How long `close` waits for what is queued. */
  readonly closeMs?: number;
  /** Told of every failure: a dead worker, a day that could not be sealed. */
  readonly onError?: (error: Error) => void;
}

export interface DuckdbTickStore extends TickStore {
  /** Puts every whole UTC day before `before` into Parquet now. Resolves with the number of partitions written. */
  seal(before: Timestamp): Promise<number>;
}

const warn = (error: Error): void => process.emitWarning(error);

class Store implements DuckdbTickStore {
  readonly #thread: StorageThread;
  readonly #queueRowsMax: number;
  readonly #flushMs: number;
  readonly #closeMs: number;
  #trades: TradeColumns | undefined;
  #candles: CandleColumns | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dropped = 0;

  constructor(thread: StorageThread, options: DuckdbOptions) {
    this.#thread = thread;
    this.#queueRowsMax = options.queueRowsMax ?? 262_144;
    this.#flushMs = options.flushMs ?? 250;
    this.#closeMs = options.closeMs ?? 10_000;
  }

  writeTrades(instrument: InstrumentId, trades: readonly Trade[]): boolean {
    checkInstrument(instrument);
    checkTrades(trades);
    if (!this.#admits(trades.length)) return false;
    const number = this.#thread.number(instrument);
    for (const trade of trades) {
      this.#trades ??= this.#thread.batch("trade");
      this.#trades.push(number, trade);
      if (this.#trades.rows === BATCH_ROWS) this.#sendTrades();
    }
    this.#wait();
    return true;
  }

  writeCandles(instrument: InstrumentId, timeframe: Timeframe, candles: readonly Candle[]): boolean {
    checkInstrument(instrument);
    checkCandles(candles);
    const final = candles.filter((candle) => candle.final);
    if (!this.#admits(final.length)) return false;
    const number = this.#thread.number(instrument);
    for (const candle of final) {
      this.#candles ??= this.#thread.batch("candle");
      this.#candles.push(number, timeframes[timeframe], candle);
      if (this.#candles.rows === BATCH_ROWS) this.#sendCandles();
    }
    this.#wait();
    return true;
  }

  flush(): Promise<void> {
    this.#sendAll();
    return this.#thread.flushed();
  }

  trades(instrument: InstrumentId, from: Timestamp, to: Timestamp, limit = Infinity): Promise<Trade[]> {
    const range = { name: instrument, from: bound(from), to: bound(to), limit, timeframeMs: 0 };
    return this.#thread.read<Trade>({ ...range, table: "trade" });
  }

  candles(
    instrument: InstrumentId,
    timeframe: Timeframe,
    from: Timestamp,
    to: Timestamp,
    limit = Infinity,
  ): Promise<Candle[]> {
    const range = { name: instrument, from: bound(from), to: bound(to), limit };
    return this.#thread.read<Candle>({ ...range, table: "candle", timeframeMs: timeframes[timeframe] });
  }

  seal(before: Timestamp): Promise<number> {
    return this.#thread.seal(before);
  }

  stats(): TickStoreStats {
    return {
      written: this.#thread.written,
      queued: this.#queued(),
      dropped: this.#dropped,
      refused: 0,
      failing: false,
    };
  }

  async close(): Promise<void> {
    this.#sendAll();
    const lost = await this.#thread.close(this.#closeMs);
    this.#dropped += lost;
    if (lost > 0) throw new Error(`${lost} rows were not on disk when the tick store was closed`);
  }

  #queued(): number {
    return this.#thread.rows + (this.#trades?.rows ?? 0) + (this.#candles?.rows ?? 0);
  }

  #admits(rows: number): boolean {
    if (!this.#thread.closed && this.#queued() + rows <= this.#queueRowsMax) return true;
    this.#dropped += rows;
    return false;
  }

  #sendTrades(): void {
    if (this.#trades !== undefined) this.#thread.append(this.#trades);
    this.#trades = undefined;
  }

  #sendCandles(): void {
    if (this.#candles !== undefined) this.#thread.append(this.#candles);
    this.#candles = undefined;
  }

  #sendAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sendTrades();
    this.#sendCandles();
  }

  #wait(): void {
    if (this.#trades === undefined && this.#candles === undefined) return;
    this.#timer ??= setTimeout(() => this.#sendAll(), this.#flushMs);
  }
}

/** Opens or makes the store. Rejects when the file cannot be opened, for one when another process holds it. */
export const duckdbTickStore = async (options: DuckdbOptions): Promise<DuckdbTickStore> => {
  const { path } = options;
  const files: DuckdbFiles = {
    path,
    archive: options.archive ?? `${path.slice(0, path.length - extname(path).length)}-archive`,
    memoryLimit: options.memoryLimit ?? "512MB",
    threads: options.threads ?? 2,
    sealAfterMs: options.sealAfterMs ?? 3_600_000,
  };
  const thread = new StorageThread(files, options.onError ?? warn);
  await thread.start();
  return new Store(thread, options);
};
