/**
 * What the portfolio does for a strategy that only aims, on one spot market without a risk plan, in integers that doubles hold
 * exactly: the same sizes, prices, fees and cash to the last unit, at a tenth of the cost. What is decided (how many lots, whether
 * money suffices) is decided by doubles where their rounding cannot matter, else by the portfolio's own arithmetic. It is the
 * portfolio's short way, not another one: aim.ts, risk.ts and ledger.ts in `domain` say what holds, and tests compare the two.
 */
import { AIM_TAG } from "../../domain/portfolio/draft.ts";
import { reservePerUnit } from "../../domain/portfolio/room.ts";
import { Listed } from "../../domain/portfolio/state.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Limits } from "../../domain/risk/limits.ts";
import type { Rule } from "../../domain/risk/risk.ts";
import type { Ask } from "../../domain/strategy/desk.ts";
import {
  fromFloat,
  notional,
  over,
  roundDown,
  times,
  type Decimal,
  type Price,
  type Quantity,
} from "../../domain/values/values.ts";
import type { AimGrid } from "./aim-grid.ts";
import { ExactCash, EXACT_MAX, wholesOf } from "./exact-cash.ts";
import { onGrid } from "./exact-orders.ts";
import { LoggedOrder } from "./order-log.ts";

export type Aim = Extract<Ask, { type: "aim" }>;

/** A millionth of a millionth: far beyond what a few operations in doubles round off. */
const ROUNDING = 1e-12;
/** Fractions of equity this small have few digits left in a decimal. */
const SMALL = 1e-3;

export class AimLedger {
  readonly refusals = new Map<string, number>();
  readonly #instrument: Instrument;
  readonly #limits: Limits;
  readonly #grid: AimGrid;
  readonly #cash: ExactCash;
  /** Lots. */
  #held = 0;
  #exposure = NaN;
  #refused = "";
  /** Lots of the order that is out. */
  #sent = 0;
  /** Quote for a lot at a price of one unit. */
  readonly #quotesInLot: number;
  /** What a buy reserves of each quote it is sent for, and a little more. */
  readonly #reserve: number;
  readonly #priceUnit: Decimal;
  readonly #partsIn1: number;

  constructor(instrument: Instrument, limits: Limits, grid: AimGrid, cash: Decimal) {
    this.#instrument = instrument;
    this.#limits = limits;
    this.#grid = grid;
    this.#cash = new ExactCash(cash, grid.cashDecimals);
    this.#priceUnit = instrument.tickSize / BigInt(grid.tick);
    this.#partsIn1 = 10 ** grid.cashDecimals;
    this.#quotesInLot = grid.lot / grid.quotesIn1;
    const fee = 1 + Math.max(instrument.makerBps, instrument.takerBps) / 10_000;
    this.#reserve = (1 + limits.collarPercent / 100) * fee * 1.00001;
  }

  get cash(): number {
    return this.#cash.nearest;
  }

  /** Base. */
  get position(): number {
    return (this.#held * this.#grid.lot) / this.#grid.amountsIn1;
  }

  /** Whether it can be reckoned here: `last` on the grid, and amounts that doubles hold. */
  takes({ exposure }: Aim, last: number): boolean {
    const price = this.#grid.price(last);
    if (!(price > 0)) return false;
    const most = Math.max(this.#held, this.#targetNear(exposure, price) + 1);
    return price * most * this.#grid.lot <= EXACT_MAX;
  }

  /** The order that is sent for the aim, if one is. It is filled before the next aim. */
  aim({ exposure, reason }: Aim, last: number): LoggedOrder | undefined {
    const price = this.#grid.price(last);
    const known = this.#refused;
    const repeated = exposure === this.#exposure;
    this.#exposure = exposure;
    const change = this.#target(exposure, price) - this.#held;
    let order: LoggedOrder | undefined;
    if (change !== 0) {
      const wanted = Math.min(Math.abs(change), this.#grid.lotsMax);
      if (this.#isSmall(wanted, price)) {
        if (!repeated) this.#refuse("below-minimum", known);
      } else {
        const lots = change < 0 ? wanted : this.#affordable(wanted, price);
        if (this.#isSmall(lots, price)) this.#refuse("capital", known);
        else order = this.#order(change > 0, lots, reason);
      }
    }
    if (exposure < 0) this.#refuse("short-not-allowed", known);
    return order;
  }

  /** Books the whole of an order. False, and nothing is done, where doubles do not hold it. */
  fill(order: LoggedOrder, told: number, at: number): boolean {
    const { tickSize } = this.#instrument;
    const { pricesIn1, quotesIn1, feeParts, partsInQuote, lot } = this.#grid;
    const { side } = order;
    let price = this.#grid.price(told);
    // Off the grid, as slippage makes it.
    if (Number.isNaN(price))
      price = Number(onGrid(fromFloat(told, "price"), tickSize, side) / this.#priceUnit);
    const quote = price * this.#sent * lot;
    const fee = quote * feeParts;
    if (!(quote <= EXACT_MAX && fee <= EXACT_MAX)) return false;
    const units = wholesOf(quote, quotesIn1);
    const parts = (quote - units * quotesIn1) * partsInQuote;
    const buys = side === "buy";
    if (!(buys ? this.#cash.add(-units, -parts - fee) : this.#cash.add(units, parts - fee))) return false;
    this.#held += buys ? this.#sent : -this.#sent;
    order.fill(price / pricesIn1, fee / this.#partsIn1, at);
    return true;
  }

  #order(buys: boolean, lots: number, reason: string): LoggedOrder {
    this.#refused = "";
    this.#sent = lots;
    const { lot, amountsIn1 } = this.#grid;
    return new LoggedOrder(buys ? "buy" : "sell", "market", (lots * lot) / amountsIn1, AIM_TAG, reason);
  }

  #isSmall(lots: number, price: number): boolean {
    const { lotsMin, lot, quotesMin } = this.#grid;
    return lots < lotsMin || price * lots * lot < quotesMin;
  }

  /** The same answer to an aim is told once. */
  #refuse(rule: Rule, known: string): void {
    if (rule === known) return;
    this.#refused = rule;
    this.refusals.set(rule, (this.refusals.get(rule) ?? 0) + 1);
  }

  /** In lots, not rounded down yet. */
  #targetNear(exposure: number, price: number): number {
    const worth = price * this.#quotesInLot;
    return exposure > 0 ? (exposure * (this.cash + this.#held * worth)) / worth : 0;
  }

  #target(exposure: number, price: number): number {
    if (exposure <= 0) return 0;
    const near = this.#targetNear(exposure, price);
    const lots = Math.floor(near);
    // The portfolio rounds what the target is worth down to 1e-18, too.
    const unsure = near * ROUNDING + 2e-18 / (price * this.#quotesInLot);
    const sure = this.cash > 0 && exposure >= SMALL && near - lots > unsure && near - lots < 1 - unsure;
    return sure ? lots : this.#targetExactly(exposure, price);
  }

  #targetExactly(exposure: number, price: number): number {
    const { lotSize } = this.#instrument;
    const last = this.#exactly(price);
    const equity = this.#cash.exact + notional(last, (BigInt(this.#held) * lotSize) as Quantity);
    const worth = times(fromFloat(exposure), equity);
    return worth <= 0n ? 0 : Number(roundDown(over(worth, last), lotSize) / lotSize);
  }

  #affordable(wanted: number, price: number): number {
    const { cash } = this;
    if (wanted * price * this.#quotesInLot * this.#reserve < cash) return wanted;
    const last = this.#exactly(price);
    const mark = { bid: last, ask: last, last };
    const { id: instrument, lotSize } = this.#instrument;
    const wish = { side: "buy", instrument } as const;
    const perUnit = reservePerUnit(this.#limits, new Listed(this.#instrument), mark, wish);
    const lots = Number(over(this.#cash.exact, perUnit) / lotSize);
    return Math.min(wanted, Math.max(0, lots));
  }

  #exactly(price: number): Price {
    return (this.#priceUnit * BigInt(price)) as Price;
  }
}
