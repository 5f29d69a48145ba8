/** Which instruments a rule is about: an asset (`BTC`), a symbol (`BTC/USDT`), an instrument (`binance:BTC/USDT`) or a venue (`binance:*`). */
import type { Instrument } from "../../market/instrument.ts";
import type { Fields } from "../fields.ts";

const shape = /^([a-z0-9-]+:)?[A-Za-z0-9]+(\/[A-Za-z0-9]+(:[A-Za-z0-9]+)?)?$|^[a-z0-9-]+:\*$/;

export const readNames = (fields: Fields, name: string): readonly string[] =>
  fields.texts(
    name,
    shape,
    "an asset, a symbol such as BTC/USDT, an instrument such as binance:BTC/USDT, or binance:*",
  );

type Named = Pick<Instrument, "id" | "symbol" | "base" | "quote" | "venue">;

export const isNamed = (names: readonly string[], { id, symbol, base, quote, venue }: Named): boolean => {
  for (const name of names)
    if (name === id || name === symbol || name === base || name === quote || name === `${venue}:*`)
      return true;
  return false;
};

/** Named by a list in which nothing means everything. */
export const concerns = (names: readonly string[], instrument: Named): boolean =>
  names.length === 0 || isNamed(names, instrument);
