/** Questions to InfluxDB by `influx`, in pages of 5,000 rows, so that no answer holds the event loop for long. */
import type { InfluxDB } from "influx";
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId, Side, Timestamp } from "../../domain/values/values.ts";
import { candleMeasurement } from "./line-protocol.ts";
import { inTradeOrder } from "./rows.ts";

export interface Range {
  readonly instrument: InstrumentId;
  /** Whole milliseconds, `to` excluded. */
  readonly from: number;
  readonly to: number;
  readonly limit: number;
}

const PAGE_ROWS = 5_000;

interface Answer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values: readonly (readonly unknown[])[] }[];
  }[];
}

const ask = async (
  influx: InfluxDB,
  instrument: InstrumentId,
  question: string,
): Promise<readonly (readonly unknown[])[]> => {
  const answer = (await influx.queryRaw(question, {
    precision: "ms",
    placeholders: { instrument },
  })) as Answer;
  const result = answer.results?.[0];
  if (result?.error !== undefined) throw new Error(`InfluxDB: ${result.error}`);
  return result?.series?.[0]?.values ?? [];
};

/**
 * Oldest first. InfluxDB orders trades of one millisecond by their nanoseconds, we by id: so a page ends with its
 * last whole millisecond, and the next begins with the one that was cut.
 */
export const readTrades = async (influx: InfluxDB, range: Range): Promise<Trade[]> => {
  const trades: Trade[] = [];
  let { from } = range;
  // A little more than asked for, since the last millisecond of a full page is cut.
  const firstRows = Math.min(PAGE_ROWS, 2 * range.limit + 100);
  let pageRows = firstRows;
  while (from < range.to && trades.length < range.limit) {
    const values = await ask(
      influx,
      range.instrument,
      `SELECT price, quantity, side, id FROM trade WHERE instrument = $instrument
        AND time >= ${from}ms AND time < ${range.to}ms ORDER BY time LIMIT ${pageRows}`,
    );
    const page = values.map(([at, price, quantity, side, id]): Trade => ({
      at: at as Timestamp,
      price: price as number,
      quantity: quantity as number,
      side: side as Side,
      id: id as number,
    }));
    const full = page.length === pageRows;
    const last = page.at(-1)?.at ?? range.to;
    if (full && page[0]!.at === last) {
      // A millisecond with more trades than a page.
      pageRows *= 4;
      continue;
    }
    pageRows = firstRows;
    for (const trade of page.sort(inTradeOrder)) if (!full || trade.at < last) trades.push(trade);
    from = full ? last : range.to;
  }
  return Number.isFinite(range.limit) ? trades.slice(0, Math.max(0, range.limit)) : trades;
};

/** The last `limit` of the range, oldest first. */
export const readCandles = async (
  influx: InfluxDB,
  timeframe: Timeframe,
  range: Range,
): Promise<Candle[]> => {
  const candles: Candle[] = [];
  let { to } = range;
  while (range.from < to && candles.length < range.limit) {
    const pageRows = Math.min(PAGE_ROWS, range.limit - candles.length);
    const values = await ask(
      influx,
      range.instrument,
      `SELECT open, high, low, close, volume, trades FROM ${candleMeasurement(timeframe)}
        WHERE instrument = $instrument AND time >= ${range.from}ms AND time < ${to}ms
        ORDER BY time DESC LIMIT ${pageRows}`,
    );
    for (const [openAt, open, high, low, close, volume, trades] of values)
      candles.push({
        openAt: openAt as Timestamp,
        open: open as number,
        high: high as number,
        low: low as number,
        close: close as number,
        volume: volume as number,
        trades: trades as number,
        final: true,
      });
    to = values.length === pageRows ? candles.at(-1)!.openAt : range.from;
  }
  return candles.reverse();
};
