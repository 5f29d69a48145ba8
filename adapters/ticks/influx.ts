/**
 * Ticks and candles in InfluxDB 1.x (2 and 3 by their 1.x endpoints): `influx` asks and administers, line protocol of
 * our own is written over undici, since the package needs twice the time per point and hides what the server answers.
 * Making the database and its retention are optional steps that newer servers refuse.
 */
import { InfluxDB } from "influx";
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId, Timestamp } from "../../domain/values/values.ts";
import { readCandles, readTrades } from "./influx-reader.ts";
import { LineWriter } from "./influx-writer.ts";
import { LineBuffer } from "./line-buffer.ts";
import { candleHead, putCandle, putTrade, tradeHead } from "./line-protocol.ts";
import { bound, checkCandles, checkInstrument, checkTrades } from "./rows.ts";
import type { TickStore, TickStoreStats } from "./ticks.ts";

export interface InfluxOptions {
  /** "http://127.0.0.1:8086" */
  readonly url: string;
  readonly database: string;
  readonly username?: string;
  readonly password?: string;
  /** InfluxDB 2 and 3: sent instead of user and password. */
  readonly token?: string;
  /** Default retention policy of the database; "30d", at least "1h". Kept as it is when not given. */
  readonly retention?: string;
  /** Rows not yet taken by the server; a write that would pass it returns false. About 130 bytes each. */
  readonly queueRowsMax?: number;
  readonly batchRows?: number;
  readonly flushMs?: number;
  readonly timeoutMs?: number;
  /** How long `close` waits for what is queued. */
  readonly closeMs?: number;
  readonly onError?: (error: Error) => void;
}

const RETENTION_POLICY = "shoal";
const warn = (error: Error): void => process.emitWarning(error);

const authorization = (options: InfluxOptions): Readonly<Record<string, string>> => {
  if (options.token !== undefined) return { authorization: `Token ${options.token}` };
  if (options.username === undefined) return {};
  const pair = Buffer.from(`${options.username}:${options.password ?? ""}`).toString("base64");
  return { authorization: `Basic ${pair}` };
};

class Store implements TickStore {
  readonly #influx: InfluxDB;
  readonly #options: InfluxOptions;
  readonly #onError: (error: Error) => void;
  readonly #writer: LineWriter;
  readonly #heads = new Map<string, Uint8Array>();
  readonly #lines = new LineBuffer();
  readonly #batchRows: number;
  readonly #queueRowsMax: number;
  #rows = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: InfluxOptions) {
    const url = new URL(options.url);
    const base = url.pathname.replace(/\/$/, "");
    const headers = authorization(options);
    this.#options = options;
    this.#onError = options.onError ?? warn;
    this.#batchRows = options.batchRows ?? 5_000;
    this.#queueRowsMax = options.queueRowsMax ?? 200_000;
    this.#influx = new InfluxDB({
      protocol: url.protocol === "https:" ? "https" : "http",
      host: url.hostname,
      port: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
      path: base,
      database: options.database,
      options: { headers },
    });
    this.#writer = new LineWriter({
      origin: url.origin,
      path: `${base}/write?db=${encodeURIComponent(options.database)}&precision=ns`,
      headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
      timeoutMs: options.timeoutMs ?? 30_000,
      onError: this.#onError,
      prepare: () => this.prepare(),
    });
  }

  /** Makes the database and its retention policy where the server lets us; a refusal is told and nothing else. */
  async prepare(): Promise<void> {
    const { database, retention } = this.#options;
    try {
      await this.#influx.createDatabase(database);
      if (retention === undefined) return;
      const policy = { database, duration: retention, replication: 1, isDefault: true };
      await this.#influx
        .createRetentionPolicy(RETENTION_POLICY, policy)
        .catch(() => this.#influx.alterRetentionPolicy(RETENTION_POLICY, policy));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#onError(new Error(`InfluxDB: database ${database} was not prepared: ${why}`));
    }
  }

  writeTrades(instrument: InstrumentId, trades: readonly Trade[]): boolean {
    checkInstrument(instrument);
    checkTrades(trades);
    if (!this.#admits(trades.length)) return false;
    let head = this.#heads.get(instrument);
    if (head === undefined) this.#heads.set(instrument, (head = tradeHead(instrument)));
    for (const trade of trades) {
      putTrade(this.#lines, head, trade);
      this.#count();
    }
    return true;
  }

  writeCandles(instrument: InstrumentId, timeframe: Timeframe, candles: readonly Candle[]): boolean {
    checkInstrument(instrument);
    checkCandles(candles);
    const final = candles.filter((candle) => candle.final);
    if (!this.#admits(final.length)) return false;
    const head = candleHead(instrument, timeframe);
    for (const candle of final) {
      putCandle(this.#lines, head, candle);
      this.#count();
    }
    return true;
  }

  flush(): Promise<void> {
    this.#cut();
    return this.#writer.flushed();
  }

  trades(instrument: InstrumentId, from: Timestamp, to: Timestamp, limit = Infinity): Promise<Trade[]> {
    return readTrades(this.#influx, { instrument, from: bound(from), to: bound(to), limit });
  }

  candles(
    instrument: InstrumentId,
    timeframe: Timeframe,
    from: Timestamp,
    to: Timestamp,
    limit = Infinity,
  ): Promise<Candle[]> {
    return readCandles(this.#influx, timeframe, { instrument, from: bound(from), to: bound(to), limit });
  }

  stats(): TickStoreStats {
    const { written, refused, rows, failing } = this.#writer;
    return {
      ...{ written, refused, failing },
      dropped: this.#dropped,
      queued: this.#closed ? 0 : rows + this.#rows,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#cut();
    this.#closed = true;
    const lost = await this.#writer.close(this.#options.closeMs ?? 10_000);
    this.#dropped += lost;
    if (lost > 0) throw new Error(`${lost} rows were not taken by InfluxDB when the tick store was closed`);
  }

  #admits(rows: number): boolean {
    if (!this.#closed && this.#writer.rows + this.#rows + rows <= this.#queueRowsMax) return true;
    this.#dropped += rows;
    return false;
  }

  #count(): void {
    this.#rows += 1;
    if (this.#rows === this.#batchRows) this.#cut();
    else this.#timer ??= setTimeout(() => this.#cut(), this.#options.flushMs ?? 250);
  }

  #cut(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#rows === 0) return;
    this.#writer.push(this.#lines.take(), this.#rows);
    this.#rows = 0;
  }
}

/** Resolves also when the server is not there yet: rows wait, and the owner is told. */
export const influxTickStore = async (options: InfluxOptions): Promise<TickStore> => {
  const store = new Store(options);
  await store.prepare();
  return store;
};
