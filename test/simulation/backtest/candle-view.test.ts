/** The candle a trader is shown moves on; a copy of it stays, and is a candle and nothing else. */
import { expect, it } from "vitest";
import type { Candle } from "../../../domain/market/candle.ts";
import { CandleView } from "../../../simulation/backtest/candle-view.ts";
import { candlesOf, MINUTE, START } from "./scripted.ts";

it("shows a row, and copies as that row", () => {
  const table = candlesOf([
    [10, 12, 9, 11, 5],
    [11, 14, 10, 13, 6],
  ]);
  const view = new CandleView(table);
  view.show(table, 0);
  const candle: Candle = view;
  const copy = { ...candle };
  view.show(table, 1);
  const first = { openAt: START, open: 10, high: 12, low: 9, close: 11, volume: 5, trades: 0, final: true };
  const second = {
    openAt: START + MINUTE,
    open: 11,
    high: 14,
    low: 10,
    close: 13,
    volume: 6,
    trades: 0,
    final: true,
  };
  expect(copy).toEqual(first);
  expect(Object.keys(copy)).toEqual(Object.keys(first));
  expect(JSON.parse(JSON.stringify(view))).toEqual(second);
});
