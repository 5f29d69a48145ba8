/**
 * Trades and candles as lines of InfluxDB's protocol. Points of equal tags and time overwrite each other, so a trade's
 * nanoseconds are its millisecond and its id's last six digits, and the next two digits choose one of 64 `lane`s:
 * a repeat lands on itself, and two trades of one millisecond collide only when their ids differ by a multiple
 * of 64 million. Order and trade ids are never tags.
 */
import type { Candle, Timeframe } from "../../domain/market/candle.ts";
import { venueOf } from "../../domain/market/instrument.ts";
import type { Trade } from "../../domain/market/tick.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import type { LineBuffer } from "./line-buffer.ts";

const MILLION = 1_000_000;
const LANES = 64;

const bytes = (text: string): Uint8Array => Buffer.from(text);
const [PRICE, QUANTITY, BUY, SELL] = [" price=", ",quantity=", ',side="buy",id=', ',side="sell",id='].map(
  bytes,
) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
const VALUES = ([" open", ",high", ",low", ",close", ",volume"] as const).map((name) => bytes(`${name}=`));
const [COUNT, WHOLE, END] = [",trades=", "i ", "\n"].map(bytes) as [Uint8Array, Uint8Array, Uint8Array];

const escapeTag = (value: string): string => value.replace(/[,= ]/g, "\\$&");

export const candleMeasurement = (timeframe: Timeframe): string => `candle_${timeframe}`;

const tagsOf = (instrument: InstrumentId): string =>
  `,venue=${escapeTag(venueOf(instrument))},instrument=${escapeTag(instrument)}`;

/** How every trade line of an instrument begins. */
export const tradeHead = (instrument: InstrumentId): Uint8Array => bytes(`trade${tagsOf(instrument)},lane=`);

/** How every candle line of an instrument and timeframe begins. */
export const candleHead = (instrument: InstrumentId, timeframe: Timeframe): Uint8Array =>
  bytes(`${candleMeasurement(timeframe)}${tagsOf(instrument)}`);

export const putTrade = (into: LineBuffer, head: Uint8Array, trade: Trade): void => {
  into.bytes(head);
  into.whole(Math.floor(trade.id / MILLION) % LANES);
  into.bytes(PRICE);
  into.number(trade.price);
  into.bytes(QUANTITY);
  into.number(trade.quantity);
  into.bytes(trade.side === "buy" ? BUY : SELL);
  into.whole(trade.id);
  into.bytes(WHOLE);
  // In two parts: as one number the nanoseconds would pass 2^53.
  into.whole(trade.at);
  into.whole(trade.id % MILLION, 6);
  into.bytes(END);
};

export const putCandle = (into: LineBuffer, head: Uint8Array, candle: Candle): void => {
  into.bytes(head);
  const values = [candle.open, candle.high, candle.low, candle.close, candle.volume];
  values.forEach((value, i) => {
    into.bytes(VALUES[i]!);
    into.number(value);
  });
  into.bytes(COUNT);
  into.whole(candle.trades);
  into.bytes(WHOLE);
  into.whole(candle.openAt);
  into.whole(0, 6);
  into.bytes(END);
};
