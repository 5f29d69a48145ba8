/** Cash, positions and what live orders hold of them, in doubles. Sums run over markets, or orders as they were placed, from 0 upwards. */
import type { LiveOrder } from "./float-orders.ts";
import type { LoggedOrder } from "./order-log.ts";

/** What the portfolio reserves above the price for a market order: its price collar, 2 %. */
const COLLAR = 1.02;
/** How far a market order is expected to eat. */
const REACH = 0.005;

const NONE: readonly LiveOrder[] = [];

export class FloatLedger {
  cash: number;
  readonly positions: Float64Array;
  /** In the order of their placing. */
  readonly live: LiveOrder[] = [];
  readonly makerFee: number;
  readonly takerFee: number;
  /** 1 and the higher fee. */
  readonly worstFee: number;

  constructor(
    markets: number,
    settings: { readonly startingBalance: number; readonly makerBps: number; readonly takerBps: number },
  ) {
    this.cash = settings.startingBalance;
    this.positions = new Float64Array(markets);
    this.makerFee = settings.makerBps / 10_000;
    this.takerFee = settings.takerBps / 10_000;
    this.worstFee = 1 + Math.max(this.makerFee, this.takerFee);
  }

  /** Books a fill and tells its fee, in quote. */
  fill(i: number, buys: boolean, quantity: number, price: number, maker: boolean): number {
    const amount = price * quantity;
    const fee = amount * (maker ? this.makerFee : this.takerFee);
    this.cash += buys ? -(amount + fee) : amount - fee;
    this.positions[i] = this.positions[i]! + (buys ? quantity : -quantity);
    return fee;
  }

  equity(last: Float64Array): number {
    let equity = this.cash;
    for (let i = 0; i < this.positions.length; i += 1) {
      const held = this.positions[i]!;
      if (held !== 0) equity += held * last[i]!;
    }
    return equity;
  }

  /** What is to be bought (above 0) or sold to hold this fraction of equity. */
  change(i: number, exposure: number, last: Float64Array): number {
    const equity = this.equity(last);
    const target = exposure <= 0 || equity <= 0 ? 0 : (exposure * equity) / last[i]!;
    return target - this.positions[i]!;
  }

  /** The most that a buy at the market may be of. */
  affordable(price: number): number {
    return this.free() / (price * COLLAR * this.worstFee);
  }

  /** Quote that no order reserves. */
  free(): number {
    let reserved = 0;
    for (const order of this.live) if (order.buys) reserved += order.reserved;
    return this.cash - reserved;
  }

  /** Base that no order sells. */
  freeBase(i: number): number {
    let reserved = 0;
    for (const order of this.live) if (order.i === i && !order.buys) reserved += order.reserved;
    return this.positions[i]! - reserved;
  }

  /** The rule against an order that a strategy places, in the portfolio's order of rules. */
  refusal(i: number, order: LoggedOrder, last: number): string | undefined {
    const { side, quantity, price, stopPrice } = order;
    const from = stopPrice > 0 ? stopPrice : last;
    if (side === "buy" ? price > from * COLLAR : price < from * (2 - COLLAR)) return "price-collar";
    if (side === "sell") return quantity > this.freeBase(i) ? "short-not-allowed" : undefined;
    return this.costOf(order, last) > this.free() ? "capital" : undefined;
  }

  buys(i: number): boolean {
    return this.live.some((order) => order.i === i && order.buys);
  }

  /** Resting limits that a new order would trade with. */
  inTheWay({ i, buys, logged }: LiveOrder, last: number): readonly LiveOrder[] {
    if (this.live.length === 1) return NONE;
    const { type, timeInForce, price } = logged;
    if (timeInForce === "PO" || (type !== "limit" && type !== "market")) return NONE;
    const reach = type === "limit" ? price : last * (buys ? 1 + REACH : 1 - REACH);
    return this.live.filter(
      (other) =>
        other.i === i &&
        other.buys !== buys &&
        other.logged.type === "limit" &&
        (buys ? other.price <= reach : other.price >= reach),
    );
  }

  /** What a buy reserves while the price is `last`. */
  costOf({ quantity, price, stopPrice }: LoggedOrder, last: number): number {
    const worst = price > 0 ? price : (stopPrice > 0 ? stopPrice : last) * COLLAR;
    return quantity * worst * this.worstFee;
  }
}
