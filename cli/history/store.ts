/** What the verbs of history share: where candles lie (`<dir>/<venue>/BTC_USDT-5m.csv.gz`), formats, and options. */
import { join } from "node:path";
import { InvalidArgumentError } from "commander";
import { stemOf } from "../../adapters/history/candle-name.ts";
import { formats, type Format } from "../../adapters/history/write-candles.ts";
import type { Timeframe } from "../../domain/market/candle.ts";

/** The folder of history where none is named. */
export const HISTORY = "history";

export const format = (text: string): Format => {
  if (Object.hasOwn(formats, text)) return text as Format;
  throw new InvalidArgumentError(`expected one of ${Object.keys(formats).join(", ")}`);
};
export const formatList = Object.keys(formats).join(", ");

/** A venue's name becomes the name of a folder. */
export const venueName = (text: string): string => {
  if (/^[a-z0-9][a-z0-9-]*$/.test(text)) return text;
  throw new InvalidArgumentError("expected a name of small letters, digits and dashes, such as binance");
};

/** Where the series of an instrument lies. */
export const storePath = (dir: string, venue: string, symbol: string, timeframe: Timeframe): string =>
  join(dir, venue, `${stemOf(symbol, timeframe)}.csv.gz`);
