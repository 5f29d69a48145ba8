/** Outside signals by next-open, where nothing is assumed in the trader's favour: what differs from freqtrade's rules. */
import { describe, expect, it } from "vitest";
import { nextOpenFills } from "../../../simulation/signals/fills.ts";
import type { Case } from "./entry-cases.ts";
import { mirroredRows, mirroredSettings, mirroredTrades, play, told } from "./scenario.ts";
import type { Row } from "./scenario.ts";

const enter: Row = [100, 100.5, 99.5, 100, "L"];
const quiet: Row = [100, 100, 100, 100];

const cases: readonly Case[] = [
  [
    "what is open at the end is closed at the last close",
    {},
    [enter, quiet, [100, 103, 99, 102]],
    [[1, 2, 100, 102, "force_exit", 0.02]],
  ],
  [
    "the last candle may be entered",
    {},
    [quiet, enter, [100, 103, 99, 102]],
    [[2, 2, 100, 102, "force_exit", 0.02]],
  ],
  [
    "a stop that the candle opened beyond gets the open",
    { stoploss: -0.05 },
    [enter, quiet, [93, 96, 90, 92], quiet],
    [[1, 2, 100, 93, "stop_loss", -0.07]],
  ],
  [
    "a stop inside of the candle gets its price",
    { stoploss: -0.05 },
    [enter, quiet, [99, 110, 90, 92], quiet],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "profit at a better open",
    { roi: { "0": 0.02 } },
    [enter, quiet, [103, 104, 101, 102], quiet],
    [[1, 2, 100, 103, "roi", 0.03]],
  ],
  [
    "profit at its price",
    { roi: { "0": 0.02 } },
    [enter, quiet, [101, 104, 100, 102], quiet],
    [[1, 2, 100, 102, "roi", 0.02]],
  ],
  [
    "a step of -1 leaves at the open",
    { roi: { "7": -1 } },
    [enter, quiet, quiet, [96, 97, 94, 95], quiet],
    [[1, 3, 100, 96, "roi", -0.04]],
  ],
  [
    "the high of a candle moves the stop for the next one only",
    { stoploss: -0.1, trailingStop: true, trailingStopPositive: 0.2, trailingStopPositiveOffset: 0.5 },
    [enter, quiet, [100, 100.5, 99.5, 100], [100, 105, 91, 95], quiet],
    [[1, 4, 100, 100, "force_exit", 0]],
  ],
  [
    "an entry limit gets a better open",
    {},
    [[100, 100.5, 99.5, 100, "L", { entry: 101 }], quiet, quiet],
    [[1, 2, 100, 100, "force_exit", 0]],
  ],
  [
    "an entry limit that the market jumps over is filled at the open, and dated there",
    { unfilledTimeoutMinutes: 60 },
    [[100, 100.5, 99.5, 100, "L", { entry: 97 }], quiet, [95, 96, 94, 95], [95, 96, 94, 95]],
    [[2, 3, 95, 95, "force_exit", 0]],
  ],
  [
    "no profit on the candle whose limit was filled inside of it",
    { roi: { "0": 0.02 } },
    [[101, 102, 100.5, 101, "L", { entry: 100 }], [101, 106, 99, 101.5], [101, 103, 100.5, 101], quiet],
    [[1, 2, 100, 102, "roi", 0.02]],
  ],
  [
    "its stop is looked at all the same",
    { stoploss: -0.05 },
    [[101, 102, 100.5, 101, "L", { entry: 100 }], [101, 102, 94, 96], quiet],
    [[1, 1, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "a waiting exit leaves the stop where it is",
    { stoploss: -0.05, unfilledTimeoutMinutes: 60 },
    [enter, [100, 100.5, 99.5, 100, "l", { exit: 110 }], [100, 104, 94, 95], quiet],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "an exit limit that the open reaches is gone before the stop",
    { stoploss: -0.05 },
    [enter, [100, 100.5, 99.5, 100, "l", { exit: 102 }], [103, 104, 94, 95], quiet],
    [[1, 2, 100, 103, "exit_signal", 0.03]],
  ],
  [
    "turns round at the open of an exit signal",
    {},
    [enter, [100, 100.5, 99.5, 100, "lS"], quiet, quiet],
    [
      [1, 2, 100, 100, "exit_signal", 0],
      [2, 3, 100, 100, "force_exit", 0],
    ],
  ],
  [
    "but not at an open that was before the stop",
    { stoploss: -0.05 },
    [enter, [100, 100.5, 99.5, 100, "S"], [99, 99, 94, 95], quiet, quiet],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "an exit signal for a candle that only filled the entry inside of it is ignored",
    { unfilledTimeoutMinutes: 60 },
    [
      [100, 100.5, 99.5, 100, "L", { entry: 97 }],
      [100, 100.5, 99.5, 100, "l"],
      [99, 99, 96, 98],
      [98, 98, 96, 97],
    ],
    [[2, 3, 97, 97, "force_exit", 0]],
  ],
  [
    "liquidated",
    { stoploss: null, leverage: 10 },
    [enter, quiet, [99, 99, 85, 90], quiet],
    [[1, 2, 100, 90.5, "liquidation", -0.95]],
  ],
];

describe("next-open", () => {
  it.each(cases)("%s", (_name, settings, rows, trades) => {
    expect(told(play(rows, settings, nextOpenFills))).toEqual(trades);
  });

  // A stop that is a part of the best price has no mirror image.
  it.each(cases.filter(([, { trailingStop }]) => trailingStop !== true))(
    "mirrored: %s",
    (_name, settings, rows, trades) => {
      const around = 2 * trades[0]![2];
      const found = told(play(mirroredRows(rows, around), mirroredSettings(settings, around), nextOpenFills));
      expect(found).toEqual(mirroredTrades(trades, around));
    },
  );

  it("trails", () => {
    const settings = { stoploss: -0.1, trailingStop: true };
    const long: readonly Row[] = [enter, quiet, [100, 110, 95, 109], [105, 106, 98, 99], quiet];
    expect(told(play(long, settings, nextOpenFills))).toEqual([[1, 3, 100, 99, "trailing_stop_loss", -0.01]]);
    const short: readonly Row[] = [
      [100, 100.5, 99.5, 100, "S"],
      quiet,
      [100, 105, 90, 91],
      [95, 100, 94, 99],
      quiet,
    ];
    expect(told(play(short, settings, nextOpenFills))).toEqual([[1, 3, 100, 99, "trailing_stop_loss", 0.01]]);
  });
});
