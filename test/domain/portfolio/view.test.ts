import { expect, it } from "vitest";
import { deskFigures, liveOrders } from "../../../domain/portfolio/news.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { toPlainJson } from "../../../domain/values/json.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, BTC, aim, limit, mark, only, strategy, time, units } from "./words.ts";

/** a: 1,000 USDT, bought 5 BTC at 100 for a fee of 0.5, sold 1 at 120, bids for 1 at 90; BTC now at 110. */
const open = () => {
  const turns = new Turns().open({ USDT: "10000" }).allot("a", "1000");
  const buy = only(turns.propose("a", [aim(0.5)]), "OrderPlaced").order;
  turns.turn(turns.fill(buy, "5", "100", { fee: units("0.5") as never }));
  const sell = only(turns.propose("a", [limit("sell", 1, 120, { tag: "out" })]), "OrderPlaced").order;
  turns.turn(turns.fill(sell, "1", "120"));
  turns.propose("a", [limit("buy", 1, 90)], { [BTC]: mark("110") });
  return turns;
};

it("tells worth, profit and what is open, in plain data", () => {
  const turns = open();
  turns.turn({ type: "Halt", level: "entries", by: "me", reason: "lunch", at: time(9_000) });
  const view = portfolioView(turns.state);
  const plain = JSON.parse(toPlainJson(view)) as typeof view;
  // cash 1000 - 500.5 + 120 = 619.5; worth 619.5 + 4 x 110
  expect(plain.strategies.find((book) => book.strategy === "a")).toMatchObject({
    equity: { USDT: "1059.5" },
    cash: { USDT: "619.5", BTC: "4" },
    // 90 x 1.001
    reserved: { USDT: "90.09" },
    allotted: { USDT: "1000" },
    // 120 - 500.5 / 5; 4 x 110 - 400.4
    realised: { USDT: "19.9" },
    unrealised: { USDT: "39.6" },
    fees: { USDT: "0.5" },
    positions: [{ quantity: "4", averagePrice: "100.1", mark: "110", value: "440" }],
    openOrders: 1,
  });
  // 10000 + 19.9 + 39.6
  expect(plain.equity).toEqual({ USDT: "10059.5" });
  expect(plain.accounts).toMatchObject([{ balances: { USDT: "9619.5", BTC: "4" }, unaccounted: {} }]);
  expect(plain.orders).toMatchObject([{ tag: "t", price: "90", phase: "placed" }]);
  expect(plain.halted).toEqual({ level: "entries", by: "me", reason: "lunch", at: 9_000 });
  expect(plain.counters).toMatchObject({ orders: 3, fills: 2 });
});

it("gives the desk its figures in doubles, and execution its live orders", () => {
  const turns = open();
  const [cash, equity] = [619.5, 1059.5];
  expect(deskFigures(turns.state, strategy("a"), [BTC])).toEqual({
    sequence: 3,
    cash,
    equity,
    positions: [4],
    exposures: [440 / equity],
    cashes: [cash],
    holdings: [4],
    orders: [{ i: 0, tag: "t", side: "buy", price: 90, remaining: 1 }],
  });
  expect(deskFigures(turns.state, strategy("nobody"), [BTC])).toMatchObject({ equity: 0, positions: [0] });
  const [{ order, accepted }] = liveOrders(turns.state, ACCOUNT) as [ReturnType<typeof liveOrders>[0]];
  expect([order.tag, accepted]).toEqual(["t", false]);
  turns.turn(turns.report(order.id, "open"));
  expect(liveOrders(turns.state, ACCOUNT)[0]!.accepted).toBe(true);
});
