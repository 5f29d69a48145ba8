/**
 * Rows as columns in shared memory: what the main thread fills, the storage worker hands to DuckDB column by
 * column without touching a row, and query results come back in. The main thread keeps a batch until it is
 * acknowledged, so that a dead worker takes nothing with it. Prices are doubles, times and ids 64-bit integers:
 * both exact for everything the domain holds.
 */
import type { Candle } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { Side, Timestamp } from "../../domain/values/values.ts";

/** Rows in one batch: two DuckDB vectors, one commit. */
export const BATCH_ROWS = 4_096;

export type Column = BigInt64Array | Float64Array | Int32Array | Uint8Array;

const UPPER = 4_294_967_296;

/** Writes a whole double as a little-endian 64-bit integer without making a bigint. */
const putWhole = (words: Int32Array, row: number, value: number): void => {
  words[2 * row] = value | 0;
  words[2 * row + 1] = Math.floor(value / UPPER);
};
const getWhole = (words: Int32Array, row: number): number =>
  words[2 * row + 1]! * UPPER + (words[2 * row]! >>> 0);

const doubles = (buffer: SharedArrayBuffer, nth: number): Float64Array =>
  new Float64Array(buffer, nth * 8 * BATCH_ROWS, BATCH_ROWS);
const wholes = (buffer: SharedArrayBuffer, nth: number): BigInt64Array =>
  new BigInt64Array(buffer, nth * 8 * BATCH_ROWS, BATCH_ROWS);
const words = (column: BigInt64Array): Int32Array =>
  new Int32Array(column.buffer, column.byteOffset, 2 * BATCH_ROWS);

export class TradeColumns {
  readonly table = "trade";
  readonly buffer: SharedArrayBuffer;
  /** In the order of the table: at, id, price, quantity, instrument, buy. */
  readonly columns: readonly Column[];
  rows = 0;
  readonly #at: Int32Array;
  readonly #id: Int32Array;
  readonly #price: Float64Array;
  readonly #quantity: Float64Array;
  readonly #instrument: Int32Array;
  readonly #buy: Uint8Array;

  constructor(buffer = new SharedArrayBuffer(37 * BATCH_ROWS)) {
    this.buffer = buffer;
    const [at, id] = [wholes(buffer, 0), wholes(buffer, 1)];
    this.#at = words(at);
    this.#id = words(id);
    this.#price = doubles(buffer, 2);
    this.#quantity = doubles(buffer, 3);
    this.#instrument = new Int32Array(buffer, 32 * BATCH_ROWS, BATCH_ROWS);
    this.#buy = new Uint8Array(buffer, 36 * BATCH_ROWS, BATCH_ROWS);
    this.columns = [at, id, this.#price, this.#quantity, this.#instrument, this.#buy];
  }

  push(instrument: number, trade: Trade): void {
    const row = this.rows++;
    putWhole(this.#at, row, trade.at);
    putWhole(this.#id, row, trade.id);
    this.#price[row] = trade.price;
    this.#quantity[row] = trade.quantity;
    this.#instrument[row] = instrument;
    this.#buy[row] = trade.side === "buy" ? 1 : 0;
  }

  row(row: number): Trade {
    return {
      at: getWhole(this.#at, row) as Timestamp,
      price: this.#price[row]!,
      quantity: this.#quantity[row]!,
      side: (this.#buy[row] === 1 ? "buy" : "sell") satisfies Side,
      id: getWhole(this.#id, row),
    };
  }
}

export class CandleColumns {
  readonly table = "candle";
  readonly buffer: SharedArrayBuffer;
  /** In the order of the table: open_at, open, high, low, close, volume, trades, instrument, timeframe. */
  readonly columns: readonly Column[];
  rows = 0;
  readonly #openAt: Int32Array;
  readonly #values: readonly Float64Array[];
  readonly #trades: Int32Array;
  readonly #instrument: Int32Array;
  readonly #timeframe: Int32Array;

  constructor(buffer = new SharedArrayBuffer(60 * BATCH_ROWS)) {
    this.buffer = buffer;
    const openAt = wholes(buffer, 0);
    this.#openAt = words(openAt);
    this.#values = [1, 2, 3, 4, 5].map((nth) => doubles(buffer, nth));
    this.#trades = new Int32Array(buffer, 48 * BATCH_ROWS, BATCH_ROWS);
    this.#instrument = new Int32Array(buffer, 52 * BATCH_ROWS, BATCH_ROWS);
    this.#timeframe = new Int32Array(buffer, 56 * BATCH_ROWS, BATCH_ROWS);
    this.columns = [openAt, ...this.#values, this.#trades, this.#instrument, this.#timeframe];
  }

  push(instrument: number, timeframeMs: number, candle: Candle): void {
    const row = this.rows++;
    const [open, high, low, close, volume] = this.#values;
    putWhole(this.#openAt, row, candle.openAt);
    open![row] = candle.open;
    high![row] = candle.high;
    low![row] = candle.low;
    close![row] = candle.close;
    volume![row] = candle.volume;
    this.#trades[row] = candle.trades;
    this.#instrument[row] = instrument;
    this.#timeframe[row] = timeframeMs;
  }

  row(row: number): Candle {
    const [open, high, low, close, volume] = this.#values;
    return {
      openAt: getWhole(this.#openAt, row) as Timestamp,
      open: open![row]!,
      high: high![row]!,
      low: low![row]!,
      close: close![row]!,
      volume: volume![row]!,
      trades: this.#trades[row]!,
      final: true,
    };
  }
}

export type Batch = TradeColumns | CandleColumns;
export const batchOf = (table: Batch["table"], buffer?: SharedArrayBuffer): Batch =>
  table === "trade" ? new TradeColumns(buffer) : new CandleColumns(buffer);
