/**
 * The money at one venue of a backtest over several books: one wallet of assets, exactly, which all pairs of the venue trade from. A buy
 * holds back its limit's notional with the dearer fee, a sell its base; fees are in quote, rounded up to 1e-8, as with one book.
 */
import type { Instrument } from "../../domain/market/instrument.ts";
import {
  basisPoints,
  ONE,
  toFloat,
  ZERO,
  type Asset,
  type Money,
  type VenueId,
} from "../../domain/values/values.ts";
import type { BookFill, BookMoney } from "./book-account.ts";
import type { BookOrder } from "./book-order.ts";

const FEE_STEP = 10n ** 10n;

export class Wallet {
  /** All that there is, what open orders hold back included. */
  readonly totals = new Map<Asset, bigint>();
  private readonly held = new Map<Asset, bigint>();

  total(asset: Asset): bigint {
    return this.totals.get(asset) ?? 0n;
  }

  free(asset: Asset): bigint {
    return this.total(asset) - (this.held.get(asset) ?? 0n);
  }

  add(asset: Asset, amount: bigint): void {
    this.totals.set(asset, this.total(asset) + amount);
  }

  /** Holds so much more back; less where below 0. */
  hold(asset: Asset, amount: bigint): void {
    this.held.set(asset, (this.held.get(asset) ?? 0n) + amount);
  }
}

/** One for each venue, each with so much of the first instrument's quote and base. */
export const openWallets = (
  instruments: readonly Instrument[],
  quote: bigint,
  base: bigint,
): ReadonlyMap<VenueId, Wallet> => {
  const first = instruments[0]!;
  const wallets = new Map<VenueId, Wallet>();
  for (const { venue } of instruments) {
    if (wallets.has(venue)) continue;
    const wallet = new Wallet();
    wallet.add(first.quote, quote);
    if (base > 0n) wallet.add(first.base, base);
    wallets.set(venue, wallet);
  }
  return wallets;
};

/** One pair's orders, paid from its venue's wallet. */
export class WalletAccount implements BookMoney {
  readonly fills: BookFill[] = [];
  /** In the pair's quote. */
  fees: Money = ZERO;
  private readonly instrument: Instrument;
  private readonly wallet: Wallet;
  private readonly unit: bigint;
  private readonly dearerBps: number;
  private readonly tick: number;
  private readonly lot: number;

  constructor(instrument: Instrument, wallet: Wallet) {
    this.instrument = instrument;
    this.wallet = wallet;
    this.unit = (instrument.tickSize * instrument.lotSize) / ONE;
    this.dearerBps = Math.max(instrument.makerBps, instrument.takerBps);
    this.tick = toFloat(instrument.tickSize);
    this.lot = toFloat(instrument.lotSize);
  }

  hold(order: BookOrder): boolean {
    const { wallet, instrument } = this;
    if (order.side === "buy" && order.type === "market") return true;
    const wanted = this.needOf(order, order.remaining);
    const asset = order.side === "buy" ? instrument.quote : instrument.base;
    if (wallet.free(asset) < wanted) return false;
    wallet.hold(asset, wanted);
    order.reserved = wanted;
    return true;
  }

  affordable(order: BookOrder, ticks: number, lots: number): number {
    if (order.side === "sell" || order.type !== "market") return lots;
    const free = this.wallet.free(this.instrument.quote);
    if (this.costOf(ticks, lots) <= free) return lots;
    // The fee of many lots is rounded once.
    let enough = Number(free / this.costOf(ticks, 1));
    while (enough < lots && this.costOf(ticks, enough + 1) <= free) enough += 1;
    return Math.min(enough, lots);
  }

  fill(order: BookOrder, ticks: number, lots: number, maker: boolean, at: number): void {
    const { wallet, instrument } = this;
    const { base, quote, lotSize, makerBps, takerBps } = instrument;
    const notional = (BigInt(ticks) * BigInt(lots) * this.unit) as Money;
    const fee = basisPoints(notional, maker ? makerBps : takerBps, FEE_STEP);
    const sign = order.side === "buy" ? 1n : -1n;
    const before = order.lots - order.remaining;
    order.remaining -= lots;
    wallet.add(quote, -sign * notional - fee);
    wallet.add(base, sign * BigInt(lots) * lotSize);
    if (order.reserved > 0n)
      this.reserve(order, order.remaining === 0 ? 0n : this.needOf(order, order.remaining));
    this.fees = (this.fees + fee) as Money;
    this.fills.push({ order, at, ticks, lots, notional, fee, maker });
    const price = ticks * this.tick;
    order.averagePrice =
      before === 0 ? price : (order.averagePrice * before + price * lots) / (before + lots);
    order.filled = order.remaining === 0 ? order.quantity : (before + lots) * this.lot;
    order.fees += toFloat(fee);
  }

  release(order: BookOrder): void {
    this.reserve(order, 0n);
  }

  private reserve(order: BookOrder, wanted: bigint): void {
    const { base, quote } = this.instrument;
    this.wallet.hold(order.side === "buy" ? quote : base, wanted - order.reserved);
    order.reserved = wanted;
  }

  private needOf(order: BookOrder, lots: number): bigint {
    return order.side === "buy" ? this.costOf(order.ticks, lots) : BigInt(lots) * this.instrument.lotSize;
  }

  private costOf(ticks: number, lots: number): bigint {
    const notional = (BigInt(ticks) * BigInt(lots) * this.unit) as Money;
    return notional + basisPoints(notional, this.dearerBps, FEE_STEP);
  }
}
