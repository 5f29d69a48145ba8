/** Worked examples of grid and averaging: profits in closed form, of 1,000 at the start, 950 of which are used. */
import { describe, expect, it } from "vitest";
import { TraderDesk } from "../../domain/strategy/desk.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";
import type { Saved } from "../../domain/strategy/strategy.ts";
import { dcaLadder } from "../../strategies/dca-ladder.ts";
import { dcaTimetable } from "../../strategies/dca-timetable.ts";
import { grid } from "../../strategies/grid.ts";
import { refused } from "../refused.ts";
import { instrument } from "../simulation/backtest/scripted.ts";
import { candlesOf, runOn } from "./markets.ts";
import { candleAt } from "./trading.ts";

/** `cycles` and a quarter of a sine about 100, 120 minutes each: from the middle to a top. */
const sine = (cycles: number, amplitude: number): number[] =>
  Array.from({ length: cycles * 120 + 31 }, (_, k) => 100 + amplitude * Math.sin((2 * Math.PI * k) / 120));

describe("grid", () => {
  const params = { mode: "neutral", lower: 95, upper: 105, cells: 10 };

  it.each([0, 10])("on a sine earns the cells that are crossed, less fees of %i bps", (bps) => {
    const cycles = 5;
    const result = runOn(grid, params, {
      tables: [candlesOf(sine(cycles, 4.6))],
      makerBps: bps,
      takerBps: bps,
    });
    // Levels 95 to 105. From 95.4 to 104.6 cells 1 to 8 (bought at 96..103, sold at 97..104) go round once a cycle; cell 9
    // is bought at 104 in the first fall and never sold. The levels of all ten cells sum to 995, those of both sides of
    // cells 1 to 8 to 1,600.
    const fee = bps / 10_000;
    const quantity = 950 / (1 + fee) / 995;
    const rounds = cycles * quantity * (8 - 1_600 * fee);
    const held = quantity * (104.6 - 104 * (1 + fee));
    expect(result.equity.value.at(-1)).toBeCloseTo(1_000 + rounds + held, 8);
    expect(result.orders.filter(({ side, status }) => side === "sell" && status === "filled")).toHaveLength(
      8 * cycles,
    );
    expect(result.refusals).toEqual({});
  });

  it("geometric levels earn the same part of each cell", () => {
    const result = runOn(grid, { ...params, spacing: "geometric" }, { tables: [candlesOf(sine(3, 4.9))] });
    // All but the outermost levels are crossed: each round earns 95 * (ratio - 1).
    const ratio = (105 / 95) ** 0.1;
    const sells = result.orders.filter(({ side, status }) => side === "sell" && status === "filled");
    for (const { filled, averagePrice } of sells)
      expect(filled * averagePrice * (1 - 1 / ratio)).toBeCloseTo(95 * (ratio - 1), 8);
    expect(sells.length).toBe(3 * 8);
  });

  it("makes no cells narrower than two fees and the least profit", () => {
    const result = runOn(
      grid,
      { ...params, cells: 200, minProfitBps: 30 },
      { tables: [candlesOf(sine(1, 4.6))], makerBps: 10, takerBps: 10 },
    );
    // 10 / (105 * 0.005) = 19.05: nineteen cells.
    const levels = new Set(result.orders.filter(({ side }) => side === "buy").map(({ price }) => price));
    expect(Math.max(...levels)).toBeCloseTo(95 + (18 * 10) / 19, 8);
  });

  it("long begins with what the cells above sell, and holds nothing above them", () => {
    const closes = [100, 100, ...Array.from({ length: 60 }, (_, k) => 100 + k / 10)];
    const result = runOn(grid, { ...params, mode: "long" }, { tables: [candlesOf(closes)] });
    const quantity = 950 / 995;
    // Five cells at 100 to 104 are bought at 100 and sold at 101 to 105.
    expect(result.orders[0]).toMatchObject({
      tag: "open 0 #1",
      side: "buy",
      type: "market",
      averagePrice: 100,
    });
    expect(result.orders[0]!.filled).toBeCloseTo(5 * quantity, 8);
    const sold = quantity * (1 + 2 + 3 + 4 + 5);
    expect(result.equity.value.at(-1)).toBeCloseTo(1_000 + sold, 8);
  });

  it("climbs with a price above it, and sells all below its stop", () => {
    const up = Array.from({ length: 201 }, (_, k) => 100 + k / 10);
    const climbing = runOn(grid, { ...params, trailing: true }, { tables: [candlesOf(up)] });
    const bids = climbing.orders.filter(({ status }) => status === "open").map(({ price }) => price);
    // At 120 the price stands a step above the top of 119, so the grid goes up to 110..120.
    expect(Math.min(...bids)).toBeCloseTo(110, 8);
    const down = Array.from({ length: 200 }, (_, k) => 100 - k / 20);
    const stopped = runOn(grid, { ...params, stop: 2 }, { tables: [candlesOf(down)] });
    expect(stopped.trades.at(-1)).toMatchObject({ exitReason: "stop 0 #11" });
    expect(stopped.orders.filter(({ status }) => status === "open")).toEqual([]);
  });

  /** A grid with its first orders out, on a desk that shows them as the portfolio would. */
  const setOut = () => {
    const trader = grid.start(parseParams(grid, params), [instrument()]);
    const desk = new TraderDesk(1);
    desk.equity = 1_000;
    trader.onCandle(candleAt(0, 100.5), 0, "1m", desk);
    const orders = desk.take().flatMap((ask) => (ask.type === "place" ? [ask] : []));
    for (const { tag } of orders)
      trader.onOrder!({ i: 0, tag, status: "open", side: "buy", filled: 0, price: 0 }, desk);
    return { trader, desk, orders };
  };

  it("answers a partial fill with a counter-order for the filled part only", () => {
    const { trader, desk, orders } = setOut();
    const { tag } = orders.find(({ request }) => request.price === 99)!;
    desk.positions[0] = 0.25;
    trader.onOrder!({ i: 0, tag, status: "partial", side: "buy", filled: 0.25, price: 99 }, desk);
    expect(desk.take()).toEqual([
      {
        type: "place",
        request: { i: 0, side: "sell", type: "limit", timeInForce: "PO", quantity: 0.25, price: 100 },
        tag: "sell 4 #7",
      },
    ]);
  });

  it("rebuilds its levels from the orders that stand after a restart: one purchase was missed", () => {
    const { trader, desk, orders } = setOut();
    const saved = fromJson(toJson(trader.save())) as Saved;
    const missed = orders.find(({ request }) => request.price === 100)!;
    const restarted = grid.start(parseParams(grid, params), [instrument()]);
    restarted.load(saved);
    desk.positions[0] = missed.request.quantity;
    desk.open = orders
      .filter((order) => order !== missed)
      .map(({ tag, request }) => ({
        i: 0,
        tag,
        side: request.side,
        price: request.price!,
        remaining: request.quantity,
      }));
    restarted.onCandle(candleAt(1, 99.5), 0, "1m", desk);
    expect(desk.take()).toEqual([
      {
        type: "place",
        request: { ...missed.request, side: "sell", price: 101 },
        tag: "sell 5 #7",
      },
    ]);
  });

  it("loads a state from before there were short cells", () => {
    const { trader, desk } = setOut();
    const saved = JSON.parse(JSON.stringify(trader.save())) as { lanes: Record<string, object>[] };
    const [lane] = saved.lanes;
    for (const [part, names] of [
      ["cells", ["lot", "shortFrom"]],
      ["orders", ["scarceAt"]],
    ] as const)
      // prettier-ignore
      for (const name of names) {
        expect(lane![part]).toHaveProperty(name);
        Reflect.deleteProperty(lane![part]!, name);
      }
    const restarted = grid.start(parseParams(grid, params), [instrument()]);
    restarted.load(saved);
    expect(restarted.save()).toEqual({
      ...trader.save(),
      lanes: [expect.objectContaining({ settled: false })],
    });
    restarted.onOrder!(
      { i: 0, tag: "buy 4 #5", status: "filled", side: "buy", filled: 0.25, price: 99 },
      desk,
    );
    expect((restarted.save() as typeof saved).lanes[0]!["cells"]).toMatchObject({ shortFrom: "Infinity" });
  });

  it("refuses a range upside down", () => {
    expect(refused(() => parseParams(grid, { lower: 100, upper: 90 }))).toBe("params.upper");
  });
});

describe("dca-ladder", () => {
  it("takes its profit on the average of the first buy and two safety orders", () => {
    // Distances 1, 1 + 2, 1 + 2 + 4 percent: 99, 97, 93. Sizes 1, 1, 2, 4 of 950 / 8.
    const rise = Array.from({ length: 20 }, (_, k) => 96 + k);
    const result = runOn(
      dcaLadder,
      { deviation: 1, stepScale: 2, volumeScale: 2, safetyOrders: 3, takeProfit: 1, pause: 10_000 },
      { tables: [candlesOf([100, 100, 100, 98.5, 96, 96, ...rise])] },
    );
    const unit = 950 / 8;
    const quantity = unit / 100 + unit / 99 + (2 * unit) / 97;
    const average = (4 * unit) / quantity;
    expect(result.trades).toHaveLength(1);
    expect(result.trades[0]!.openPrice).toBeCloseTo(average, 8);
    expect(result.trades[0]!.closePrice).toBeCloseTo(average * 1.01, 8);
    expect(result.trades[0]!.profit).toBeCloseTo(4 * unit * 0.01, 8);
    // The profit moved twice, and the last safety order was given up with it.
    expect(result.orders.map(({ tag, status }) => `${tag} ${status}`)).toEqual([
      "first #1 filled",
      "profit #2 cancelled",
      "safety 1 #3 filled",
      "safety 2 #4 filled",
      "safety 3 #5 cancelled",
      "profit #6 cancelled",
      "profit #7 filled",
    ]);
  });

  it("leaves all at its stop", () => {
    const result = runOn(
      dcaLadder,
      { deviation: 1, safetyOrders: 1, safetySize: 1, stopLoss: 5, pause: 10_000 },
      { tables: [candlesOf([100, 100, 100, 98, 94, 94, 94])] },
    );
    const unit = 950 / 2;
    const quantity = unit / 100 + unit / 99;
    expect(result.trades).toHaveLength(1);
    expect(result.trades[0]!.profit).toBeCloseTo(94 * quantity - 950, 8);
  });
});

describe("dca-timetable", () => {
  it("pays the harmonic mean of the prices at its times", () => {
    const closes = Array.from({ length: 400 }, (_, k) => 100 + 10 * Math.sin(k / 30));
    const result = runOn(dcaTimetable, { every: 60, times: 5 }, { tables: [candlesOf(closes)] });
    // The candle that opens in minute 59 closes on the hour.
    const paid = [59, 119, 179, 239, 299].map((k) => closes[k]!);
    const mean = 5 / paid.reduce((sum, price) => sum + 1 / price, 0);
    expect(result.trades).toHaveLength(1);
    expect(result.trades[0]!.openPrice).toBeCloseTo(mean, 8);
    expect(result.trades[0]!.quantity).toBeCloseTo(950 / mean, 8);
  });
});
