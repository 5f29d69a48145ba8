/** Where positions are left under freqtrade's rules, by the stop loss and by the ROI table. The entry is at 100, on row 1. */
import type { Case } from "./entry-cases.ts";
import type { Row } from "./scenario.ts";

const enter: Row = [100, 100.5, 99.5, 100, "L"];
const calm = (at: number, signals?: string): Row =>
  signals === undefined ? [at, at + 0.5, at - 0.5, at] : [at, at + 0.5, at - 0.5, at, signals];

export const stopCases: readonly Case[] = [
  [
    "at its price, however low the low",
    { stoploss: -0.05 },
    [enter, calm(100), [99, 99, 80, 90], calm(90)],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "a low of just that price meets it",
    { stoploss: -0.05 },
    [enter, calm(100), [99, 99, 95, 96], calm(96)],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "a low above it does not",
    { stoploss: -0.05 },
    [enter, calm(100), [99, 99, 95.01, 96], calm(96)],
    [[1, 3, 100, 96, "force_exit", -0.04]],
  ],
  [
    "on the candle of the entry",
    { stoploss: -0.05 },
    [enter, [100, 101, 94, 98], calm(98)],
    [[1, 1, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "at the open when the whole candle lies beyond it",
    { stoploss: -0.05 },
    [enter, calm(100), [93, 94, 90, 92], calm(92)],
    [[1, 2, 100, 93, "stop_loss", -0.07]],
  ],
  [
    "at its price when the candle opened beyond it and came back, as freqtrade has it",
    { stoploss: -0.05 },
    [enter, calm(100), [93, 96, 90, 92], calm(92)],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "before the ROI table in one candle",
    { stoploss: -0.05, roi: { "0": 0.05 } },
    [enter, calm(100), [100, 110, 94, 100], calm(100)],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "after the exit signal",
    { stoploss: -0.05 },
    [enter, calm(100, "l"), [99, 99, 80, 90], calm(90)],
    [[1, 2, 100, 99, "exit_signal", -0.01]],
  ],
  [
    "with leverage the same loss is nearer in price",
    { stoploss: -0.1, leverage: 5 },
    [enter, calm(100), [99, 99, 97, 98], calm(98)],
    [[1, 2, 100, 98, "stop_loss", -0.1]], // 100 * (1 - 0.1 / 5), -2 % * 5
  ],
  [
    "none where none is set",
    { stoploss: null },
    [enter, calm(100), [50, 51, 20, 30], calm(30)],
    [[1, 3, 100, 30, "force_exit", -0.7]],
  ],
  [
    "on the last candle before its forced exit",
    { stoploss: -0.05 },
    [enter, calm(100), [99, 99, 94, 95]],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "liquidated at 95 % of the stake where no stop is nearer",
    { stoploss: null, leverage: 10 },
    [enter, calm(100), [99, 99, 85, 90], calm(90)],
    [[1, 2, 100, 90.5, "liquidation", -0.95]], // 100 * (1 - 0.95 / 10)
  ],
  [
    "liquidated before a stop that lies further off",
    { stoploss: -0.99, leverage: 10 },
    [enter, calm(100), [99, 99, 85, 90], calm(90)],
    [[1, 2, 100, 90.5, "liquidation", -0.95]],
  ],
  [
    "stopped before the liquidation where the stop is nearer",
    { stoploss: -0.5, leverage: 10 },
    [enter, calm(100), [99, 99, 85, 90], calm(90)],
    [[1, 2, 100, 95, "stop_loss", -0.5]],
  ],
  [
    "liquidated at the open when the whole candle lies beyond",
    { stoploss: null, leverage: 10 },
    [enter, calm(100), [89, 90, 85, 90], calm(90)],
    [[1, 2, 100, 89, "liquidation", -1.1]],
  ],
];

export const roiCases: readonly Case[] = [
  [
    "at its price, however high the high",
    { roi: { "0": 0.02 } },
    [enter, calm(100), [100, 109, 99, 105], calm(105)],
    [[1, 2, 100, 102, "roi", 0.02]],
  ],
  [
    "a high of just that price is not above it",
    { roi: { "0": 0.02 } },
    [enter, calm(100), [100, 102, 99, 101], calm(101)],
    [[1, 3, 100, 101, "force_exit", 0.01]],
  ],
  [
    "on the candle of the entry",
    { roi: { "0": 0.02 } },
    [enter, [100, 103, 99, 101], calm(101)],
    [[1, 1, 100, 102, "roi", 0.02]],
  ],
  [
    "not before its first step",
    { roi: { "10": 0.02 } },
    [enter, [100, 103, 99, 101], [101, 103, 100, 101], [101, 101.5, 100, 101], calm(101)],
    [[1, 4, 100, 101, "force_exit", 0.01]],
  ],
  [
    "by the step that holds at the open of the candle",
    { roi: { "0": 0.1, "10": 0.02 } },
    [enter, calm(100), [100, 103, 99, 101], [101, 103, 100, 101], calm(101)],
    [[1, 3, 100, 102, "roi", 0.02]], // 5 and 10 minutes after the entry
  ],
  [
    "at the open when a step comes into force below it",
    { roi: { "0": 0.1, "10": 0.02 } },
    [enter, calm(100), calm(100), [103, 104, 101, 102], calm(102)],
    [[1, 3, 100, 103, "roi", 0.03]],
  ],
  [
    "at its price when the open jumped over a step that was in force",
    { roi: { "0": 0.02 } },
    [enter, calm(100), calm(100), [103, 104, 101, 102], calm(102)],
    [[1, 3, 100, 102, "roi", 0.02]],
  ],
  [
    "at the low when the whole candle lies above",
    { roi: { "0": 0.02 } },
    [enter, calm(100), calm(100), [105, 106, 104, 105], calm(105)],
    [[1, 3, 100, 104, "roi", 0.04]],
  ],
  [
    "a step between two opens comes into force at its price",
    { roi: { "0": 0.1, "7": 0.01 } },
    [enter, calm(100), calm(100), [103, 104, 100.5, 102], calm(102)],
    [[1, 3, 100, 101, "roi", 0.01]],
  ],
  [
    "-1 leaves at any price: the open, when its minute is one",
    { roi: { "10": -1 } },
    [enter, calm(100), calm(98), [96, 97, 94, 95], calm(95)],
    [[1, 3, 100, 96, "roi", -0.04]],
  ],
  [
    "the low, when it is not",
    { roi: { "7": -1 } },
    [enter, calm(100), calm(98), [96, 97, 94, 95], calm(95)],
    [[1, 3, 100, 94, "roi", -0.06]],
  ],
  [
    "a step below zero takes a small loss",
    { roi: { "10": -0.02 } },
    [enter, calm(100), calm(97), [97, 98.5, 96, 97], calm(97)],
    [[1, 3, 100, 98, "roi", -0.02]],
  ],
  [
    "and at the open where that is better as it comes into force",
    { roi: { "10": -0.02 } },
    [enter, calm(100), calm(97), [99, 99.5, 96, 97], calm(97)],
    [[1, 3, 100, 99, "roi", -0.01]],
  ],
  [
    "after the exit signal",
    { roi: { "0": 0.02 } },
    [enter, calm(100, "l"), [101, 109, 100, 105], calm(105)],
    [[1, 2, 100, 101, "exit_signal", 0.01]],
  ],
  [
    "with leverage the same profit is nearer in price",
    { roi: { "0": 0.1 }, leverage: 2 },
    [enter, calm(100), [100, 109, 99, 105], calm(105)],
    [[1, 2, 100, 105, "roi", 0.1]],
  ],
  [
    "an empty table takes nothing",
    { roi: {} },
    [enter, calm(100), [100, 180, 99, 150], calm(150)],
    [[1, 3, 100, 150, "force_exit", 0.5]],
  ],
  [
    "not on the candle of an entry below its open if it then fell",
    { roi: { "0": 0.02 } },
    [
      [101, 102, 100.5, 101, "L", { entry: 100 }],
      [104, 106, 99, 101], // 106 came before 100, most likely
      [101, 103, 100, 101],
      calm(101),
    ],
    [[1, 2, 100, 102, "roi", 0.02]],
  ],
  [
    "on that candle if its close was above the price",
    { roi: { "0": 0.02 } },
    [[101, 102, 100.5, 101, "L", { entry: 100 }], [104, 106, 99, 103], calm(103), calm(103)],
    [[1, 1, 100, 102, "roi", 0.02]],
  ],
  [
    "on that candle if it rose",
    { roi: { "0": 0.02 } },
    [[101, 102, 100.5, 101, "L", { entry: 100 }], [101, 106, 99, 101.5], calm(101), calm(101)],
    [[1, 1, 100, 102, "roi", 0.02]],
  ],
];
