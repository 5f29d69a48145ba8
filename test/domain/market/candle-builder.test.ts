import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Candle, openOf, timeframes, type Timeframe } from "../../../domain/market/candle.ts";
import { CandleBuilder } from "../../../domain/market/candle-builder.ts";
import { CandleSeries, type ClosedCandle } from "../../../domain/market/candle-series.ts";
import { gridOf, parseCandle, parseTrade } from "../../../domain/market/parse.ts";
import type { Trade } from "../../../domain/market/tick.ts";
import { decimal, price, quantity, timestamp } from "../../../domain/values/values.ts";
import { describeRecorded, recordedRows } from "../../recorded.ts";

const MINUTE = 60_000;
const START = 1_570_752_000_000;
const trade = (id: number, atMs: number, price = 100, quantity = 1): Trade => ({
  id,
  at: timestamp(START + atMs),
  price,
  quantity,
  side: "buy",
});

describe("CandleBuilder", () => {
  it("tells the candle that the first trade of the next one closes", () => {
    const builder = new CandleBuilder(decimal("0.1"), "1m");
    expect(builder.push(trade(1, 0, 100, 0.1))).toBeUndefined();
    expect(builder.push(trade(2, 10_000, 103, 0.2))).toBeUndefined();
    expect(builder.push(trade(3, 59_999, 99, 0.4))).toBeUndefined();
    expect(builder.current()).toMatchObject({ close: 99, trades: 3, final: false });
    // 0.1 + 0.2 + 0.4 is 0.7000000000000001 in doubles; 7 lots of 0.1 are 0.7.
    expect(builder.push(trade(4, MINUTE, 101, 0.1))).toEqual({
      openAt: START,
      open: 100,
      high: 103,
      low: 99,
      close: 99,
      volume: 0.7,
      trades: 3,
      final: true,
    });
  });

  it("leaves minutes without trades absent", () => {
    const builder = new CandleBuilder(decimal("1"), "1m");
    builder.push(trade(1, 0));
    expect(builder.push(trade(2, 5 * MINUTE))?.openAt).toBe(START);
    expect(builder.closeBefore(timestamp(START + 6 * MINUTE))?.openAt).toBe(START + 5 * MINUTE);
    expect(builder.closeBefore(timestamp(START + 9 * MINUTE))).toBeUndefined();
    expect(builder.current()).toBeUndefined();
  });

  it("closes by market time from the end of the candle on, and once", () => {
    const builder = new CandleBuilder(decimal("1"), "1m");
    builder.push(trade(1, 0));
    expect(builder.closeBefore(timestamp(START + MINUTE - 1))).toBeUndefined();
    expect(builder.closeBefore(timestamp(START + MINUTE))).toMatchObject({ openAt: START, final: true });
    expect(builder.closeBefore(timestamp(START + MINUTE))).toBeUndefined();
  });

  it.each([
    ["repeated", trade(2, 1_000)],
    ["older by id", trade(1, 2_000)],
    ["too late for a candle that was told", trade(5, -1)],
    ["without an id", trade(Number.NaN, 1_000)],
    ["without a time", trade(6, Number.NaN)],
  ])("ignores and counts a trade that is %s", (_why, bad) => {
    const builder = new CandleBuilder(decimal("1"), "1m");
    builder.push(trade(2, 1_000));
    const before = builder.current();
    expect(builder.push(bad)).toBeUndefined();
    expect(builder.current()).toEqual(before);
    expect(builder.ignored).toBe(1);
  });

  it("takes a trade of the same candle whose time steps back, and none of a closed candle", () => {
    const builder = new CandleBuilder(decimal("1"), "1m");
    builder.push(trade(1, 5_000));
    builder.push(trade(2, 4_000));
    builder.closeBefore(timestamp(START + MINUTE));
    builder.push(trade(3, 59_000));
    expect(builder.ignored).toBe(1);
    expect(builder.current()).toBeUndefined();
  });

  it("opens weeks on Mondays", () => {
    const builder = new CandleBuilder(decimal("1"), "1w");
    builder.push(trade(1, 0));
    // 2019-10-11 was a Friday; its Monday is the 7th.
    expect(builder.current()?.openAt).toBe(Date.UTC(2019, 9, 7));
  });

  it("refuses a lot size of zero", () => {
    expect(() => new CandleBuilder(0n, "1m")).toThrow("lotSize");
  });

  it("its volume is the double nearest to the exact decimal sum", () => {
    const anyLots = fc.integer({ min: 1, max: 2_000_000_000 });
    const anyLotSize = fc.constantFrom("1", "0.1", "0.00001", "0.00000001", "0.25", "5", "1000");
    fc.assert(
      fc.property(fc.array(anyLots, { minLength: 1, maxLength: 300 }), anyLotSize, (lots, lotSize) => {
        const size = decimal(lotSize);
        const builder = new CandleBuilder(size, "1d");
        for (const [id, n] of lots.entries()) builder.push(trade(id, id, 1, Number(BigInt(n) * size) / 1e18));
        const exactUnits = lots.reduce((sum, n) => sum + BigInt(n), 0n) * size;
        const whole = exactUnits / 10n ** 18n;
        const fraction = (exactUnits % 10n ** 18n).toString().padStart(18, "0");
        expect(builder.current()?.volume).toBe(Number(`${whole}.${fraction}`));
      }),
    );
  });

  it("stays exact when the lots no longer fit into a double", () => {
    const builder = new CandleBuilder(decimal("0.00000001"), "1d");
    // 3,000 trades of 40,000.00000001 are 12,000,000,000,003,000 lots, above 2^53, or 120000000.00003.
    for (let id = 0; id < 3_000; id += 1) builder.push(trade(id, id, 1, 40_000.00000001));
    expect(builder.current()?.volume).toBe(120_000_000.00003);
    builder.push(trade(3_000, timeframes["1d"], 1, 0.00000007));
    expect(builder.current()?.volume).toBe(0.00000007);
  });
});

describe("CandleSeries", () => {
  it("tells every closed candle, smallest timeframe first", () => {
    const series = new CandleSeries(decimal("1"), ["1h", "1m", "5m", "1m"]);
    series.push(trade(1, 0));
    const closed = series.push(trade(2, 60 * MINUTE));
    expect(closed.map((one) => one.timeframe)).toEqual(["1m", "5m", "1h"]);
    expect(series.current("5m")?.trades).toBe(1);
    expect(series.current("4h")).toBeUndefined();
  });

  it("allocates no list when nothing closes", () => {
    const series = new CandleSeries(decimal("1"), ["1m"]);
    expect(series.push(trade(1, 0))).toBe(series.push(trade(2, 1)));
  });

  it("a trade too late for the minute is left out of the hour too", () => {
    const series = new CandleSeries(decimal("1"), ["1m", "1h"]);
    series.push(trade(1, 0));
    expect(series.closeBefore(timestamp(START + MINUTE)).map((one) => one.timeframe)).toEqual(["1m"]);
    series.push(trade(2, MINUTE - 1));
    expect(series.ignored).toBe(1);
    expect(series.current("1h")?.trades).toBe(1);
  });

  it("small candles add up to the large ones, whatever comes", () => {
    const step = fc.record({
      gapMs: fc.integer({ min: -30_000, max: 200_000 }),
      idStep: fc.integer({ min: -1, max: 2 }),
      ticks: fc.integer({ min: 1, max: 1_000 }),
      lots: fc.integer({ min: 1, max: 1_000_000 }),
      close: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const series = new CandleSeries(decimal("0.001"), ["1m", "5m", "1h"]);
        const closed: ClosedCandle[] = [];
        let at = 0;
        let id = 10;
        for (const { gapMs, idStep, ticks, lots, close } of steps) {
          at += gapMs;
          id += idStep;
          closed.push(...series.push(trade(id, at, ticks / 100, lots / 1_000)));
          if (close) closed.push(...series.closeBefore(timestamp(START + at)));
        }
        closed.push(...series.closeBefore(timestamp(START + 1e12)));
        const of = (frame: Timeframe): Candle[] =>
          closed.filter((one) => one.timeframe === frame).map((one) => one.candle);
        for (const large of ["5m", "1h"] as const) expect(fold(of("1m"), large)).toEqual(of(large));
        expect(of("1h").reduce((sum, candle) => sum + candle.trades, 0) + series.ignored).toBe(steps.length);
      }),
    );
  });
});

/** Larger candles from smaller ones, volumes summed in thousandths. */
const fold = (small: readonly Candle[], frame: Timeframe): Candle[] => {
  const groups = Map.groupBy(small, (candle) => openOf(candle.openAt, frame));
  return [...groups].map(([openAt, members]) => ({
    openAt,
    open: members[0]!.open,
    high: Math.max(...members.map((candle) => candle.high)),
    low: Math.min(...members.map((candle) => candle.low)),
    close: members.at(-1)!.close,
    volume: members.reduce((sum, candle) => sum + Math.round(candle.volume * 1_000), 0) / 1_000,
    trades: members.reduce((sum, candle) => sum + candle.trades, 0),
    final: true,
  }));
};

describeRecorded("trades-binance-xrpeth-2019-10", () => {
  const folder = "trades-binance-xrpeth-2019-10";
  const instrument = { tickSize: price("0.00000001"), lotSize: quantity("1") };
  const grid = gridOf(instrument);

  const built = (): Map<Timeframe, Candle[]> => {
    const series = new CandleSeries(instrument.lotSize, ["5m", "1m"]);
    const candles = new Map<Timeframe, Candle[]>([
      ["1m", []],
      ["5m", []],
    ]);
    const keep = (closed: readonly ClosedCandle[]): void => {
      for (const one of closed) candles.get(one.timeframe)!.push(one.candle);
    };
    let last = 0;
    for (const [at, text, amount, side, id] of recordedRows(`${folder}/XRP_ETH-trades.csv.gz`)) {
      last = Number(at);
      keep(series.push(parseTrade({ at, price: text, quantity: amount, side, id }, grid)));
    }
    keep(series.closeBefore(timestamp(last + timeframes["5m"])));
    expect(series.ignored).toBe(0);
    return candles;
  };

  it.each([
    // 3,560 minutes less 1,091 that did not trade; 712 five minutes less 6.
    ["1m", 2_469],
    ["5m", 706],
  ] as const)("the built %s candles equal the recorded ones, all %i that traded", (frame, traded) => {
    const recorded = recordedRows(`${folder}/XRP_ETH-${frame}.csv.gz`)
      .map(([openAt, open, high, low, close, volume]) =>
        parseCandle({ openAt, open, high, low, close, volume, final: true }, frame, grid),
      )
      .filter((candle) => candle.volume > 0);
    const candles = built().get(frame)!;
    expect(candles.length).toBe(traded);
    expect(candles.map((candle) => ({ ...candle, trades: 0 }))).toEqual(recorded);
  });
});
