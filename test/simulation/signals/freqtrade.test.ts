/** freqtrade's documented rules within a candle: tables of candles and the trades that must come of them, for both sides. */
import { describe, expect, it } from "vitest";
import { type Case, entryCases, signalCases } from "./entry-cases.ts";
import { roiCases, stopCases } from "./exit-cases.ts";
import { exitPriceCases } from "./exit-price-cases.ts";
import { mirroredRows, mirroredSettings, mirroredTrades, play, told } from "./scenario.ts";
import { feeCases, trailingCases } from "./trailing-cases.ts";
import type { Row } from "./scenario.ts";

const groups: readonly (readonly [name: string, cases: readonly Case[], mirror: boolean])[] = [
  ["signals", signalCases, true],
  ["entry orders", entryCases, true],
  ["the stop loss", stopCases, true],
  ["the ROI table", roiCases, true],
  ["limit prices of exits", exitPriceCases, true],
  ["the trailing stop", trailingCases, false],
  ["fees", feeCases, false],
];

const scaled = (rows: readonly Row[], by: number): readonly Row[] =>
  rows.map(([open, high, low, close, signals, prices]) => [
    open * by,
    high * by,
    low * by,
    close * by,
    ...(signals === undefined ? [] : [signals]),
    ...(prices === undefined
      ? []
      : [
          {
            ...prices,
            ...(prices.entry === undefined ? {} : { entry: prices.entry * by }),
            ...(prices.exit === undefined ? {} : { exit: prices.exit * by }),
          },
        ]),
  ]) as unknown as readonly Row[];

describe.each(groups)("%s", (_group, cases) => {
  it.each(cases)("%s", (_name, settings, rows, trades) => {
    expect(told(play(rows, settings))).toEqual(trades);
  });

  it.each(cases)("scaled by powers of two: %s", (_name, settings, rows, trades) => {
    for (const by of [1 / 4_096, 8]) {
      const adjusted =
        typeof settings.adjustEntryPrice === "number"
          ? { ...settings, adjustEntryPrice: settings.adjustEntryPrice * by }
          : settings;
      const found = play(scaled(rows, by), adjusted);
      const back = found.trades.map((trade) => ({
        ...trade,
        openPrice: trade.openPrice / by,
        closePrice: trade.closePrice / by,
      }));
      expect(told({ ...found, trades: back })).toEqual(trades);
    }
  });
});

describe.each(groups.filter(([, , mirror]) => mirror))("mirrored: %s", (_group, cases) => {
  it.each(cases)("%s", (_name, settings, rows, trades) => {
    // Around the price of the first entry its ratios are the same; of a second trade they are its own.
    const around = 2 * (trades[0]?.[2] ?? 100);
    const found = told(play(mirroredRows(rows, around), mirroredSettings(settings, around)));
    const expected = mirroredTrades(trades, around);
    expect(found.map((trade) => trade.slice(0, 5))).toEqual(expected.map((trade) => trade.slice(0, 5)));
    if (found.length > 0) expect(found[0]![5]).toBeCloseTo(expected[0]![5], 8);
  });
});
