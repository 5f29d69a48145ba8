/** A hedge at its desk, event by event: partial fills, refusals, timers, what is told as unhedged. */
import { describe, expect, it } from "vitest";
import { TraderDesk } from "../../../domain/strategy/desk.ts";
import { parseHedge } from "../../../domain/strategy/hedge.ts";
import { hedgedBy } from "../../../domain/strategy/hedged.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { Bench, heard, HEDGE, MAIN, market, puppet, script, START, symbols } from "./hedge-bench.ts";

describe("a hedge", () => {
  it("follows what was filled, in parts, with one order at a time, and ends with the other leg", () => {
    const bench = new Bench();
    expect(bench.asks).toEqual([]);
    bench.hold(MAIN, 3);
    bench.news(1_000, MAIN, "aim", "partial", 3);
    expect(bench.orders).toEqual(["sell 3 hedge@1 #1"]);
    // More of the main leg while it is out: no second order.
    bench.hold(MAIN, 5);
    bench.news(1_100, MAIN, "aim", "partial", 5);
    expect(bench.orders).toEqual([]);
    bench.hold(HEDGE, -1);
    bench.news(1_200, HEDGE, "hedge@1 #1", "partial", 1);
    expect(bench.orders).toEqual([]);
    bench.moved();
    // It ends short: the rest, and what came since.
    bench.news(1_300, HEDGE, "hedge@1 #1", "expired", 1);
    bench.timer(3_300);
    expect(bench.orders).toEqual(["sell 4 hedge@1 #2"]);
    bench.hold(HEDGE, -5);
    bench.news(3_400, HEDGE, "hedge@1 #2", "filled", 4);
    bench.candles(1);
    expect(bench.orders).toEqual([]);
    bench.hold(MAIN, 0);
    bench.news(61_000, MAIN, "aim", "filled", 5);
    expect(bench.orders).toEqual(["buy 5 hedge@1 #3"]);
    // Three at 100 from 1.0 s, four at 3.3 s, to 3.4 s; then five the other way.
    const { seconds, peakNotional, base } = bench.trader.unhedged!((START + 62_000) as Timestamp);
    expect([seconds, peakNotional, base]).toEqual([2.4 + 1, 500, -5]);
    // The strategy sees its own instrument and its own orders.
    expect(heard.filter((one) => one.includes("hedge") || one.startsWith("1 "))).toEqual([]);
  });

  it("that is refused is tried again, and after hedgeMs what it lacks is sold, and nothing entered for a while", () => {
    const bench = new Bench({ hedgeMs: 10_000, pauseMs: 120_000 });
    bench.hold(MAIN, 10);
    bench.desk.open = [{ i: MAIN, tag: "more", side: "buy", price: 90, remaining: 1 }];
    bench.news(0, MAIN, "aim", "filled", 10);
    expect(bench.orders).toEqual(["sell 10 hedge@1 #1"]);
    bench.news(100, HEDGE, "hedge@1 #1", "blocked", 0, "contract-terms");
    expect([bench.orders, Math.min(...bench.wakes)]).toEqual([[], 2_100]);
    bench.timer(2_100);
    expect(bench.orders).toEqual(["sell 10 hedge@1 #2"]);
    // Four are filled, and no more.
    bench.hold(HEDGE, -4);
    bench.news(2_200, HEDGE, "hedge@1 #2", "expired", 4);
    expect(bench.orders).toEqual(["sell 6 hedge@1 #3"]);
    bench.news(2_300, HEDGE, "hedge@1 #3", "refused", 0, "no");
    bench.timer(9_000);
    expect(bench.orders).toEqual(["sell 6 hedge@1 #4"]);
    bench.news(9_100, HEDGE, "hedge@1 #4", "blocked", 0, "contract-terms");
    bench.moved();
    bench.timer(10_000);
    expect(bench.orders).toEqual(["cancel more", "aim 0.0400 hedge-failed"]);
    bench.desk.open = [];
    bench.hold(MAIN, 4);
    bench.news(10_100, MAIN, "aim", "filled", 6);
    expect(bench.orders).toEqual([]);
    // An entry waits two minutes; an order is told as held back.
    script.asked = (desk) => {
      desk.aim(MAIN, 0.5, "more");
      desk.place({ i: MAIN, side: "buy", type: "limit", price: 90, quantity: 1 }, "bid");
    };
    bench.candles(1);
    expect(bench.orders).toEqual([]);
    expect(heard.at(-1)).toBe("bid blocked hedge-failed");
    bench.moved();
    bench.candles(2);
    expect(bench.orders).toEqual([]);
    bench.candles(3);
    expect(bench.orders).toEqual(["aim 0.5000 more"]);
  });

  it("that has failed lets the strategy's last wish stand again after the pause", () => {
    const bench = new Bench({ pauseMs: 120_000 });
    script.asked = (desk) => desk.aim(MAIN, 0.1, "in");
    bench.candles(0);
    expect(bench.orders).toEqual(["aim 0.1000 in"]);
    bench.hold(MAIN, 10);
    bench.news(0, MAIN, "aim", "filled", 10);
    bench.news(0, HEDGE, "hedge@1 #1", "blocked", 0, "halted");
    bench.timer(9_000);
    bench.news(10_000, HEDGE, "hedge@1 #2", "blocked", 0, "halted");
    expect(bench.orders).toEqual(["aim 0.0000 hedge-failed"]);
    bench.hold(MAIN, 0);
    bench.news(10_100, MAIN, "aim", "filled", 10);
    bench.candles(2);
    expect(bench.orders).toEqual([]);
    bench.candles(3);
    expect(bench.orders).toEqual(["aim 0.1000 in"]);
  });

  it("that is refused is waited for where that was chosen", () => {
    const bench = new Bench({ onFail: "hold" });
    bench.hold(MAIN, 10);
    bench.news(0, MAIN, "aim", "filled", 10);
    bench.news(0, HEDGE, "hedge@1 #1", "blocked", 0, "halted");
    for (let at = 2_000; at <= 60_000; at += 2_000) {
      bench.timer(at);
      expect(bench.orders.every((one) => one.startsWith("sell 10 "))).toBe(true);
      const [order] = bench.orders;
      if (order !== undefined) bench.news(at, HEDGE, order.slice(8), "blocked", 0, "halted");
    }
    expect(bench.trader.unhedged!((START + 60_000) as Timestamp)).toMatchObject({ seconds: 60, base: 10 });
  });

  it("takes smaller orders where the money does not suffice", () => {
    const bench = new Bench();
    bench.hold(MAIN, 8);
    bench.news(0, MAIN, "aim", "filled", 8);
    bench.news(0, HEDGE, "hedge@1 #1", "blocked", 0, "capital");
    expect(bench.orders).toEqual(["sell 4 hedge@1 #2"]);
    bench.news(0, HEDGE, "hedge@1 #2", "blocked", 0, "capital");
    expect(bench.orders).toEqual(["sell 2 hedge@1 #3"]);
    bench.hold(HEDGE, -2);
    bench.news(0, HEDGE, "hedge@1 #3", "filled", 2);
    expect(bench.orders).toEqual(["sell 6 hedge@1 #4"]);
  });

  it("leaves the strategy its timer", () => {
    const bench = new Bench();
    script.asked = (desk) => desk.wake((START + 80_000) as Timestamp);
    bench.candles(1);
    bench.moved();
    bench.timer(70_000);
    expect(heard.some((one) => one.startsWith("timer"))).toBe(false);
    expect(bench.wakes).toEqual([80_000]);
    bench.timer(80_000);
    expect(heard.at(-1)).toBe("timer 80000");
  });

  it("asks for nothing while the desk is mute", () => {
    const bench = new Bench();
    bench.desk.mute = true;
    bench.hold(MAIN, 3);
    bench.news(1_000, MAIN, "aim", "filled", 3);
    expect(bench.asks).toEqual([]);
    bench.desk.mute = false;
    bench.candles(1);
    expect(bench.orders).toEqual(["sell 3 hedge@1 #1"]);
  });

  it("lets the strategy have so much that both legs fit", () => {
    const part = (hedge: object, leverages: readonly number[]): number => {
      const strategy = hedgedBy(puppet, parseHedge({ with: symbols[1], ...hedge }, "hedge"));
      const own = market.map((one, i) => ({ ...one, leverage: leverages[i]! }));
      const trader = strategy.start({}, own);
      const desk = new TraderDesk(2);
      desk.equity = 1_000;
      let seen = 0;
      script.asked = (inner) => (seen = inner.equity);
      const candle = { open: 1, high: 1, low: 1, close: 1, volume: 1, trades: 1, final: true };
      trader.onCandle({ openAt: START as Timestamp, ...candle }, 0, "1m", desk);
      return seen / 1_000;
    };
    expect(part({}, [1, 1])).toBe(0.48);
    expect(part({}, [3, 3])).toBe(1);
    expect(part({ share: 0.5 }, [1, 5])).toBeCloseTo(0.96 / 1.1, 12);
    expect(part({ ratio: "beta", ratioMax: 2 }, [1, 1])).toBeCloseTo(0.32, 12);
  });
});
