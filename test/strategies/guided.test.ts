/** Rules guided by predictions: what a veto, a vote and a scale leave of a wish, by figures; what is missing or stale; caps and rates. */
import { describe, expect, it } from "vitest";
import { guidedBy } from "../../domain/strategy/guided.ts";
import { judge, parseGuidance } from "../../domain/strategy/guidance.ts";
import { parsePredictions } from "../../domain/strategy/predictions.ts";
import type { Saved, Strategy } from "../../domain/strategy/strategy.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import { grid } from "../../strategies/grid.ts";
import { strategies } from "../../strategies/index.ts";
import { refused } from "../refused.ts";
import { MINUTE, START } from "../simulation/backtest/scripted.ts";
import { candlesOf, lively, runOn, walk } from "./markets.ts";
import { renewed } from "./renewed.ts";

type Row = readonly [minute: number, score: number, confidence: number];
const csv = (rows: readonly Row[]): string =>
  [
    "ts_ms,symbol,score,confidence",
    ...rows.map(([k, score, confidence]) => [START + k * MINUTE, "A/USDT", score, confidence].join(",")),
  ].join("\n");
const source = (...rows: readonly Row[]) => parsePredictions(csv(rows), "file");

/** Wishes a half from the third candle on, and nothing from the twentieth. */
const rule: Strategy = {
  name: "rule",
  about: "For tests.",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => {
    let told = 0;
    return {
      onCandle: (_, i, __, desk) => {
        told += 1;
        if (told === 3) desk.aim(i, 0.5, "in");
        if (told === 20) desk.aim(i, 0, "out");
      },
      save: () => ({ told }),
      load: (saved) => (told = saved["told"] as number),
    };
  },
};
const flat = [candlesOf(Array.from({ length: 30 }, () => 100))];
/** `minute side part reason` of each order, the part being of the 1,000 at the start. */
const traded = (raw: object, ...rows: readonly Row[]) => {
  const guide = { guidance: parseGuidance(raw, "guide"), source: source(...rows) };
  return runOn(guidedBy(rule, guide), {}, { tables: flat }).orders.map(
    ({ at, side, filled, reason }) =>
      `${(at - START) / MINUTE} ${side} ${Number((filled / 10).toFixed(3))} ${reason}`,
  );
};

describe("a rule guided by predictions", () => {
  it.each([
    // mode, score, confidence, direction, what is left
    ["veto", -0.4, 0.5, 1, 0],
    ["veto", -0.4, 0.49, 1, 1],
    ["veto", -0.4, 0.5, -1, 1],
    ["veto", 0, 1, 1, 1],
    // (1 - 0.5) + 0.5 * agreement of at least 0.5: any agreement, and none the other way.
    ["vote", 0.1, 0.1, 1, 1],
    ["vote", -0.1, 0.1, 1, 0],
    ["scale", 0.8, 0.5, 1, 0.4],
    ["scale", 0.8, 0.5, -1, 0],
  ])("%s: score %f, confidence %f, direction %i leaves %f", (mode, score, confidence, direction, part) => {
    const judged = judge(parseGuidance({ mode }, "guide"), { at: 0, score, confidence }, direction, 1);
    expect(judged.part).toBeCloseTo(part, 12);
    expect(judged.why).toBe(part > 0 ? "model-agrees" : "model-against");
  });

  it("enters when the model no longer looks the other way, and leaves when the rule does", () => {
    expect(traded({}, [0, -1, 1], [9, 0.2, 1])).toEqual(["9 buy 0.5 in, model-agrees", "20 sell 0.5 out"]);
  });

  it("is of the part that the model agrees with, and of no more than the cap", () => {
    expect(traded({ mode: "scale" }, [0, 0.5, 0.5])[0]).toBe("3 buy 0.125 in, model-agrees");
    expect(traded({ cap: 0.1 }, [0, 1, 1])[0]).toBe("3 buy 0.1 in, model-agrees");
  });

  it("without a prediction goes by the rule, waits, or leaves, as was chosen, and says why", () => {
    expect(traded({ without: "rule" })).toEqual(["3 buy 0.5 in, model-missing", "20 sell 0.5 out"]);
    expect(traded({ without: "no-entries" })).toEqual([]);
    // Five minutes old at the candle that ends after the sixth minute: in at 3, out when it is stale, in again with the next.
    expect(traded({ without: "exit", staleMs: 5 * MINUTE }, [1, 1, 1], [9, 1, 1], [14, 1, 1])).toEqual([
      "3 buy 0.5 in, model-agrees",
      "7 sell 0.5 model-stale",
      "9 buy 0.5 in, model-agrees",
      "20 sell 0.5 out",
    ]);
  });

  it("never knows a prediction before its time", () => {
    const made = source([5, 1, 1], [6, -1, 1]);
    expect(made.latest("A/USDT", START + 5 * MINUTE - 1)).toBeUndefined();
    expect(made.latest("A/USDT", START + 6 * MINUTE - 1)?.score).toBe(1);
    expect(made.latest("A/USDT", START + 6 * MINUTE)?.score).toBe(-1);
    expect(made.latest("B/USDT", START + 6 * MINUTE)).toBeUndefined();
  });

  it("believes the newest, whether read or told while it runs, and remembers what it was told", () => {
    const guide = { guidance: parseGuidance({}, "guide"), source: source([0, 1, 1], [9, 1, 1]) };
    const decided = (at: number, saved: boolean) => {
      const guided = guidedBy(rule, guide);
      const start: Strategy["start"] = (params, market) => {
        let trader = guided.start(params, market);
        const told = [trader.predicted!("A/USDT", { at, score: -1, confidence: 1 })];
        told.push(trader.predicted!("A/USDT", { at, score: 1, confidence: 1 }));
        expect(told).toEqual([true, false]);
        if (saved) {
          const kept = fromJson(toJson(trader.save())) as Saved;
          trader = guided.start(params, market);
          trader.load(kept);
        }
        return trader;
      };
      return runOn({ ...guided, start }, {}, { tables: flat }).orders.map((one) => (one.at - START) / MINUTE);
    };
    for (const saved of [false, true]) {
      // Against it from minute 2 until the file's next at 9; not known yet; older than the file's.
      expect(decided(START + 2 * MINUTE, saved)).toEqual([9, 20]);
      expect(decided(START + 4 * MINUTE, saved)).toEqual([3, 20]);
      expect(decided(START - MINUTE, saved)).toEqual([3, 20]);
    }
  });

  it("places so many entries an hour and no more, and sells all the same", () => {
    const closes = Array.from({ length: 241 }, (_, k) => 100 + 4.6 * Math.sin((2 * Math.PI * k) / 60));
    const params = { mode: "neutral", lower: 95, upper: 105, cells: 10 };
    const guide = (raw: object) => ({ guidance: parseGuidance(raw, "guide"), source: source([0, 1, 1]) });
    const run = (raw: object) => runOn(guidedBy(grid, guide(raw)), params, { tables: [candlesOf(closes)] });
    const buys = (raw: object) => run(raw).orders.filter(({ side }) => side === "buy").length;
    const free = { staleMs: 1e9 };
    expect(buys(free)).toBeGreaterThan(30);
    // Five an hour over four hours, and a last one at their end.
    const few = buys({ ...free, entriesPerHour: 5 });
    expect(few).toBeLessThanOrEqual(25);
    expect(few).toBeGreaterThan(10);
    expect(run({ ...free, entriesPerHour: 5 }).orders.some(({ side }) => side === "sell")).toBe(true);
    // Sizes of a cell are some 9.5 percent of equity; the cap leaves one and a half of them.
    const capped = run({ ...free, cap: 0.15 });
    expect(Math.max(...capped.orders.map(({ quantity, price }) => quantity * price))).toBeLessThan(151);
  });

  it.each([...strategies].filter(([name]) => !name.includes("arbitrage")))(
    "%s goes on after save and load with the same decisions",
    (name, strategy) => {
      const tables = [0, 1].map((i) => candlesOf(walk(`guided ${i}`, 400), 0.001));
      const rows = Array.from(
        { length: 40 },
        (_, k) => [k * 10, Math.sin(k), Math.abs(Math.cos(k))] as const,
      );
      const guide = {
        guidance: parseGuidance({ without: "exit", staleMs: 15 * MINUTE, entriesPerHour: 10 }, "guide"),
        source: source(...rows),
      };
      const guided = guidedBy(strategy, guide);
      const decided = (one: Strategy) =>
        runOn(one, lively[name] ?? {}, { tables }).orders.map(({ at, pair, side, quantity, tag }) =>
          [at, pair, side, quantity, tag].join(" "),
        );
      expect(decided(renewed(guided, (event) => event % 97 === 0))).toEqual(decided(guided));
    },
  );

  it("refuses what is no guidance and no prediction, by name", () => {
    expect(refused(() => parseGuidance({ mode: "maybe" }, "guide"))).toBe("guide.mode");
    expect(refused(() => parseGuidance({ cap: 11 }, "guide"))).toBe("guide.cap");
    expect(refused(() => parseGuidance({ entriesPerHour: 0.5 }, "guide"))).toBe("guide.entriesPerHour");
    expect(refused(() => parseGuidance({ wether: 1 }, "guide"))).toBe("guide.wether");
    expect(refused(() => parsePredictions("ts,score\n", "file"))).toBe("file:1");
    expect(refused(() => source([0, 2, 1]))).toBe("file:2.score");
    expect(refused(() => source([0, 1, 1], [0, 1, 1]))).toBe("file:3.ts_ms");
    expect(refused(() => source([0, 1, -1]))).toBe("file:2.confidence");
    expect(refused(() => parsePredictions(`${csv([])}\n1,A/USDT,,1`, "file"))).toBe("file:2.score");
  });
});
