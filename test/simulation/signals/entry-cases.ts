/** What becomes of signals and entry orders under freqtrade's rules. Candles of 5 minutes; the first has row 0. */
import type { Expected, Row, Settings } from "./scenario.ts";

export type Case = readonly [
  name: string,
  settings: Settings,
  rows: readonly Row[],
  trades: readonly Expected[],
];

/** A candle that touches nothing. */
const calm = (at: number, signals?: string): Row =>
  signals === undefined ? [at, at + 0.5, at - 0.5, at] : [at, at + 0.5, at - 0.5, at, signals];

export const signalCases: readonly Case[] = [
  [
    "enters at the next open, leaves at the last open",
    {},
    [calm(100, "L"), [100, 102, 99, 101], [101, 103, 100, 102]],
    [[1, 2, 100, 101, "force_exit", 0.01]], // 101 / 100 - 1
  ],
  ["on the last candle it has no next open", {}, [calm(100), calm(100), calm(100, "L")], []],
  ["nothing is entered on the last candle", {}, [calm(100), calm(100, "L"), calm(100)], []],
  ["a single candle is no market", {}, [calm(100, "L")], []],
  [
    "an exit signal leaves at the next open",
    {},
    [calm(100, "L"), calm(100), calm(101, "l"), [103, 104, 102, 103], calm(103)],
    [[1, 3, 100, 103, "exit_signal", 0.03]],
  ],
  [
    "an exit signal of the candle of the entry leaves at the next open",
    {},
    [calm(100, "L"), calm(100, "l"), calm(98), calm(98)],
    [[1, 2, 100, 98, "exit_signal", -0.02]],
  ],
  [
    "an exit signal beside an entry signal of the same side is ignored",
    {},
    [calm(100, "L"), calm(100, "Ll"), calm(101), calm(102)],
    [[1, 3, 100, 102, "force_exit", 0.02]],
  ],
  ["entry and exit of one side together enter nothing", {}, [calm(100, "Ll"), calm(100), calm(100)], []],
  ["entries of both sides together enter nothing", {}, [calm(100, "LS"), calm(100), calm(100)], []],
  ["all four together do nothing", {}, [calm(100, "LlSs"), calm(100), calm(100)], []],
  [
    "an exit of the other side is no contradiction",
    {},
    [calm(100, "Ls"), calm(100), calm(101)],
    [[1, 2, 100, 101, "force_exit", 0.01]],
  ],
  [
    "exit signals can be turned off",
    { useExitSignal: false },
    [calm(100, "L"), calm(100, "l"), calm(101), calm(102)],
    [[1, 3, 100, 102, "force_exit", 0.02]],
  ],
  [
    "one position at a time: more entry signals change nothing",
    {},
    [calm(100, "L"), calm(100, "L"), calm(101, "L"), calm(102)],
    [[1, 3, 100, 102, "force_exit", 0.02]],
  ],
  ["an exit signal without a position does nothing", {}, [calm(100, "l"), calm(100), calm(100)], []],
  [
    "an exit of the other side does not end a position",
    {},
    [calm(100, "L"), calm(100, "s"), calm(101), calm(102)],
    [[1, 3, 100, 102, "force_exit", 0.02]],
  ],
  [
    "enters again once it has left",
    {},
    [calm(100, "L"), calm(100, "l"), calm(101, "L"), calm(100), calm(103)],
    [
      [1, 2, 100, 101, "exit_signal", 0.01],
      [3, 4, 100, 103, "force_exit", 0.03],
    ],
  ],
  [
    "not on the candle on which it was stopped",
    { stoploss: -0.05 },
    [calm(100, "L"), calm(100, "L"), [100, 100, 94, 96], calm(96), calm(96)],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "turns round at one open",
    {},
    [calm(100, "L"), calm(100), calm(101, "lS"), calm(102), calm(102), calm(100)],
    [
      [1, 3, 100, 102, "exit_signal", 0.02],
      [3, 5, 102, 100, "force_exit", 0.01960784], // 1 - 100 / 102
    ],
  ],
  [
    "turns round at the open of a candle whose stop was met, as freqtrade does",
    { stoploss: -0.05 },
    [calm(100, "L"), calm(100, "S"), [99, 99, 94, 95], calm(95), calm(98)],
    [
      [1, 2, 100, 95, "stop_loss", -0.05],
      [2, 4, 99, 98, "force_exit", 0.01010101], // 1 - 98 / 99
    ],
  ],
  [
    "an entry of the other side alone turns nothing round",
    {},
    [calm(100, "L"), calm(100, "S"), calm(101), calm(102)],
    [[1, 3, 100, 102, "force_exit", 0.02]],
  ],
  [
    "turns round no more on the last candle",
    {},
    [calm(100, "L"), calm(100), calm(101, "lS"), calm(102)],
    [[1, 3, 100, 102, "exit_signal", 0.02]],
  ],
];

const limit = (entry: number): Row => [100, 100.5, 99.5, 100, "L", { entry }];

export const entryCases: readonly Case[] = [
  [
    "a limit inside of the candle fills at its price",
    {},
    [limit(99), [100, 101, 98, 100], calm(99)],
    [[1, 2, 99, 99, "force_exit", 0]],
  ],
  [
    "a limit on the wrong side of the open still fills at its price",
    {},
    [limit(101), [100, 102, 99, 100], calm(101)],
    [[1, 2, 101, 101, "force_exit", 0]],
  ],
  [
    "a limit that no trade was as bad as is brought to the worst of the candle",
    {},
    [limit(120), [100, 102, 99, 100], calm(102)],
    [[1, 2, 102, 102, "force_exit", 0]],
  ],
  [
    "a limit that is not reached waits, and the trade is dated by its placing",
    {},
    [limit(97), calm(100), [99, 99, 96, 98], calm(97)],
    [[1, 3, 97, 97, "force_exit", 0]],
  ],
  [
    "a limit that the market jumped over is not filled until the market comes back",
    { unfilledTimeoutMinutes: 60 },
    [limit(97), calm(100), [95, 96, 94, 95], [96, 97, 95, 96], calm(97)],
    [[1, 4, 97, 97, "force_exit", 0]],
  ],
  [
    "an order of exactly the time-out may still fill",
    { unfilledTimeoutMinutes: 10 },
    [limit(97), calm(100), calm(100), [99, 99, 96, 98], calm(97)], // placed at 5 min, filled at 15 min
    [[1, 4, 97, 97, "force_exit", 0]],
  ],
  [
    "an older one is given up",
    { unfilledTimeoutMinutes: 10 },
    [limit(97), calm(100), calm(100), calm(100), [99, 99, 96, 98], calm(97)],
    [],
  ],
  [
    "a time-out shorter than a candle leaves one candle",
    { unfilledTimeoutMinutes: 2 },
    [limit(97), calm(100), [99, 99, 96, 98], calm(97)],
    [],
  ],
  [
    "on the candle of the time-out another signal may enter",
    { unfilledTimeoutMinutes: 10 },
    [limit(97), calm(100), calm(100), calm(100, "L"), [99, 99, 96, 98], calm(99)],
    [[4, 5, 99, 99, "force_exit", 0]],
  ],
  [
    "signals that come while it waits are ignored",
    { unfilledTimeoutMinutes: 60 },
    [limit(97), calm(100, "L"), calm(100, "l"), calm(100), [99, 99, 96, 98], calm(97)],
    [[1, 5, 97, 97, "force_exit", 0]],
  ],
  [
    "an exit signal for the candle that fills it leaves at that candle's open, as freqtrade does",
    { unfilledTimeoutMinutes: 60 },
    [limit(97), calm(100), calm(100, "l"), [99, 99, 96, 98], calm(97)],
    [[1, 3, 97, 99, "exit_signal", 0.02061856]], // 99 / 97 - 1
  ],
  ["what never fills is no trade", { unfilledTimeoutMinutes: 60 }, [limit(90), calm(100), calm(100)], []],
  [
    "re-priced on its second candle",
    { adjustEntryPrice: 99 },
    [limit(90), [100, 101, 98, 100], [100, 101, 98, 100], calm(99)],
    [[1, 3, 99, 99, "force_exit", 0]],
  ],
  [
    "a new price is not brought into the candle",
    { adjustEntryPrice: 120, unfilledTimeoutMinutes: 60 },
    [limit(90), calm(100), calm(100), calm(100)],
    [],
  ],
  [
    "re-pricing begins the time-out again",
    { adjustEntryPrice: 95, unfilledTimeoutMinutes: 10 },
    [limit(90), calm(100), calm(100), calm(100), [99, 99, 94, 98], calm(95)], // re-priced at 10 min, filled at 20 min
    [[1, 5, 95, 95, "force_exit", 0]],
  ],
  [
    "asking for the same price again does not",
    { adjustEntryPrice: 95, unfilledTimeoutMinutes: 10 },
    [limit(95), calm(100), calm(100), calm(100), [99, 99, 94, 98], calm(95)],
    [],
  ],
  [
    "a filled entry is not re-priced",
    { adjustEntryPrice: 90 },
    [limit(99), [100, 101, 98, 100], [99, 100, 89, 99], calm(99)],
    [[1, 3, 99, 99, "force_exit", 0]],
  ],
  [
    "the stop counts from the price that was got, on the candle that got it",
    { stoploss: -0.05 },
    [limit(98), [100, 101, 90, 97], calm(97), calm(97)],
    [[1, 1, 98, 93.1, "stop_loss", -0.05]], // 98 * 0.95
  ],
  [
    "and from the new price where it was re-priced",
    { stoploss: -0.05, adjustEntryPrice: 99 },
    [limit(90), calm(100), [100, 101, 94.2, 97], [97, 97, 94, 95], calm(97)],
    [[1, 3, 99, 94.05, "stop_loss", -0.05]], // 99 * 0.95
  ],
];
