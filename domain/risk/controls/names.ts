/**
 * Which instruments a rule is about: an asset (`BTC`), a symbol (`BTC/USDT`), an instrument (`binance:BTC/USDT`) or a venue (`binance:*`).
 * Who names a contract means its legs too; a leg may also be named by itself (`BTC/USDT:USDT#short`).
 */
import { marketOf, type Instrument } from "../../market/instrument.ts";
import type { Fields } from "../fields.ts";

const shape = /^([a-z0-9-]+:)?[A-Za-z0-9]+(\/[A-Za-z0-9]+(:[A-Za-z0-9]+(#(long|short))?)?)?$|^[a-z0-9-]+:\*$/;

export const readNames = (fields: Fields, name: string): readonly string[] =>
  fields.texts(
    name,
    shape,
    "an asset, a symbol such as BTC/USDT, an instrument such as binance:BTC/USDT, or binance:*",
  );

type Named = Pick<Instrument, "id" | "symbol" | "base" | "quote" | "venue">;

export const isNamed = (names: readonly string[], { id, symbol, base, quote, venue }: Named): boolean => {
  if (names.length === 0) return false;
  const [whole, contract] = [marketOf(id), marketOf(symbol)];
  for (const name of names) {
    if (name === id || name === symbol || name === whole || name === contract) return true;
    if (name === base || name === quote || name === `${venue}:*`) return true;
  }
  return false;
};

/** Whether `name` means only what the list names already: an instrument of a venue, or of an asset, that it names. */
export const isCovered = (names: readonly string[], name: string): boolean => {
  const colon = /^[a-z0-9-]+:/.exec(name)?.[0] ?? "";
  const symbol = name.slice(colon.length);
  const [base, quote] = (symbol.split(":")[0] ?? "").split("/");
  const wider = [name, marketOf(name), ...(colon === "" ? [] : [`${colon}*`])];
  if (quote !== undefined) wider.push(symbol, marketOf(symbol), base!, quote);
  return names.some((each) => wider.includes(each));
};

/** Named by a list in which nothing means everything. */
export const concerns = (names: readonly string[], instrument: Named): boolean =>
  names.length === 0 || isNamed(names, instrument);
