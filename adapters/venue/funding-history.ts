/**
 * What an account of contracts paid and received at funding times. The account's own list tells when and for what, the public one the
 * rate and the mark, from which the ledger counts what each of its books is due.
 */
import { instrumentId } from "../../domain/market/instrument.ts";
import { decimal, price, timestamp, type Money, type VenueId } from "../../domain/values/values.ts";
import type { Link } from "./link.ts";
import type { FundingPaid } from "./venue.ts";

const PAGE = 1_000;
/** A payment is dated a moment after the funding time it is for. */
const LATE_MS = 60_000;

export const fundingsSince = async (
  link: Link,
  venue: VenueId,
  since: number,
): Promise<readonly FundingPaid[]> => {
  const exchange = await link.ready();
  const paid = await link.read(() => exchange.fetchFundingHistory(undefined, since, PAGE));
  const found: FundingPaid[] = [];
  for (const symbol of new Set(paid.map((one) => one.symbol))) {
    const own = paid.filter((one) => one.symbol === symbol);
    const from = Math.min(...own.map((one) => one.timestamp)) - LATE_MS;
    const rates = await link.guard.read("public", () => exchange.fetchFundingRateHistory(symbol, from, PAGE));
    for (const { timestamp: at, fundingRate, info } of rates) {
      const mark = info?.["markPrice"];
      const here = own.filter((one) => one.timestamp >= at && one.timestamp < at + LATE_MS);
      if (typeof mark !== "string" || here.length === 0) continue;
      const amount = here.reduce((sum, one) => sum + decimal(one.amount, "amount"), 0n) as Money;
      const instrument = instrumentId(venue, symbol);
      found.push({ instrument, rate: decimal(fundingRate), mark: price(mark), amount, at: timestamp(at) });
    }
  }
  return found.sort((a, b) => a.at - b.at);
};
