/**
 * Stop orders of one pair, unseen until their price trades: a buy when the last price is at its stop or
 * above, a sell at or below. The nearest to the market triggers first, of equal ones the oldest.
 */
import type { OrderState } from "./order-state.ts";

/** Grows away from the market. */
const keyOf = (order: OrderState): number => (order.side === "buy" ? order.stop : -order.stop);

export class Stops {
  /** Nearest last. */
  private readonly buys: OrderState[] = [];
  private readonly sells: OrderState[] = [];

  add(order: OrderState): void {
    const stops = order.side === "buy" ? this.buys : this.sells;
    const key = keyOf(order);
    let low = 0;
    let high = stops.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (keyOf(stops[middle]!) > key) low = middle + 1;
      else high = middle;
    }
    order.place = "stops";
    stops.splice(low, 0, order);
  }

  remove(order: OrderState): void {
    const stops = order.side === "buy" ? this.buys : this.sells;
    order.place = "nowhere";
    stops.splice(stops.indexOf(order), 1);
  }

  /** Stop price of the next buy; Infinity where there is none. */
  get nearestBuy(): number {
    return this.buys.length === 0 ? Infinity : this.buys[this.buys.length - 1]!.stop;
  }

  /** Stop price of the next sell; 0 where there is none. */
  get nearestSell(): number {
    return this.sells.length === 0 ? 0 : this.sells[this.sells.length - 1]!.stop;
  }

  /** The next that the last price sets off, still in the list; undefined when none. */
  due(lastTicks: number): OrderState | undefined {
    const { buys, sells } = this;
    if (buys.length > 0 && lastTicks >= buys[buys.length - 1]!.stop) return buys[buys.length - 1];
    if (sells.length > 0 && lastTicks <= sells[sells.length - 1]!.stop) return sells[sells.length - 1];
    return undefined;
  }
}
