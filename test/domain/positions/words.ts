/** Contracts and numbers as tests of positions write them. */
import type { Contract } from "../../../domain/positions/contract.ts";
import { FLAT, trade, type Leg } from "../../../domain/positions/leg.ts";
import { decimal, format, money, ONE, price, type Money } from "../../../domain/values/values.ts";

export const LINEAR: Contract = { kind: "linear", size: ONE, step: decimal("0.00000001") };
/** As BTCUSD at Binance COIN-M: 100 USD a contract, settled in BTC. */
export const INVERSE: Contract = { kind: "inverse", size: decimal("100"), step: decimal("0.00000001") };

export interface Done {
  readonly leg: Leg;
  readonly realised: Money;
}

/** Trades such as "+2 @ 100", one after the other. */
export const tradesOf = (contract: Contract, ...texts: readonly string[]): Done => {
  let leg = FLAT;
  let realised = 0n;
  for (const text of texts) {
    const [change, at] = text.split(" @ ");
    const done = trade(contract, leg, decimal(change!), price(at!));
    leg = done.leg;
    realised += done.realised;
  }
  return { leg, realised: realised as Money };
};

export const shown = ({ leg, realised }: Done): string =>
  `${format(leg.quantity)} for ${format(leg.cost)}, realised ${format(realised)}`;

export const dollars = (text: string): Money => money(text);
