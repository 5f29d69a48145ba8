/**
 * What a candle file's name tells: `BTC_USDT-5m.csv.gz`, with a date (`BTC_EUR-20180404-1m.csv.gz`) or a remark
 * (`ETH_USDT-perp-5m.csv.gz`) in it, `BTC_USDT_USDT-5m-futures.json` as freqtrade names contracts, and
 * `BTCUSDT-1h-2021-01.csv` as Binance does.
 */
import { timeframes, type Timeframe } from "../../domain/market/candle.ts";

export interface CandleName {
  /** As ccxt spells it; undefined when the name joins base and quote in one word and ends in no known quote. */
  readonly symbol: string | undefined;
  readonly timeframe: Timeframe;
  /** What else stands in it: a date, `perp`, ... */
  readonly rest: string;
}

const ending = /\.(csv|json|parquet)(\.gz)?$/i;
const pair = /^(?:(.+)-)?([A-Z0-9]+)_([A-Z0-9]+)(?:_([A-Z0-9]+))?$/;
/** Of files that share the shape of the name and hold something else. */
const others = ["trades", "quotebars", "bbo", "mark", "index", "premiumIndex", "funding_rate"];
const quotes = ["USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USD", "EUR", "BTC", "ETH", "BNB", "TRY", "GBP"];

/** Of a path's last part; undefined for what is no candle file by its name. */
export const candleName = (name: string): CandleName | undefined => {
  if (!ending.test(name)) return undefined;
  const parts = name.replace(ending, "").split("-");
  const at = parts.findLastIndex((part) => Object.hasOwn(timeframes, part));
  if (at < 1 || parts.some((part) => others.includes(part))) return undefined;
  const timeframe = parts[at] as Timeframe;
  const found = parts.findIndex((part) => pair.test(part));
  const symbolAt = found >= 0 && found < at ? found : 0;
  const rest = parts.filter((_part, i) => i !== at && i !== symbolAt).join("-");
  return { symbol: symbolOf(parts[symbolAt]!), timeframe, rest };
};

const symbolOf = (text: string): string | undefined => {
  const match = pair.exec(text);
  if (match !== null) {
    const [, , base, quote, settle] = match;
    return `${base}/${quote}${settle === undefined ? "" : `:${settle}`}`;
  }
  const quote = /^[A-Z0-9]+$/.test(text) ? quotes.find((each) => text.endsWith(each)) : undefined;
  return quote === undefined || quote === text ? undefined : `${text.slice(0, -quote.length)}/${quote}`;
};

/** `BTC_USDT-5m` of BTC/USDT; `BTC_USDT_USDT-5m` of a contract. */
export const stemOf = (symbol: string, timeframe: Timeframe): string =>
  `${symbol.replace(/[/:]/g, "_")}-${timeframe}`;

/** A candle file's name without its ending. */
export const bareName = (name: string): string => name.replace(ending, "");
