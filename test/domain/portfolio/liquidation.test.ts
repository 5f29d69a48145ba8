/** What the venue closes by force: booked on who holds it, its orders and stops ended, told with its reason, and entries halted where the plan says so. */
import { describe, expect, it } from "vitest";
import type { Fill } from "../../../domain/order/order.ts";
import type { PortfolioCommand } from "../../../domain/portfolio/commands.ts";
import { updatesFor } from "../../../domain/portfolio/news.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseRiskPlan } from "../../../domain/risk/plan.ts";
import { money, price, quantity, toFloat, type InstrumentId } from "../../../domain/values/values.ts";
import { fillAll } from "./planned.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, instrument, mark, of, only, time } from "./words.ts";

const CONTRACT = "sandbox:BTC/USDT:USDT" as InstrumentId;

/** Of 2,000 USDT each: `a` long 40 at 100, `b` long 20, five times their margin. */
const two = (plan: object = {}): Turns => {
  const turns = new Turns({ collarPercent: 2 });
  const risk = parseRiskPlan(plan);
  turns.turn({
    type: "SetRules",
    limits: parseLimits({ collarPercent: 2 }),
    balanceSettleMs: 5_000,
    ...(risk && { risk }),
    at: time(turns.now),
  });
  const listed = {
    ...instrument("BTC/USDT"),
    id: CONTRACT,
    symbol: "BTC/USDT:USDT",
    takerBps: 0,
    makerBps: 0,
  };
  turns
    .open({ USDT: "10000" }, { ...listed, leverage: 5 })
    .allot("a", "2000")
    .allot("b", "2000");
  const marks = { [CONTRACT]: mark("100") };
  turns.propose(
    "a",
    [aim(2, CONTRACT), { type: "protect", instrument: CONTRACT, stopPrice: 85, reason: "t" }],
    marks,
  );
  turns.propose("b", [aim(1, CONTRACT)], marks);
  fillAll(turns, marks);
  expect(held(turns)).toEqual({ a: 40, b: 20 });
  return turns;
};

/** What the account's position looks like to the venue. */
const standing = (turns: Turns) => portfolioView(turns.state).accounts[0]!.contracts!;

const held = (turns: Turns): Record<string, number> =>
  Object.fromEntries(
    portfolioView(turns.state).strategies.flatMap(({ strategy, positions }) =>
      positions
        .filter((one) => one.quantity !== 0n)
        .map((one) => [strategy, Number(one.quantity / 10n ** 18n)]),
    ),
  );

const forced = (tradeId: string, size: string, at: string, ms: number): PortfolioCommand => ({
  type: "RecordLiquidation",
  fill: {
    tradeId,
    account: ACCOUNT,
    instrument: CONTRACT,
    order: "autoclose-1",
    side: "sell",
    price: price(at),
    quantity: quantity(size),
    notional: money(String(Number(size) * Number(at))),
    fee: money("3"),
    feeAsset: "USDT",
    liquidity: "taker",
    forced: true,
    at: time(ms),
  } as unknown as Fill,
});

describe("a liquidation", () => {
  it("is foretold for what all strategies of the account hold together", () => {
    const [one, ...others] = standing(two());
    expect(others).toEqual([]);
    expect(one).toMatchObject({
      ...{ instrument: CONTRACT, quantity: quantity("60"), averagePrice: price("100"), mark: price("100") },
      ...{ margin: money("1200"), unrealised: 0n },
    });
    // Entry (1 - 1/5) / (1 - 0.005).
    expect(toFloat(one!.liquidationPrice!)).toBeCloseTo(80 / 0.995, 9);
    expect(one!.liquidationDistance).toBeCloseTo(1 - 0.8 / 0.995, 9);
  });

  it("closes what is held in proportion, ends its stop, is told with its reason, and is counted once", () => {
    const turns = two();
    const stop = [...turns.state.orders.values()].find(({ protects }) => protects)!;
    expect(stop.order).toMatchObject({ side: "sell", reduceOnly: true });
    const events = turns.turn(forced("l1", "30", "84", 2_000));
    // Of 60 half: 20 of a's 40, 10 of b's 20.
    expect(held(turns)).toEqual({ a: 20, b: 10 });
    expect(of(events, "CancelRequested")).toMatchObject([{ order: stop.order.id, why: "liquidation" }]);
    const told = updatesFor(only(events, "Liquidated"));
    expect(told.map(({ strategy, update }) => [strategy, update.tag, update.reason, update.filled])).toEqual([
      ["a", "liquidation", "liquidation", 20],
      ["b", "liquidation", "liquidation", 10],
    ]);
    expect(turns.turn(forced("l1", "30", "84", 2_000))).toEqual([]);
    turns.turn(forced("l2", "30", "83", 2_001));
    expect(held(turns)).toEqual({});
    const view = portfolioView(turns.state);
    expect(view.counters.liquidations).toBe(2);
    expect(view.halted).toBeNull();
    // 60 bought at 100, 30 sold at 84 and 30 at 83, 6 of fees: 10,000 - 480 - 510 - 6.
    expect(view.equity["USDT"]).toBe(money("9004"));
    expect(portfolioView(load(save(turns.state))).counters.liquidations).toBe(2);
  });

  it("halts entries where the plan says so, once, until somebody resumes", () => {
    const turns = two({ haltOnLiquidation: true });
    const events = turns.turn(forced("l1", "60", "84", 2_000));
    const reason = "liquidation: 60 sandbox:BTC/USDT:USDT at 84";
    expect(only(events, "Halted")).toMatchObject({ level: "entries", by: "risk", reason });
    turns.turn({ type: "Resume", by: "me", at: time(3_000) });
    const marks = { [CONTRACT]: mark("84") };
    const after = turns.propose("b", [aim(0.5, CONTRACT)], marks);
    expect(of(after, "Halted")).toEqual([]);
    expect(only(after, "OrderApproved").order.side).toBe("buy");
    // Recovered from the journal it is the same: nothing is halted for what was resumed.
    const again = new Turns({ collarPercent: 2 });
    for (const event of turns.journal) again.decider.evolve(again.state, event);
    again.now = 4_000;
    expect(of(again.turn({ type: "KeepStops", at: time(4_000) }), "Halted")).toEqual([]);
    expect(again.state.halt).toBeUndefined();
  });
});
