/** Protective exits around any strategy, by the engine that runs it: stop, trailing stop, ROI table, time-outs; in both accountings. */
import { describe, expect, it } from "vitest";
import { managedBy } from "../../../domain/strategy/manage/managed.ts";
import { type ManagePlan, planText } from "../../../domain/strategy/manage/plan.ts";
import { readPlan } from "../../../domain/strategy/manage/read-plan.ts";
import { TraderDesk } from "../../../domain/strategy/desk.ts";
import type { Candle } from "../../../domain/market/candle.ts";
import { timestamp } from "../../../domain/values/values.ts";
import { backtest } from "../../../simulation/backtest/backtest.ts";
import { candlesOf, instrument, MINUTE, type Row, type Script, scripted, START } from "./scripted.ts";

const exits = (over: {
  readonly stoploss?: number;
  readonly roi?: Readonly<Record<string, number>>;
  readonly trailing?: Readonly<Record<string, number | boolean>>;
  readonly timeout?: number;
}): ManagePlan =>
  readPlan(
    {
      stoploss: over.stoploss,
      minimalRoi: over.roi,
      unfilledTimeout: over.timeout,
      ...(over.trailing && { trailingStop: true, ...over.trailing }),
    },
    "manage",
  );

/** Holds half of the equity from the first close on, and says so once. */
const hold: Script = {
  onCandle: ({ k }, desk) => {
    if (k === 0) desk.aim(0, 0.5, "enter");
  },
};

const quiet: Row = [100, 100, 100, 100];

describe.each(["exact", "float"] as const)("protective exits, %s", (accounting) => {
  const run = (rows: readonly Row[], script: Script, around: ManagePlan) =>
    backtest({
      strategy: managedBy(scripted(script).strategy, around),
      params: {},
      markets: [{ instrument: instrument(), timeframe: "1m", candles: candlesOf(rows) }],
      convention: "next-open",
      accounting,
      startingBalance: 1_000,
      makerBps: 0,
      takerBps: 0,
      slippage: { model: "none" },
      seed: 1,
    });
  const trades = (rows: readonly Row[], around: ManagePlan, script = hold) =>
    run(rows, script, around).trades.map(({ openAt, closeAt, openPrice, closePrice, exitReason }) => [
      (openAt - START) / MINUTE,
      (closeAt - START) / MINUTE,
      openPrice,
      closePrice,
      exitReason,
    ]);

  it("stops at the price of the loss", () => {
    const rows: readonly Row[] = [quiet, quiet, [100, 101, 94, 96], quiet, quiet];
    // Bought at the open of minute 1; 100 * 0.95 within minute 2, told at its close.
    expect(trades(rows, exits({ stoploss: -0.05 }))).toEqual([[1, 3, 100, 95, "stop_loss"]]);
  });

  it("stops within the candle of the entry", () => {
    const rows: readonly Row[] = [quiet, [100, 101, 94, 96], quiet, quiet];
    expect(trades(rows, exits({ stoploss: -0.05 }))).toEqual([[1, 2, 100, 95, "stop_loss"]]);
  });

  it("stops at the open of a candle that opens beyond", () => {
    const rows: readonly Row[] = [quiet, quiet, [90, 96, 89, 95], quiet];
    expect(trades(rows, exits({ stoploss: -0.05 }))).toEqual([[1, 2, 100, 90, "stop_loss"]]);
  });

  it("is not bought again by the wish that was overruled, only by another one", () => {
    const rows: readonly Row[] = [quiet, quiet, [100, 101, 94, 96], quiet, quiet, quiet, quiet];
    const again: Script = {
      onCandle: ({ k }, desk) => {
        if (k === 0 || k === 4) desk.aim(0, 0.5, "enter");
      },
    };
    expect(trades(rows, exits({ stoploss: -0.05 }), again)).toEqual([
      [1, 3, 100, 95, "stop_loss"],
      [5, 7, 100, 100, "force_exit"],
    ]);
  });

  it("follows the highs of candles that have closed", () => {
    const rows: readonly Row[] = [quiet, quiet, [100, 110, 98, 109], [105, 106, 98, 99], quiet];
    // 110 * 0.9 = 99 holds from minute 3 on; the low of 98 in minute 2 is nothing to it.
    expect(trades(rows, exits({ stoploss: -0.1, trailing: {} }))).toEqual([
      [1, 4, 100, 99, "trailing_stop_loss"],
    ]);
  });

  it("follows nearer above the offset, and only from there where that is asked for", () => {
    const trailing = {
      trailingStopPositive: 0.02,
      trailingStopPositiveOffset: 0.05,
      trailingOnlyOffsetIsReached: true,
    };
    const rows: readonly Row[] = [
      quiet,
      quiet,
      [100, 104, 100, 103],
      [103, 110, 103, 109],
      [109, 109, 105, 106],
      quiet,
    ];
    expect(trades(rows, exits({ stoploss: -0.1, trailing }))).toEqual([
      [1, 5, 100, 107.8, "trailing_stop_loss"], // 110 * 0.98
    ]);
  });

  it("takes the profit of the table at a close, and leaves at the next open", () => {
    const rows: readonly Row[] = [quiet, quiet, [100, 104, 100, 103], [102, 103, 101, 102], quiet];
    expect(trades(rows, exits({ roi: { "0": 0.02 } }))).toEqual([[1, 3, 100, 102, "roi"]]);
    // 2 minutes have passed at the close of minute 2, 3 at that of minute 3.
    expect(trades(rows, exits({ roi: { "0": 0.5, "3": 0.02 } }))).toEqual([[1, 4, 100, 100, "roi"]]);
  });

  it("gives up an order that rests too long", () => {
    const place: Script = {
      onCandle: ({ k }, desk) => {
        if (k === 0) desk.place({ i: 0, side: "buy", type: "limit", quantity: 1, price: 90 }, "low");
      },
    };
    const rows: readonly Row[] = [quiet, quiet, quiet, quiet, quiet, [95, 95, 85, 90], quiet];
    expect(run(rows, place, exits({ timeout: 2 })).orders.map(({ status }) => status)).toEqual(["cancelled"]);
    expect(run(rows, place, exits({ timeout: 9 })).orders.map(({ status }) => status)).toEqual(["filled"]);
  });
});

describe("a protected trader", () => {
  it("goes on from where it was saved", () => {
    const around = exits({ stoploss: -0.1, trailing: {} });
    const start = () => managedBy(scripted({}).strategy, around).start({}, [instrument()]);
    const candle = (minute: number, high: number): Candle => ({
      openAt: timestamp(START + minute * MINUTE),
      open: 100,
      high,
      low: 99,
      close: 100,
      volume: 1,
      trades: 1,
      final: true,
    });
    const desk = new TraderDesk(1);
    desk.now = timestamp(START);
    desk.positions[0] = 2;
    const one = start();
    one.onOrder!({ i: 0, tag: "aim", status: "partial", side: "buy", filled: 2, price: 100 }, desk);
    expect(desk.take()).toMatchObject([{ type: "protect", stopPrice: 90, reason: "stop_loss" }]);
    one.onCandle(candle(1, 110), 0, "1m", desk);
    expect(desk.take()).toMatchObject([{ type: "protect", stopPrice: 99, reason: "trailing_stop_loss" }]);

    const two = start();
    two.load(JSON.parse(JSON.stringify(one.save())) as never);
    two.onCandle(candle(2, 110), 0, "1m", desk);
    expect(desk.take()).toEqual([]);
    two.onCandle(candle(3, 120), 0, "1m", desk);
    expect(desk.take()).toMatchObject([{ type: "protect", stopPrice: 108 }]);
    // The rest of the same order, and a part of it sold: told cumulatively.
    two.onOrder!({ i: 0, tag: "aim", status: "partial", side: "buy", filled: 3, price: 103 }, desk);
    expect(two.save()).toMatchObject({
      lanes: [{ quantity: 3, held: { price: 101 }, guard: { stop: 108, moved: true } }],
    });
    two.onOrder!({ i: 0, tag: "protection", status: "partial", side: "sell", filled: 1, price: 108 }, desk);
    expect(two.save()).toMatchObject({ lanes: [{ quantity: 2, held: { price: 101 } }] });
    desk.take();
    two.onOrder!({ i: 0, tag: "protection", status: "partial", side: "sell", filled: 3, price: 108 }, desk);
    expect(two.save()).toMatchObject({ lanes: [{ quantity: 0 }] });
    expect(desk.take()).toMatchObject([{ type: "aim", exposure: 0, reason: "trailing_stop_loss" }]);
  });

  it("says in words what protects it", () => {
    expect(
      planText(
        exits({
          stoploss: -0.1,
          roi: { "0": 0.1, "60": 0.02 },
          trailing: { trailingStopPositive: 0.02, trailingStopPositiveOffset: 0.05 },
          timeout: 10,
        }),
      ),
    ).toBe(
      "stop at -0.1; it follows the highs, 0.02 behind once the profit is above 0.05; profit at a close: 0.1 from 0 min, 0.02 from 60 min; orders given up after 10 min",
    );
  });
});
