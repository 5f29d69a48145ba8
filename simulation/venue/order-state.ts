/**
 * One order inside the venue: what was asked, what has become of it, and where it stands (its neighbours in
 * a price level, its OCO partner). Hot numbers are plain fields; zero stands for "no price".
 */
import type { OrderType, TimeInForce } from "../../domain/order/order.ts";
import type { Money, Side } from "../../domain/values/values.ts";
import { ZERO } from "../../domain/values/values.ts";
import type { Desk } from "./desk.ts";
import type { Level } from "./ladder.ts";
import type { NewOrder, SelfTrade, VenueOrder, VenueOrderStatus } from "./venue.ts";

export class OrderState implements VenueOrder {
  readonly id: number;
  readonly desk: Desk;
  readonly clientId: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly lots: number;
  readonly selfTrade: SelfTrade;
  /** Limit and stop price; 0 when there is none. */
  readonly limit: number;
  readonly stop: number;
  readonly at: number;
  readonly reduceOnly: boolean;
  readonly leg: "long" | "short" | undefined;
  status: VenueOrderStatus = "new";
  remaining: number;
  filledNotional: Money = ZERO;
  locked: Money = ZERO;
  /** What the whole order may give away. */
  need: Money = ZERO;
  triggered = false;
  ocoWith = 0;
  partner: OrderState | undefined = undefined;
  updatedAt: number;
  /** Where it waits: in a price level, among the stops, or for the next print of a tape. */
  place: "nowhere" | "ladder" | "stops" | "prints" = "nowhere";
  level: Level | undefined = undefined;
  before: OrderState | undefined = undefined;
  behind: OrderState | undefined = undefined;
  /** Neighbours among the open orders of its desk, by id. */
  openBefore: OrderState | undefined = undefined;
  openBehind: OrderState | undefined = undefined;
  /** Tape: lots that must still print at its price before it is its turn. */
  queueAhead = 0;

  constructor(id: number, desk: Desk, order: NewOrder, selfTrade: SelfTrade, at: number) {
    this.id = id;
    this.desk = desk;
    this.clientId = order.clientId;
    this.side = order.side;
    this.type = order.type;
    this.timeInForce = order.timeInForce;
    this.lots = order.lots;
    this.remaining = order.lots;
    this.selfTrade = selfTrade;
    this.limit = order.ticks ?? 0;
    this.stop = order.stopTicks ?? 0;
    this.at = at;
    this.reduceOnly = order.reduceOnly === true;
    this.leg = order.leg;
    this.updatedAt = at;
  }

  get account(): string {
    return this.desk.account.name;
  }

  get symbol(): string {
    return this.desk.symbol;
  }

  get ticks(): number | undefined {
    return this.limit === 0 ? undefined : this.limit;
  }

  get stopTicks(): number | undefined {
    return this.stop === 0 ? undefined : this.stop;
  }

  get filledLots(): number {
    return this.lots - this.remaining;
  }

  /** Lots that may trade now: less than remain where they would take a position too far. */
  get tradable(): number {
    const { clearing } = this.desk.account;
    return clearing === undefined ? this.remaining : Math.min(this.remaining, clearing.room(this));
  }

  get isOpen(): boolean {
    return this.status === "new" || this.status === "partial";
  }

  /** Market, or a stop-market that has triggered: it takes at any price. */
  get isMarket(): boolean {
    return this.limit === 0;
  }
}
