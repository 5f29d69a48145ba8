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

const MILLION = 1_000_000;
const LANES = 64;

const escapeTag = (value: string): string => value.replace(/[,= ]/g, "\\$&");

/** `,venue=...,instrument=...`: the same for every row of an instrument. */
export const tagsOf = (instrument: InstrumentId): string =>
  `,venue=${escapeTag(venueOf(instrument))},instrument=${escapeTag(instrument)}`;

export const candleMeasurement = (timeframe: Timeframe): string => `candle_${timeframe}`;

export const tradeLine = (tags: string, trade: Trade): string => {
  const residue = trade.id % MILLION;
  const lane = ((trade.id - residue) / MILLION) % LANES;
  // Six digits behind the milliseconds, without a number past 2^53.
  const nanoseconds = `${trade.at}${String(MILLION + residue).slice(1)}`;
  return `trade${tags},lane=${lane} price=${trade.price},quantity=${trade.quantity},side="${trade.side}",id=${trade.id}i ${nanoseconds}\n`;
};

export const candleLine = (tags: string, timeframe: Timeframe, candle: Candle): string =>
  `candle_${timeframe}${tags} open=${candle.open},high=${candle.high},low=${candle.low},close=${candle.close},` +
  `volume=${candle.volume},trades=${candle.trades}i ${candle.openAt}000000\n`;
