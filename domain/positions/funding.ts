/**
 * Funding of perpetual contracts: at each funding time longs pay shorts rate * worth of the position at the mark, and receive it
 * where the rate is below zero (Binance: "funding amount = nominal value of positions * funding rate").
 */
import { absolute, times, type Decimal, type Money, type Price } from "../values/values.ts";
import { againstHolder, worth, type Contract } from "./contract.ts";

/** At 00:00, 08:00 and 16:00 UTC, unless the venue says otherwise. */
export const FUNDING_INTERVAL_MS = 8 * 3_600_000;

/** What the holder of `quantity` (signed) receives; below zero where it pays. */
export const fundingPayment = (contract: Contract, quantity: Decimal, mark: Price, rate: Decimal): Money => {
  const due = times(absolute(worth(contract, quantity, mark)), rate);
  return againstHolder(quantity > 0n ? 0n - due : due, contract.step);
};
