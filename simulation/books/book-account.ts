/**
 * One account over one pair, exactly: quote as decimals, base in lots, what open orders hold back, fees in quote rounded up to their step.
 * A buy holds back its limit's notional with the takers' fee, a sell its lots.
 */
import type { Instrument } from "../../domain/market/instrument.ts";
import { basisPoints, ONE, toFloat, ZERO, type Money } from "../../domain/values/values.ts";
import type { BookOrder } from "./book-order.ts";

const FEE_STEP = 10n ** 10n;

export interface BookFill {
  readonly order: BookOrder;
  readonly at: number;
  readonly ticks: number;
  readonly lots: number;
  readonly notional: Money;
  readonly fee: Money;
  readonly maker: boolean;
}

/** What a venue asks of the money behind an order. */
export interface BookMoney {
  /** False where there is too little for it; nothing is held back then. A market buy holds nothing back: it is served at once. */
  hold(order: BookOrder): boolean;
  /** Lots that a market buy can still pay for at a price. */
  affordable(order: BookOrder, ticks: number, lots: number): number;
  fill(order: BookOrder, ticks: number, lots: number, maker: boolean, at: number): void;
  /** What an ended order still holds back is free again. */
  release(order: BookOrder): void;
}

export class BookAccount implements BookMoney {
  cash: Money;
  /** The same as a double. */
  cashValue: number;
  lots: number;
  /** Paid so far. */
  fees: Money = ZERO;
  readonly fills: BookFill[] = [];
  private held: Money = ZERO;
  private heldLots = 0;
  private readonly unit: bigint;
  /** Fee steps in a unit, or 0 where it is no whole number of them. */
  private readonly unitFeeSteps: number;
  private readonly dearerBps: number;
  private readonly tick: number;
  private readonly lot: number;
  private readonly makerBps: number;
  private readonly takerBps: number;

  constructor(instrument: Instrument, cash: Money, lots: number) {
    this.cash = cash;
    this.cashValue = toFloat(cash);
    this.lots = lots;
    this.unit = (instrument.tickSize * instrument.lotSize) / ONE;
    this.unitFeeSteps = this.unit % FEE_STEP === 0n ? Number(this.unit / FEE_STEP) : 0;
    this.dearerBps = Math.max(instrument.makerBps, instrument.takerBps);
    this.tick = toFloat(instrument.tickSize);
    this.lot = toFloat(instrument.lotSize);
    this.makerBps = instrument.makerBps;
    this.takerBps = instrument.takerBps;
  }

  hold(order: BookOrder): boolean {
    if (order.side === "sell") {
      if (this.lots - this.heldLots < order.lots) return false;
      this.heldLots += order.lots;
      return true;
    }
    if (order.type === "market") return true;
    const wanted = this.costOf(order.ticks, order.remaining);
    if (this.cash - this.held < wanted) return false;
    this.held = (this.held + wanted) as Money;
    order.reserved = wanted;
    return true;
  }

  affordable(order: BookOrder, ticks: number, lots: number): number {
    if (order.side === "sell" || order.type !== "market") return lots;
    const free = this.cash - this.held;
    if (this.costOf(ticks, lots) <= free) return lots;
    let enough = Number(free / this.costOf(ticks, 1));
    // The fee of many lots is rounded once.
    while (enough < lots && this.costOf(ticks, enough + 1) <= free) enough += 1;
    return Math.min(enough, lots);
  }

  fill(order: BookOrder, ticks: number, lots: number, maker: boolean, at: number): void {
    const notional = this.notionalOf(ticks, lots);
    const fee = this.feeOf(ticks * lots, notional, maker ? this.makerBps : this.takerBps);
    const before = order.lots - order.remaining;
    order.remaining -= lots;
    if (order.side === "buy") {
      this.cash = (this.cash - notional - fee) as Money;
      this.lots += lots;
    } else {
      this.cash = (this.cash + notional - fee) as Money;
      this.lots -= lots;
      this.heldLots -= lots;
    }
    this.cashValue = toFloat(this.cash);
    this.fees = (this.fees + fee) as Money;
    this.fills.push({ order, at, ticks, lots, notional, fee, maker });
    if (order.reserved !== 0n)
      this.reserve(order, order.remaining === 0 ? 0n : this.costOf(order.ticks, order.remaining));
    const price = ticks * this.tick;
    order.averagePrice =
      before === 0 ? price : (order.averagePrice * before + price * lots) / (before + lots);
    order.filled = order.remaining === 0 ? order.quantity : (before + lots) * this.lot;
    order.fees += toFloat(fee);
  }

  release(order: BookOrder): void {
    if (order.side === "sell") this.heldLots -= order.remaining;
    this.reserve(order, 0n);
  }

  private reserve(order: BookOrder, wanted: bigint): void {
    if (order.reserved === 0n) return;
    this.held = (this.held - order.reserved + wanted) as Money;
    order.reserved = wanted;
  }

  private costOf(ticks: number, lots: number): bigint {
    const notional = this.notionalOf(ticks, lots);
    return notional + this.feeOf(ticks * lots, notional, this.dearerBps);
  }

  /** `units`: the notional in units. Up to 2^52 a double holds the product, and its quotient rounds up right. */
  private feeOf(units: number, notional: Money, bps: number): Money {
    const product = units * this.unitFeeSteps * Math.round(bps * 1_000);
    if (this.unitFeeSteps > 0 && product < 2 ** 52)
      return (BigInt(Math.ceil(product / 10_000_000)) * FEE_STEP) as Money;
    return basisPoints(notional, bps, FEE_STEP);
  }

  private notionalOf(ticks: number, lots: number): Money {
    const units = ticks * lots;
    return ((Number.isSafeInteger(units) ? BigInt(units) : BigInt(ticks) * BigInt(lots)) *
      this.unit) as Money;
  }
}
