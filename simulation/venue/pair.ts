/**
 * One listed pair: its grid, its books and its last price. Money from integers: quantity = lots x lot,
 * notional = ticks x lots x unit with unit = tick x lot, exact because `list` demands it.
 * A fee is `bps` of what is received, rounded up to feeStep and never more than was received.
 */
import { Invalid } from "../../domain/values/invalid.ts";
import type { Money, Side } from "../../domain/values/values.ts";
import { ONE, ZERO, basisPoints, least } from "../../domain/values/values.ts";
import { Ladder } from "./ladder.ts";
import type { Holding, Ledger } from "./ledger.ts";
import type { OrderState } from "./order-state.ts";
import { Stops } from "./stops.ts";
import type { Listing } from "./venue.ts";

/** Below it, a product of integers divided by 1e7 still rounds up right in a double. */
const SAFE_PRODUCT = 2 ** 52;

/** One match, the same for both sides. */
class Trade {
  id = 0;
  ticks = 0;
  lots = 0;
  notional: Money = ZERO;
  quantity: Money = ZERO;
}

export class Pair {
  readonly ledger: Ledger;
  listing: Listing;
  /** Where its fees go. */
  readonly earnedBase: Holding;
  readonly earnedQuote: Holding;
  readonly tape: boolean;
  /** What a market order whose price is not known yet sets aside above the last price. */
  readonly marginBps: number;
  readonly bids = new Ladder("buy");
  readonly asks = new Ladder("sell");
  readonly stops = new Stops();
  /** Tape: orders that take the next prints, oldest first. */
  readonly waiting: OrderState[] = [];
  /** Tape: lots of the last print at each price, where the queue ahead depends on it. */
  readonly printedAt = new Map<number, number>();
  lastTicks = 0;
  lastLots = 0;
  /** Tape: prices of the last prints that a seller and a buyer took. */
  lastSold = 0;
  lastBought = 0;
  lastTaker: Side = "buy";
  trades = 0;
  version = 0;
  unit = 0n;
  /** The trade at hand. */
  readonly trade = new Trade();
  private lotFeeSteps = 0;
  private unitFeeSteps = 0;

  constructor(ledger: Ledger, listing: Listing, market: "book" | "tape", marginBps: number) {
    this.ledger = ledger;
    this.marginBps = marginBps;
    this.earnedBase = ledger.earned.holding(listing.base);
    this.earnedQuote = ledger.earned.holding(listing.quote);
    this.tape = (listing.market ?? market) === "tape";
    this.listing = listing;
    this.change(listing);
  }

  change(listing: Listing): void {
    const { tick, lot, feeStep, symbol } = listing;
    if (tick <= 0n) throw new Invalid(`${symbol}.tick`, "more than 0", tick);
    if (lot <= 0n) throw new Invalid(`${symbol}.lot`, "more than 0", lot);
    if (feeStep <= 0n) throw new Invalid(`${symbol}.feeStep`, "more than 0", feeStep);
    if ((tick * lot) % ONE !== 0n)
      throw new Invalid(`${symbol}.tick`, "tick times lot with at most 18 decimals", tick);
    this.listing = listing;
    this.unit = (tick * lot) / ONE;
    this.lotFeeSteps = lot % feeStep === 0n ? Number(lot / feeStep) : 0;
    this.unitFeeSteps = this.unit % feeStep === 0n ? Number(this.unit / feeStep) : 0;
  }

  /** On another grid what was printed in old ticks means nothing; the last price is carried over, rounded. */
  forgetPrices(before: Listing): void {
    this.lastTicks = Number((BigInt(this.lastTicks) * before.tick) / this.listing.tick);
    this.lastLots = 0;
    this.lastSold = 0;
    this.lastBought = 0;
    this.printedAt.clear();
  }

  /** Sets up the next trade. */
  match(ticks: number, lots: number): Trade {
    const { trade } = this;
    trade.ticks = ticks;
    trade.lots = lots;
    trade.notional = this.notionalOf(ticks, lots);
    trade.quantity = this.quantityOf(lots);
    return trade;
  }

  /** The trade that was set up happens. */
  happen(): Trade {
    this.trades += 1;
    this.trade.id = this.trades;
    return this.trade;
  }

  tellPrint(tradeId: number, ticks: number, lots: number, takerSide: Side): void {
    const { ledger, listing } = this;
    ledger.tell({ type: "print", symbol: listing.symbol, tradeId, ticks, lots, takerSide, at: ledger.now });
  }

  quantityOf(lots: number): Money {
    return (BigInt(lots) * this.listing.lot) as Money;
  }

  notionalOf(ticks: number, lots: number): Money {
    return (BigInt(ticks * lots) * this.unit) as Money;
  }

  /** Fee of the trade at hand on bought base. */
  baseFee(bps: number): Money {
    const { lots, quantity } = this.trade;
    return this.fee(lots * this.lotFeeSteps, quantity, bps);
  }

  /** Fee of the trade at hand on received quote. */
  quoteFee(bps: number): Money {
    const { ticks, lots, notional } = this.trade;
    return this.fee(ticks * lots * this.unitFeeSteps, notional, bps);
  }

  /** `steps` is the amount in fee steps, or 0 when it is no whole number of them. */
  private fee(steps: number, received: Money, bps: number): Money {
    const { feeStep } = this.listing;
    const product = steps * Math.round(bps * 1_000);
    if (steps > 0 && product < SAFE_PRODUCT)
      return (BigInt(Math.min(Math.ceil(product / 10_000_000), steps)) * feeStep) as Money;
    return least(basisPoints(received, bps, feeStep), received);
  }
}
