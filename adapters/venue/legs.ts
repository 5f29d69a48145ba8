/**
 * Hedge mode in Binance's words. A leg is the contract and a `positionSide`; which side of the leg an order takes says whether it opens
 * or closes, and the venue refuses `reduceOnly` beside it.
 */
import { legIn, legNames, legSymbol, type LegName } from "../../domain/market/instrument.ts";

const wire: Readonly<Record<LegName, string>> = { long: "LONG", short: "SHORT" };

/** What an order of this instrument says of its leg: nothing where it has none. Takes an id, or a symbol. */
export const legParams = (name: string): { readonly positionSide?: string } => {
  const leg = legIn(name);
  return leg === undefined ? {} : { positionSide: wire[leg] };
};

/** By the venue's own word; the contract itself for BOTH, as in one-way mode. */
export const symbolOfSide = (contract: string, side: unknown): string => {
  const leg = legNames.find((one) => wire[one] === side);
  return leg === undefined ? contract : legSymbol(contract, leg);
};

interface Told {
  readonly symbol: string;
  readonly info?: Readonly<Record<string, unknown>>;
}

/** An order or a fill that the venue tells of, under the symbol of its leg; by REST `positionSide`, on the stream `ps`. */
export const ofItsLeg = <T extends Told>(told: T): T => ({
  ...told,
  symbol: symbolOfSide(told.symbol, told.info?.["positionSide"] ?? told.info?.["ps"]),
});
