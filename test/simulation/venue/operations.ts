/** Random operations on a venue of three accounts with little money, so that refusals and self-trades are common. */
import fc from "fast-check";
import { decimal, money } from "../../../domain/values/values.ts";
import type { NewOrder, SimulatedVenue } from "../../../simulation/venue/venue.ts";

export const ACCOUNTS = ["ann", "bob", "eve"] as const;
export const ASSETS = ["BTC", "USDT", "BNB"] as const;
const ticks = fc.integer({ min: 94, max: 106 });
const order = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  side: fc.constantFrom("buy" as const, "sell" as const),
  type: fc.constantFrom(
    "limit" as const,
    "limit" as const,
    "market" as const,
    "stop-limit" as const,
    "stop-market" as const,
  ),
  timeInForce: fc.constantFrom(
    "GTC" as const,
    "GTC" as const,
    "GTC" as const,
    "IOC" as const,
    "FOK" as const,
    "PO" as const,
  ),
  lots: fc.integer({ min: 1, max: 150 }),
  ticks,
  stopTicks: ticks,
  clientId: fc.constantFrom("", "", "a", "b"),
  selfTrade: fc.constantFrom(
    "none" as const,
    "expire-taker" as const,
    "expire-maker" as const,
    "expire-both" as const,
  ),
});
const command = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("order" as const), order }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("oco" as const), order, gap: fc.integer({ min: -2, max: 20 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("cancel" as const),
      account: fc.constantFrom(...ACCOUNTS),
      nth: fc.nat(20),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("print" as const),
      ticks,
      lots: fc.integer({ min: 1, max: 200 }),
      side: fc.constantFrom("buy" as const, "sell" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("withdraw" as const),
      account: fc.constantFrom(...ACCOUNTS),
      asset: fc.constantFrom(...ASSETS),
      amount: fc.integer({ min: 1, max: 300 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("fees" as const),
      account: fc.constantFrom(...ACCOUNTS),
      asset: fc.constantFrom("BNB", "USDT", undefined),
    }),
  },
);
export type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;
type Wish = Extract<Command, { kind: "order" }>["order"];

const newOrder = (wish: Wish): NewOrder => {
  const { ticks: limit, stopTicks, ...rest } = wish;
  const limited = wish.type === "limit" || wish.type === "stop-limit";
  const stopped = wish.type === "stop-limit" || wish.type === "stop-market";
  return {
    ...rest,
    symbol: "BTC/USDT",
    ...(limited ? { ticks: limit } : {}),
    ...(stopped ? { stopTicks } : {}),
  };
};

/** An OCO pair on the right sides of each other, mostly. */
const ocoPair = (wish: Wish, gap: number): [NewOrder, NewOrder] => {
  const { account, side, lots, timeInForce } = wish;
  const shared = { account, side, lots, timeInForce, symbol: "BTC/USDT", clientId: "" };
  const stopTicks = wish.side === "buy" ? wish.ticks + gap : Math.max(1, wish.ticks - gap);
  return [
    { ...shared, type: "limit", ticks: wish.ticks },
    wish.type === "stop-limit"
      ? { ...shared, type: "stop-limit", ticks: stopTicks, stopTicks }
      : { ...shared, type: "stop-market", stopTicks },
  ];
};

export const commands = fc.array(command, { minLength: 1, maxLength: 80, size: "max" });

/** Returns what left the venue: a withdrawal, or zero. */
export const perform = (venue: SimulatedVenue, one: Command, tape: boolean, at: number): bigint => {
  if (one.kind === "order") venue.submit(newOrder(one.order), at);
  else if (one.kind === "oco") venue.submitOco(...ocoPair(one.order, one.gap), at);
  else if (one.kind === "cancel") {
    const open = venue.openOrders(one.account);
    const picked = open[one.nth % Math.max(1, open.length)];
    if (picked !== undefined) venue.cancel(one.account, picked.symbol, { id: picked.id }, at);
  } else if (one.kind === "print") {
    if (tape) venue.print("BTC/USDT", at, one.ticks, one.lots, one.side, at);
  } else if (one.kind === "withdraw") {
    const amount = money(String(one.amount));
    if (venue.withdraw(one.account, one.asset, amount, at)) return amount;
  } else
    venue.payFeesIn(one.account, one.asset === undefined ? undefined : { asset: one.asset, rates: RATES });
  return 0n;
};

export const RATES = new Map([
  ["BTC", decimal("0.2")],
  ["USDT", decimal("0.002")],
]);
