/** A strategy replayed as outside signals are: its aims become signals, its desk shows what became of them. */
import { expect, it } from "vitest";
import { freqtradeFills } from "../../../simulation/signals/fills.ts";
import { simulateTrader } from "../../../simulation/signals/trader-signals.ts";
import { candlesOf, instrument, MINUTE, type Row, type Script, scripted } from "../backtest/scripted.ts";
import { START } from "../backtest/scripted.ts";

const flat: Row = [100, 100, 100, 100];

const replayAll = (markets: readonly (readonly (Row | undefined)[])[], script: Script, warmup = 0) =>
  simulateTrader(
    {
      trader: scripted(script).strategy.start(
        {},
        markets.map(() => instrument()),
      ),
      markets: markets.map((rows) => ({ candles: candlesOf(rows), warmup })),
      timeframe: "1m",
      span: MINUTE,
      settings: {
        rules: { stoploss: -0.05, roi: [], trailing: undefined },
        useExitSignal: true,
        unfilledTimeoutMinutes: 10,
        adjustEntryPrice: NaN,
        leverage: 1,
        fee: 0,
      },
    },
    freqtradeFills,
  );

const replay = (rows: readonly Row[], script: Script, warmup = 0) => {
  const { results, unused } = replayAll([rows], script, warmup);
  return { trades: results[0]!.trades, unused };
};

it("enters, turns round and leaves by its aims", () => {
  const aims: Readonly<Record<number, number>> = { 0: 0.5, 2: -0.5, 4: 0 };
  const exposures: number[] = [];
  const { trades } = replay([flat, flat, flat, [102, 102, 102, 102], flat, flat, flat], {
    onCandle: ({ k }, desk) => {
      exposures.push(desk.exposure(0));
      if (aims[k] !== undefined) desk.aim(0, aims[k], `at-${k}`);
    },
  });
  expect(
    trades.map(({ openAt, closeAt, side, exitReason, tag }) => [
      (openAt - START) / MINUTE,
      (closeAt - START) / MINUTE,
      side,
      exitReason,
      tag,
    ]),
  ).toEqual([
    [1, 3, "long", "exit_signal", "at-0"],
    [3, 5, "short", "exit_signal", "at-2"],
  ]);
  // At the closes: long from the open of 1, short from that of 3, flat from that of 5.
  expect(exposures).toEqual([0, 1, 1, -1, -1, 0, 0]);
});

it("is stopped within the candle, drops the wishes of the warm-up, and counts what has no meaning", () => {
  const hold: Script = {
    onCandle: ({ k }, desk) => {
      if (k === 0) desk.aim(0, 0.5, "early");
      if (k === 2) desk.aim(0, 0.5, "late");
      if (k === 3) desk.protect(0, 90);
    },
  };
  const { trades, unused } = replay([flat, flat, flat, flat, [100, 101, 90, 99], flat], hold, 2);
  expect(trades).toMatchObject([{ tag: "late", closePrice: 95, exitReason: "stop_loss" }]);
  expect(unused).toBe(1);
});

it("goes through several markets by their closes: a wish for another one acts at that one's next candle", () => {
  const seen: (readonly [number, number, number, number])[] = [];
  const { results } = replayAll(
    [
      [flat, flat, flat, flat],
      [flat, undefined, undefined, flat, flat],
    ],
    {
      onCandle: ({ k, at, i }, desk) => {
        seen.push([(at - START) / MINUTE, i, desk.exposure(0), desk.exposure(1)]);
        if (k === 0) desk.aim(1, 0.5, "other");
        if (k === 2) desk.aim(0, 0.5, "own");
      },
    },
  );
  expect(
    results.map(({ trades }) => trades.map(({ openAt, tag }) => [(openAt - START) / MINUTE, tag])),
  ).toEqual([[[2, "own"]], [[3, "other"]]]);
  // An exposure is a market's share.
  expect(seen).toEqual([
    [1, 0, 0, 0],
    [1, 1, 0, 0],
    [2, 0, 0, 0],
    [3, 0, 0.5, 0],
    [4, 0, 0.5, 0.5],
    [4, 1, 0.5, 0.5],
    [5, 1, 0.5, 0.5],
  ]);
});
