import { describe, expect, it } from "vitest";
import type { Ask } from "../../../domain/portfolio/commands.ts";
import { decimal, format } from "../../../domain/values/values.ts";
import { toJson } from "../../../domain/values/json.ts";
import { ETH, fillAll, HOUR, SOL, under } from "./planned.ts";
import type { Turns } from "./turns.ts";
import { aim, BTC, limit, mark, of, only, time } from "./words.ts";

const MINUTE = 60_000;

const buy = (turns: Turns, name: string, exposure: number, prices: Record<string, string>, id = BTC) => {
  const marks = Object.fromEntries(Object.entries(prices).map(([each, last]) => [each, mark(last)]));
  const events = turns.propose(name, [aim(exposure, id)], marks);
  fillAll(turns, marks);
  return of(events, "OrderRefused").map(({ rule, asked, max }) => `${rule} ${format(asked)} ${format(max)}`);
};

describe("a portfolio under a risk plan", () => {
  it("caps gross, net, asset and strategy at parts of all equity", () => {
    const prices = { [BTC]: "100", [ETH]: "100" };
    // Two strategies of 1,000: equity 2,000.
    const turns = under({ exposure: { gross: 0.5, strategy: 0.4, asset: 0.3 } }, "a", "b");
    expect(buy(turns, "a", 0.5, prices)).toEqual([]);
    // 500 + 200 of BTC: 700 > 600
    expect(buy(turns, "b", 0.2, prices)).toEqual(["asset-exposure 700 600"]);
    expect(buy(turns, "a", 0.4, prices, ETH)).toEqual(["strategy-exposure 900 800"]);
    expect(buy(turns, "b", 0.6, prices, ETH)).toEqual(["gross-exposure 1100 1000"]);
    expect(buy(turns, "b", 0.5, prices, ETH)).toEqual([]);
    // Out again, whatever the plan says.
    expect(buy(turns, "a", 0, prices)).toEqual([]);
    expect(turns.position("a").quantity).toBe("0");
  });

  it("takes an unknown instrument for like any other, and a known one by its cluster", () => {
    const turns = under({ exposure: { cluster: 0.3 }, timeframe: "1h" });
    const prices = (btc: number, eth: number, sol: number) => ({
      [BTC]: String(btc),
      [ETH]: String(eth),
      [SOL]: String(sol),
    });
    expect(buy(turns, "a", 0.3, prices(100, 100, 100))).toEqual([]);
    expect(buy(turns, "a", 0.1, prices(100, 100, 100), SOL)).toEqual(["cluster-exposure 400 300"]);
    // BTC and ETH move together, SOL for itself.
    let last = prices(100, 100, 100);
    for (let bar = 0; bar < 60; bar += 1) {
      turns.now += HOUR;
      const [up, other] = [bar % 2 === 0 ? 101 : 100, bar % 4 < 2 ? 101 : 100];
      last = prices(up, up, other);
      turns.propose("a", [], Object.fromEntries(Object.entries(last).map(([id, at]) => [id, mark(at)])));
    }
    expect(buy(turns, "a", 0.1, last, ETH)[0]).toMatch(/^cluster-exposure/);
    expect(buy(turns, "a", 0.1, last, SOL)).toEqual([]);
  });

  it("counts orders and cancels for each fill: too many of them, and entries wait until the window has passed", () => {
    const turns = under({ controls: { orderToTrade: { max: 3, minutes: 10, free: 4 } } });
    const prices = { [BTC]: "100" };
    const marks = { [BTC]: mark("100") };
    const quote = (tag: string) => turns.propose("a", [limit("buy", 1, 99, { tag })], marks);
    const withdraw = (tag: string) => {
      turns.propose("a", [{ type: "cancel", tag }], marks);
      for (const { order } of [...turns.state.orders.values()])
        turns.turn(turns.report(order.id, "cancelled"));
    };
    const refused = (events: ReturnType<typeof quote>) =>
      of(events, "OrderRefused").map(({ rule, asked, max }) => `${rule} ${format(asked)} ${format(max)}`);
    // One order and one fill; then 2, 3 and 4, 5 messages for that fill.
    expect(buy(turns, "a", 0.1, prices)).toEqual([]);
    expect(refused(quote("one"))).toEqual([]);
    withdraw("one");
    expect(refused(quote("two"))).toEqual([]);
    withdraw("two");
    expect(refused(quote("three"))).toEqual(["order-to-trade 6 3"]);
    // An exit passes, and is a message and a fill of its own: 7 for 2 of them with the next.
    expect(buy(turns, "a", 0, prices)).toEqual([]);
    expect(refused(quote("four"))).toEqual(["order-to-trade 3.5 3"]);
    turns.now += 11 * MINUTE;
    expect(refused(quote("five"))).toEqual([]);
  });

  it("locks by guards, journals the lock once, and tells the rule", () => {
    const turns = under({
      timeframe: "5m",
      protections: [{ method: "CooldownPeriod", stop_duration_candles: 2 }],
    });
    const prices = { [BTC]: "100" };
    buy(turns, "a", 0.5, prices);
    turns.now += MINUTE;
    buy(turns, "a", 0, prices);
    const [lock] = of(turns.journal, "EntriesLocked");
    expect(lock).toMatchObject({ number: 1, rule: "cooldown-period", instrument: BTC, side: "*" });
    expect(new Date(lock!.until).toISOString()).toBe("2026-01-05T12:15:00.000Z");
    turns.now += 10 * MINUTE;
    expect(buy(turns, "a", 0.5, prices)[0]).toMatch(/^cooldown-period/);
    turns.now += 4 * MINUTE;
    expect(buy(turns, "a", 0.4, prices)).toEqual([]);
    expect(of(turns.journal, "EntriesLocked")).toHaveLength(1);
    expect(turns.state.counters.locks.get("cooldown-period")).toBe(1);
  });

  it("stops entries for the local day after a daily loss, and halts after a drawdown until somebody resumes", () => {
    const turns = under({ dailyLoss: { max: 0.1, timeZone: "Asia/Tokyo" }, drawdown: 0.2 });
    buy(turns, "a", 0.9, { [BTC]: "100" });
    turns.now += MINUTE;
    // 9 BTC from 100 to 88: 108 of 1,000 lost
    const fallen = { [BTC]: "88" };
    expect(buy(turns, "a", 0.95, fallen)[0]).toMatch(/^daily-loss/);
    expect(only(turns.journal, "EntriesLocked")).toMatchObject({ rule: "daily-loss", instrument: "*" });
    // Midnight in Tokyo is 15:00 UTC.
    turns.now = Date.UTC(2026, 0, 5, 15, 1);
    expect(buy(turns, "a", 0.92, fallen)).toEqual([]);
    turns.now += MINUTE;
    expect(buy(turns, "a", 0.99, { [BTC]: "75" })[0]).toMatch(/^(drawdown|daily-loss)/);
    expect(turns.state.halt).toMatchObject({ level: "entries", by: "risk" });
    // Out is always open.
    expect(buy(turns, "a", 0, { [BTC]: "75" })).toEqual([]);
    expect(turns.position("a").quantity).toBe("0");
    turns.now += 24 * HOUR;
    turns.turn({ type: "Resume", by: "a person", at: time(turns.now) });
    expect(buy(turns, "a", 0.5, { [BTC]: "75" })).toEqual([]);
  });

  it("sizes an aim when a position opens and keeps the factor until it is flat", () => {
    const turns = under({ sizing: { method: "fixed-fractional", risk: 0.01, stop: 0.05 } });
    buy(turns, "a", 1, { [BTC]: "100" });
    // 0.01 / 0.05 = a fifth of 1,000
    expect(turns.position("a").quantity).toBe("2");
    expect(only(turns.journal, "AimSized")).toMatchObject({
      method: "fixed-fractional",
      asked: 1,
      factor: 0.2,
    });
    buy(turns, "a", 0.5, { [BTC]: "100" });
    expect(turns.position("a").quantity).toBe("1");
    expect(of(turns.journal, "AimSized")).toHaveLength(1);
  });

  it("gives a method that knows too little its other factor", () => {
    const turns = under({ sizing: { method: "atr", otherwise: 0.1 } });
    buy(turns, "a", 1, { [BTC]: "100" });
    expect(turns.position("a").quantity).toBe("1");
  });

  it("lets a stop only come nearer", () => {
    const turns = under({ stopsNeverLoosen: true });
    buy(turns, "a", 0.5, { [BTC]: "100" });
    const protect = (stopPrice: number | undefined): Ask => ({
      type: "protect",
      instrument: BTC,
      reason: "stop",
      ...(stopPrice === undefined ? {} : { stopPrice }),
    });
    turns.propose("a", [protect(90)]);
    expect(only(turns.propose("a", [protect(89)]), "OrderRefused")).toMatchObject({ rule: "stop-loosened" });
    expect(of(turns.propose("a", [protect(undefined)]), "ProtectionSet")).toEqual([]);
    expect(only(turns.propose("a", [protect(91)]), "ProtectionSet").stopPrice).toBe(decimal("91"));
  });

  it("caps what a model drives, in value and in orders an hour", () => {
    const turns = under(
      { controls: { models: { strategies: ["a"], exposure: 0.5, ordersPerHour: 2 } } },
      "a",
      "b",
    );
    const prices = { [BTC]: "100", [ETH]: "100", [SOL]: "100" };
    expect(buy(turns, "a", 0.6, prices)).toEqual(["model-exposure 600 500"]);
    expect(buy(turns, "b", 0.6, prices)).toEqual([]);
    expect(buy(turns, "a", 0.1, prices)).toEqual([]);
    expect(buy(turns, "a", 0.1, prices, ETH)).toEqual([]);
    expect(buy(turns, "a", 0.1, prices, SOL)).toEqual(["model-rate 3 2"]);
    turns.now += HOUR;
    expect(buy(turns, "a", 0.11, prices, SOL)).toEqual([]);
  });

  it("limits what may be lost: unknown, value at risk, stress", () => {
    const turns = under({
      tail: { method: "historical", confidence: 0.95, valueAtRisk: 0.01 },
      stress: [{ name: "crash", shocks: { "*": -0.5 }, max: 0.2 }],
    });
    expect(buy(turns, "a", 0.1, { [BTC]: "100" })).toEqual(["no-history 0 20"]);
    let last = 100;
    for (let bar = 0; bar < 60; bar += 1) {
      turns.now += HOUR;
      last = bar % 2 === 0 ? 102 : 100;
      turns.propose("a", [], { [BTC]: mark(String(last)) });
    }
    // Every other bar loses 2 %: half of it is 1 %.
    expect(buy(turns, "a", 0.6, { [BTC]: String(last) })[0]).toMatch(/^value-at-risk 0.0117/);
    expect(buy(turns, "a", 0.45, { [BTC]: String(last) })).toEqual(["stress 0.225 0.2"]);
    expect(buy(turns, "a", 0.4, { [BTC]: String(last) })).toEqual([]);
  });

  it("is remembered by a snapshot and by the journal", () => {
    const turns = under({
      exposure: { cluster: 0.9 },
      dailyLoss: { max: 0.5 },
      sizing: { method: "volatility-target", otherwise: 0.3 },
      protections: [{ method: "ConsecutiveLosses", trade_limit: 1 }],
      controls: {
        cancelsPerMinute: 5,
        orderToTrade: { max: 40 },
        models: { strategies: ["a"], ordersPerHour: 99 },
      },
    });
    for (let bar = 0; bar < 30; bar += 1) {
      turns.now += HOUR;
      buy(turns, "a", bar % 3 === 0 ? 0 : 0.5, { [BTC]: String(100 - (bar % 5)) });
    }
    const saved = toJson(turns.decider.save(turns.state));
    const again = turns.decider.initial();
    for (const event of turns.journal) turns.decider.evolve(again, event);
    expect(toJson(turns.decider.save(again))).toBe(saved);
    expect(toJson(turns.decider.save(turns.decider.load(turns.decider.save(turns.state))))).toBe(saved);
  });
});
