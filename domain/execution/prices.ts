/**
 * At what price an order of a total stands or takes: never beyond the total's limit, on the venue's grid. The best prices are those of the
 * last quote; where there is none, as over candles, the last price stands for both.
 */
import type { Instrument } from "../market/instrument.ts";
import type { Desk } from "../strategy/strategy.ts";
import { toFloat } from "../values/values.ts";
import type { Parent } from "./parent.ts";
import type { ExecutionTerms } from "./terms.ts";

/** How far into the book an order with a limit may reach, as a part of the best price: a rule of ours refuses what reaches too far. */
const REACH = 0.005;

const HAIR = 1e-6;

export class Prices {
  /** Whether its orders rest, one at a time. */
  readonly rests: boolean;
  readonly timeInForce: "GTC" | "IOC" | "PO";
  private readonly i: number;
  private readonly tick: number;
  private readonly terms: ExecutionTerms;

  constructor(i: number, { tickSize }: Instrument, terms: ExecutionTerms) {
    const { algorithm, children } = terms;
    this.i = i;
    this.tick = toFloat(tickSize);
    this.terms = terms;
    this.rests = algorithm === "iceberg" || algorithm === "chase" || children === "limit";
    this.timeInForce = algorithm === "chase" ? "PO" : this.rests ? "GTC" : "IOC";
  }

  middle(desk: Desk, last: number): number {
    const { bid, ask } = desk.quote(this.i);
    return bid > 0 && ask >= bid ? (bid + ask) / 2 : last;
  }

  /** The best price of the total's own side. */
  own(desk: Desk, { buys, last }: Parent): number {
    const { bid, ask } = desk.quote(this.i);
    return bid > 0 && ask >= bid ? (buys ? bid : ask) : last;
  }

  /** The lower of the best prices: what an order is worth at least. */
  lower(desk: Desk, { last }: Parent): number {
    const { bid, ask } = desk.quote(this.i);
    return bid > 0 && ask >= bid ? Math.min(bid, last) : last;
  }

  /** Of an order that rests. NaN where there is no price. */
  resting(desk: Desk, parent: Parent): number {
    return this.onGrid(within(this.own(desk, parent), parent), parent);
  }

  /** Of an order that takes: 0 for the market. NaN while the best price is beyond the limit. */
  taking(desk: Desk, parent: Parent): number {
    const { buys, last, limit } = parent;
    if (Number.isNaN(limit)) return 0;
    const { bid, ask } = desk.quote(this.i);
    const best = bid > 0 && ask >= bid ? (buys ? ask : bid) : last;
    if (buys ? best > limit : best < limit) return Number.NaN;
    return this.onGrid(within(best * (buys ? 1 + REACH : 1 - REACH), parent), parent);
  }

  /** Whether an order of a chase stands too far from where it should. */
  astray(desk: Desk, parent: Parent, price: number): boolean {
    const wanted = this.resting(desk, parent);
    return Math.abs(price - wanted) > (this.terms.toleranceBps / 10_000) * wanted;
  }

  movedAway(desk: Desk, parent: Parent): boolean {
    const { buys, chasedFrom } = parent;
    const moved = (this.own(desk, parent) / chasedFrom - 1) * (buys ? 1 : -1);
    return moved > this.terms.furthestBps / 10_000;
  }

  /** Down for a buy and up for a sale. */
  private onGrid(price: number, { buys }: Parent): number {
    const ticks = price / this.tick;
    const whole = buys ? Math.floor(ticks + HAIR) : Math.ceil(ticks - HAIR);
    return Number((whole * this.tick).toPrecision(15));
  }
}

const within = (price: number, { buys, limit }: Parent): number => {
  if (Number.isNaN(limit)) return price;
  return buys ? Math.min(price, limit) : Math.max(price, limit);
};
