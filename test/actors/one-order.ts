/** One order, what a venue reports of it, and a clock for whoever waits for its fate. */
import type { Clock } from "../../adapters/clock/clock.ts";
import type { Order, OrderReport } from "../../domain/order/order.ts";
import type { InstrumentId, Quantity, Timestamp } from "../../domain/values/values.ts";

export const BTC = "v:BTC/USDT" as InstrumentId;
export const order = {
  id: "a1",
  account: "main",
  strategy: "s",
  instrument: BTC,
  side: "buy",
  type: "market",
  timeInForce: "GTC",
  quantity: 1n,
  tag: "",
  reason: "",
  at: 5_000,
} as unknown as Order;
export const reported = (status: OrderReport["status"]): OrderReport => ({
  account: order.account,
  instrument: BTC,
  order: order.id,
  venueOrderId: "7",
  status,
  filled: 0n as Quantity,
  at: 6_000 as Timestamp,
});

/** Time passes only while somebody waits. */
export const jumping = (): Clock => {
  let now = 1_000_000;
  return {
    now: () => now as Timestamp,
    monotonic: () => now,
    after: (ms, run) => {
      const immediate = setImmediate(() => {
        now += ms;
        run();
      });
      return () => clearImmediate(immediate);
    },
  };
};
