/**
 * Cash, positions and what live orders hold of them, for contracts in doubles. Cash counts a contract as paid for, below zero too, so
 * that cash and positions at their prices are equity; free is what of it no margin and no order keeps.
 */
import { legIn } from "../../../domain/market/instrument.ts";
import { FloatLedger } from "../float-ledger.ts";
import type { LiveOrder } from "../float-orders.ts";
import type { LoggedOrder } from "../order-log.ts";
import { takeOut } from "../venue-order.ts";
import { FloatMargin } from "./float-margin.ts";
import type { ContractTerms } from "./terms.ts";
import type { Worths } from "./worths.ts";

/** As in float-ledger.ts: the portfolio reserves to its price collar, 2 % above; of an inverse contract below, where it is worth more. */
const COLLAR = 1.02;
/** A rest this small beside what was held is rounding. */
const REST = 1e-12;

export class FloatContractLedger extends FloatLedger {
  readonly costs: Float64Array;
  readonly margin: FloatMargin;
  readonly #worths: Worths;
  readonly #reducing = new Set<LiveOrder>();
  readonly #perUnit: number;
  /** Of each market: the only side of a leg in hedge mode, 1 or -1; 0 in net mode. */
  readonly #sides: readonly number[];

  constructor(
    pairs: readonly string[],
    settings: { readonly startingBalance: number; readonly makerBps: number; readonly takerBps: number },
    terms: ContractTerms,
    worths: Worths,
  ) {
    super(pairs.length, settings);
    this.costs = new Float64Array(pairs.length);
    this.#sides = pairs.map((pair) => ({ long: 1, short: -1, net: 0 })[legIn(pair) ?? "net"]);
    this.margin = new FloatMargin(terms, worths);
    this.#worths = worths;
    this.#perUnit = 1 / terms.leverage + (this.worstFee - 1);
  }

  override fill(i: number, buys: boolean, quantity: number, price: number, maker: boolean): number {
    const before = this.positions[i]!;
    const amount = this.#worths.of(i, quantity, price);
    const fee = amount * (maker ? this.makerFee : this.takerFee);
    // What an inverse contract is worth is owed: a buy brings it.
    this.cash += buys !== this.#worths.inverse(i) ? -(amount + fee) : amount - fee;
    const change = buys ? quantity : -quantity;
    this.positions[i] = before + change;
    const opens = before === 0 || before > 0 === change > 0;
    if (opens) this.costs[i] = this.costs[i]! + (buys ? amount : -amount);
    else if (quantity > Math.abs(before) * (1 + REST))
      this.costs[i] = this.#worths.of(i, this.positions[i], price);
    else {
      this.costs[i] = this.costs[i]! * (this.positions[i] / before);
      if (Math.abs(this.positions[i]) > REST * Math.abs(before)) return fee;
      this.positions[i] = 0;
      this.costs[i] = 0;
    }
    return fee;
  }

  /** Books what holding brings at this mark, and tells it: below zero where it is paid. */
  pay(i: number, carry: "funding" | "interest", rate: number, mark: number): number {
    const held = this.positions[i]!;
    const cost = this.costs[i]!;
    const loan = held < 0 ? -held * mark : Math.max(0, cost - Math.abs(cost) / this.margin.leverage);
    const amount = carry === "funding" ? -this.#worths.of(i, held, mark) * rate : -loan * rate;
    this.cash += amount;
    return amount;
  }

  /** Reduce-only orders for more than the position has become, the newest first to go. */
  excess(i: number): readonly LiveOrder[] {
    let left = Math.abs(this.positions[i]!) * (1 + REST);
    return this.live.filter((order) => {
      if (order.i !== i || !this.reduces(order)) return false;
      if (order.quantity > left || !this.against(i, order.buys)) return true;
      left -= order.quantity;
      return false;
    });
  }

  override equity(last: Float64Array): number {
    let equity = this.cash;
    for (let i = 0; i < this.positions.length; i += 1) {
      const held = this.positions[i]!;
      if (held !== 0) equity += this.#worths.sign(i) * this.#worths.of(i, held, last[i]!);
    }
    return equity;
  }

  /** By way of flat from one side to the other. */
  override change(i: number, exposure: number, last: Float64Array): number {
    const equity = this.equity(last);
    const held = this.positions[i]!;
    const target =
      equity <= 0 || this.barred(i, exposure) ? 0 : this.#worths.quantity(i, exposure * equity, last[i]!);
    return held * target < 0 ? -held : target - held;
  }

  /** Whether a leg is asked to be on the other's side: it goes to flat. */
  barred(i: number, exposure: number): boolean {
    return exposure * this.#sides[i]! < 0;
  }

  override affordable(price: number, i = 0, last?: Float64Array): number {
    return this.room(last) / (this.#worths.of(i, 1, this.#worst(i, price)) * this.#perUnit);
  }

  #worst(i: number, price: number): number {
    return price * (this.#worths.inverse(i) ? 2 - COLLAR : COLLAR);
  }

  /** Quote that neither margin nor orders keep; under cross margin what open positions have lost is gone too. */
  room(last?: Float64Array): number {
    let room = this.cash;
    for (let i = 0; i < this.positions.length; i += 1) {
      const cost = this.costs[i]!;
      if (this.positions[i] === 0) continue;
      const sign = this.#worths.sign(i);
      room += sign * cost - Math.abs(cost) / this.margin.leverage;
      if (!this.margin.cross || last === undefined) continue;
      const loss = sign * (cost - this.#worths.of(i, this.positions[i]!, last[i]!));
      if (loss > 0) room -= loss;
    }
    for (const order of this.live) if (!this.reduces(order)) room -= order.reserved;
    return room;
  }

  reduces(order: LiveOrder): boolean {
    return this.#reducing.has(order);
  }

  add(order: LiveOrder, reduces: boolean): void {
    this.live.push(order);
    if (reduces) this.#reducing.add(order);
  }

  remove(order: LiveOrder): void {
    takeOut(this.live, order);
    this.#reducing.delete(order);
  }

  /** Of the position, what no other order closes. */
  closable(i: number): number {
    let closable = Math.abs(this.positions[i]!);
    for (const order of this.live) if (order.i === i && this.reduces(order)) closable -= order.reserved;
    return closable;
  }

  /** Whether an order of this side lessens what is held. */
  against(i: number, buys: boolean): boolean {
    const held = this.positions[i]!;
    return held !== 0 && buys !== held > 0;
  }

  grows(i: number): boolean {
    return this.live.some((order) => order.i === i && !this.reduces(order));
  }

  placed(
    i: number,
    order: LoggedOrder,
    last: Float64Array,
  ): { readonly refused?: string; readonly reduces: boolean } {
    const { side, quantity, price, stopPrice } = order;
    const from = stopPrice > 0 ? stopPrice : last[i]!;
    const own = this.#sides[i]!;
    const covered = quantity <= this.closable(i) + REST * Math.abs(this.positions[i]!);
    const reduces = own === 0 ? this.against(i, side === "buy") && covered : (side === "buy") !== own > 0;
    if (!(last[i]! > 0)) return { refused: "no-mark", reduces };
    if (side === "buy" ? price > from * COLLAR : price < from * (2 - COLLAR))
      return { refused: "price-collar", reduces };
    if (reduces) return covered ? { reduces } : { refused: "reduce-only", reduces };
    return this.costOf(order, last[i]!, i) > this.room(last) ? { refused: "capital", reduces } : { reduces };
  }

  /** The margin and the fee of what is opened, at the worst price. */
  override costOf({ quantity, price, stopPrice }: LoggedOrder, last: number, i = 0): number {
    const worst = price > 0 ? price : this.#worst(i, stopPrice > 0 ? stopPrice : last);
    return this.#worths.of(i, quantity, worst) * this.#perUnit;
  }
}
