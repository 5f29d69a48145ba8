/**
 * Interest on what a margin account owes: a short owes base, a leveraged long owes quote. Each hour that has begun is paid in
 * full, simple, not compounded: owed * yearly rate / 8,760 (as Binance charges margin loans, by the hour from the daily rate).
 */
import { absolute, ONE, type Decimal, type Money, type Price } from "../values/values.ts";
import { againstHolder } from "./contract.ts";
import type { Leg } from "./leg.ts";

export const HOUR_MS = 3_600_000;
const HOURS_A_YEAR = 8_760n;

/** Hours that began in (from, to], counted from the epoch. */
export const hoursBegun = (from: number, to: number): number =>
  Math.floor(to / HOUR_MS) - Math.floor(from / HOUR_MS);

/** In quote at `mark`: all of a short; of a long what its own margin did not pay, 0 without leverage. */
export const owed = ({ quantity, cost }: Leg, margin: Money, mark: Price): Money => {
  if (quantity < 0n) return ((0n - quantity * mark) / ONE) as Money;
  return (cost > margin ? cost - margin : 0n) as Money;
};

/** What is paid (below zero) for so many hours, on the grid of `step`. */
export const interest = (amount: Money, yearlyRate: Decimal, hours: number, step: Decimal): Money =>
  againstHolder(0n - (absolute(amount) * yearlyRate * BigInt(hours)) / (ONE * HOURS_A_YEAR), step);
