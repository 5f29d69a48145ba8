/**
 * How near a liquidation may be. Asked of each entry of a contract: where would the position be liquidated once the entry has filled, and
 * how far is that from the price. Maintenance margin is one rate for all notionals: venues' tiers start there, larger positions are
 * liquidated sooner.
 */
import type { Instrument } from "../market/instrument.ts";
import { contractOf } from "../positions/contract.ts";
import type { Leg } from "../positions/leg.ts";
import { isolated, liquidationPrice } from "../positions/liquidation.ts";
import { initialMargin, oneTier } from "../positions/tiers.ts";
import { absolute, type Decimal, fromFloat, type Money, type Price, toFloat } from "../values/values.ts";
import type { Fields } from "./fields.ts";

/** Maintenance margin where nobody says, of the notional. */
export const MAINTENANCE = 0.005;

export interface LiquidationLimit {
  /** Least distance of the price to where it liquidates, as a part of the price. */
  readonly distance: number;
  /** Maintenance margin, of the notional. */
  readonly maintenance: number;
}

export const readLiquidation = (fields: Fields): LiquidationLimit => ({
  distance: fields.ratio("distance", 0.99),
  maintenance: fields.ratio("maintenance", 0.5, MAINTENANCE),
});

export interface MarkedLeg extends Leg {
  readonly last: Price;
}

/**
 * The liquidation price of a leg, and its distance from the last price as a part of that; undefined where no price liquidates. Isolated
 * margin backs it alone; under cross margin all of `equity` does, if that is more.
 */
export const liquidationOf = (
  instrument: Pick<Instrument, "contractSize" | "leverage" | "marginMode">,
  { last, ...leg }: MarkedLeg,
  equity: Decimal,
  maintenance: number,
): { readonly price: Price; readonly distance: number } | undefined => {
  const margin = initialMargin(absolute(leg.cost), instrument.leverage ?? 1);
  const wallet = instrument.marginMode === "cross" && equity > margin ? (equity as Money) : margin;
  const tiers = oneTier(fromFloat(maintenance));
  const price = liquidationPrice(contractOf(instrument), [leg], isolated(wallet), tiers);
  return price === undefined
    ? undefined
    : { price, distance: toFloat(absolute(last - price)) / toFloat(last) };
};
