/** Inverse contracts in the ledger of two strategies: what a trade does to the coins, what opposite wishes do inside, and what is told. */
import { expect, it } from "vitest";
import { deskFigures } from "../../../domain/portfolio/news.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { toPlainJson } from "../../../domain/values/json.ts";
import { money, quantity, type Asset, type InstrumentId } from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { aim, instrument, mark, only, strategy, types, units } from "./words.ts";

const COIN = "sandbox:BTC/USD:BTC" as InstrumentId;
const contract = instrument("BTC/USD:BTC", {
  ...{ quote: "BTC" as Asset, contractSize: quantity("100"), notionalMin: money("0") },
  ...{ lotSize: quantity("1"), quantityMin: quantity("1"), makerBps: 0, takerBps: 0 },
});
const at = (last: string) => ({ [COIN]: mark(last) });

/** a: 10 BTC, long 1,000 contracts from 50,000. b: 10 BTC. */
const open = () => {
  const turns = new Turns().open({ BTC: "30" }, contract).allot("a", "10", "BTC").allot("b", "10", "BTC");
  const { order, sent } = only(turns.propose("a", [aim(0.2, COIN)], at("50000")), "OrderPlaced");
  expect(sent).toMatchObject({ side: "buy", quantity: units("1000") });
  const notional = money("2");
  turns.turn(turns.fill(order, "1000", "50000", { notional, feeAsset: "BTC" as Asset, fee: money("0.001") }));
  return turns;
};

it("a long brings the coins that it owes; worth, profit and exposure are told at the mark", () => {
  const turns = open();
  // Of the 12 less the fee, 2 are owed and 2 are its margin at once.
  expect([turns.cash("a", "BTC"), turns.free("a", "BTC")]).toEqual(["11.999", "7.999"]);
  turns.propose("a", [], at("62500"));
  turns.propose("b", [aim(0.01, COIN)], at("62500"));
  const plain = JSON.parse(toPlainJson(portfolioView(turns.state))) as ReturnType<typeof portfolioView>;
  // 2 - 100 * 1,000 / 62,500 gained, the fee paid.
  expect(plain.strategies.find((book) => book.strategy === "a")).toMatchObject({
    equity: { BTC: "10.399" },
    realised: { BTC: "-0.001" },
    unrealised: { BTC: "0.4" },
    positions: [{ quantity: "1000", averagePrice: "50000", value: "1.6" }],
  });
  expect(plain.accounts).toMatchObject([{ unaccounted: {} }]);
  expect(deskFigures(turns.state, strategy("a"), [COIN])).toMatchObject({
    ...{ equity: 10.399, positions: [1000] },
    exposures: [1.6 / 10.399],
  });
});

it("opposite wishes meet inside, the account's coins do not move", () => {
  const turns = open();
  const before = turns.balance("BTC");
  const quoted = at("40000");
  // b's 10 BTC at 40,000, a quarter: 1,000 contracts worth 2.5, which a sells.
  const events = turns.turn(
    turns.proposal("a", [aim(0, COIN)], quoted),
    turns.proposal("b", [aim(0.25, COIN)], quoted),
  );
  expect(types(events)).toContain("Crossed");
  expect(only(events, "Crossed")).toMatchObject({ notional: units("2.5"), quantity: units("1000") });
  expect(turns.balance("BTC")).toBe(before);
  // a lost 0.5 and the fee; b holds what it owes 2.5 for.
  expect([turns.cash("a", "BTC"), turns.cash("b", "BTC")]).toEqual(["9.499", "12.5"]);
  expect(turns.position("a", COIN)).toEqual({ quantity: "0", cost: "0", realised: "-0.501" });
  expect(turns.position("b", COIN)).toEqual({ quantity: "1000", cost: "2.5", realised: "0" });
});
