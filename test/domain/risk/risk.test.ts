import { describe, expect, it } from "vitest";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { isRefusal, review, type Standing } from "../../../domain/risk/risk.ts";
import type { Order } from "../../../domain/order/order.ts";
import { format, money, price, quantity } from "../../../domain/values/values.ts";
import { refused } from "../../refused.ts";
import { instrument } from "../portfolio/words.ts";

/** One BTC at a limit of 100, in a quiet market with plenty of money. */
const order = (change: Partial<Order> = {}): Order =>
  ({
    id: "x1",
    account: "main",
    strategy: "a",
    instrument: "sandbox:BTC/USDT",
    side: "buy",
    type: "limit",
    timeInForce: "GTC",
    quantity: quantity("1"),
    price: price("100"),
    tag: "t",
    reason: "t",
    at: 0,
    ...change,
  }) as Order;

const standing = (change: Partial<Standing> = {}): Standing => ({
  halted: undefined,
  level: "full",
  instrument: instrument(),
  mid: price("100"),
  last: price("100"),
  free: money("1000"),
  cost: money("100.1"),
  positionNotional: money("0"),
  grossNotional: money("0"),
  openOrders: 0,
  rateLeft: 1,
  ...change,
});

const limits = {
  orderNotionalMax: "150",
  positionNotionalMax: "300",
  grossNotionalMax: "500",
  ordersPerMinute: 10,
  openOrdersMax: 3,
  collarPercent: 2,
};

interface Case {
  readonly order?: Partial<Order>;
  readonly standing?: Partial<Standing>;
  /** Undefined: approved. */
  readonly then: string | undefined;
}

const cases: Record<string, Case> = {
  "passes within every limit": { then: undefined },
  "halted entries stop a buy": { standing: { halted: "entries" }, then: "halted 0 0" },
  "halted entries let a sell through": {
    order: { side: "sell" },
    standing: { halted: "entries" },
    then: undefined,
  },
  "halted altogether stops a sell": {
    order: { side: "sell" },
    standing: { halted: "all" },
    then: "halted 0 0",
  },
  "a paused instrument": {
    standing: { instrument: instrument("BTC/USDT", { status: "paused" }) },
    then: "instrument-not-trading 0 0",
  },
  "less than the smallest quantity": {
    order: { quantity: quantity("0") },
    then: "below-minimum 0 0.001",
  },
  // 0.04 x 100 = 4 < 5
  "less than the smallest notional": { order: { quantity: quantity("0.04") }, then: "below-minimum 4 5" },
  // 100 x 1.02 = 102
  "a buy above the collar": { order: { price: price("102.01") }, then: "price-collar 102.01 102" },
  "a buy at the collar": { order: { price: price("102") }, then: undefined },
  "a buy far below the mid is no danger": { order: { price: price("10") }, then: undefined },
  // 100 x 0.98 = 98
  "a sell below the collar": {
    order: { side: "sell", price: price("97.99") },
    then: "price-collar 97.99 98",
  },
  "a stop-limit is measured from its stop": {
    order: { type: "stop-limit", price: price("131"), stopPrice: price("130"), quantity: quantity("1") },
    then: undefined,
  },
  "a stop-limit beyond its collar": {
    order: { type: "stop-limit", price: price("140"), stopPrice: price("130") },
    then: "price-collar 140 132.6",
  },
  "one sells what one has": {
    order: { side: "sell" },
    standing: { free: money("0.5") },
    then: "short-not-allowed 1 0.5",
  },
  // 1.6 x 100 = 160
  "an order too large": { order: { quantity: quantity("1.6") }, then: "order-notional 160 150" },
  "an exit is never too large": {
    order: { side: "sell", quantity: quantity("50") },
    standing: { positionNotional: money("9000"), grossNotional: money("9000"), rateLeft: 0, openOrders: 9 },
    then: undefined,
  },
  "more than is free": { standing: { free: money("100") }, then: "capital 100.1 100" },
  // 250 + 100 = 350
  "more of one instrument than all may hold": {
    standing: { positionNotional: money("250") },
    then: "position 350 300",
  },
  "up to the position limit": { standing: { positionNotional: money("200") }, then: undefined },
  // 450 + 100 = 550
  "more of everything than all may hold": {
    standing: { grossNotional: money("450") },
    then: "gross-exposure 550 500",
  },
  "one open order too many": { standing: { openOrders: 3 }, then: "open-orders 4 3" },
  "too many a minute": { standing: { rateLeft: 0 }, then: "order-rate 1 0" },
};

describe("review", () => {
  for (const [name, given] of Object.entries(cases))
    it(name, () => {
      const verdict = review(parseLimits(limits), standing(given.standing), order(given.order));
      const told = isRefusal(verdict)
        ? `${verdict.rule} ${format(verdict.asked)} ${format(verdict.max)}`
        : undefined;
      expect(told).toBe(given.then);
    });
});

describe("parseLimits", () => {
  it("takes decimals as text or numbers, and leaves absent limits absent", () => {
    expect(parseLimits({ orderNotionalMax: "150.5", grossNotionalMax: 1000 })).toEqual({
      orderNotionalMax: money("150.5"),
      grossNotionalMax: money("1000"),
      collarPercent: 2,
      marketReachPercent: 0.5,
    });
    expect(parseLimits(undefined)).toEqual({ collarPercent: 2, marketReachPercent: 0.5 });
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    ["none", "limits"],
    [{ orderNotional: 1 }, "limits.orderNotional"],
    [{ orderNotionalMax: -1 }, "limits.orderNotionalMax"],
    [{ orderNotionalMax: "0" }, "limits.orderNotionalMax"],
    [{ orderNotionalMax: "many" }, "limits.orderNotionalMax"],
    [{ orderNotionalMax: true }, "limits.orderNotionalMax"],
    [{ ordersPerMinute: 0 }, "limits.ordersPerMinute"],
    [{ ordersPerMinute: 1.5 }, "limits.ordersPerMinute"],
    [{ openOrdersMax: "3" }, "limits.openOrdersMax"],
    [{ collarPercent: 0 }, "limits.collarPercent"],
    [{ collarPercent: NaN }, "limits.collarPercent"],
    [{ orderNotionalMax: 400, positionNotionalMax: 300 }, "limits.orderNotionalMax"],
    [{ positionNotionalMax: 300, grossNotionalMax: 200 }, "limits.positionNotionalMax"],
    [{ orderNotionalMax: 300, grossNotionalMax: 200 }, "limits.orderNotionalMax"],
    [{ collarPercent: 1, marketReachPercent: 2 }, "limits.marketReachPercent"],
  ];
  for (const [raw, field] of wrong)
    it(`refuses ${JSON.stringify(raw)}`, () => {
      expect(refused(() => parseLimits(raw))).toBe(field);
    });
});
