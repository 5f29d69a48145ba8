/** What a triangular arbitrage keeps of its rounds, saved field by field. */
import type { WorkingOrders } from "../strategy/working-orders.ts";
import { Exposure } from "./exposure.ts";

export const LEGS = 3;
/** In place of a leg: none is under way; all that is held is on its way back to the first asset. */
export const IDLE = -1;
export const HOME = 3;

export class Rounds {
  readonly exposure = new Exposure();
  readonly first: WorkingOrders;
  readonly second: WorkingOrders;
  readonly third: WorkingOrders;
  /** Which way round, and which leg of it went out last. */
  way = 0;
  leg = IDLE;
  /** Worst price of each leg. */
  readonly limits = new Float64Array(LEGS);
  /** When the newest order went out. */
  at = 0;
  /** An order home has gone out and ended. */
  homeward = false;
  rounds = 0;
  /** Of the first asset, into the newest round. */
  input = 0;
  /** Rounds that did not end by their own legs. */
  broken = 0;
  /** Of the first asset, as the books told it. */
  promised = 0;
  /** Books of this time or before are used up. */
  usedAt = 0;
  pausedUntil = 0;

  constructor(orders: readonly WorkingOrders[]) {
    this.first = orders[0]!;
    this.second = orders[1]!;
    this.third = orders[2]!;
  }
}
