/** Limit prices of exit signals under freqtrade's rules. The entry is at 100, on row 1. */
import type { Case } from "./entry-cases.ts";
import type { Row } from "./scenario.ts";

const enter: Row = [100, 100.5, 99.5, 100, "L"];
const calm = (at: number, signals?: string): Row =>
  signals === undefined ? [at, at + 0.5, at - 0.5, at] : [at, at + 0.5, at - 0.5, at, signals];

const leaveAt = (exit: number): Row => [100, 100.5, 99.5, 100, "l", { exit }];

export const exitPriceCases: readonly Case[] = [
  [
    "inside of the candle: at its price",
    {},
    [enter, leaveAt(102), [100, 103, 99, 101], calm(101)],
    [[1, 2, 100, 102, "exit_signal", 0.02]],
  ],
  [
    "one that no trade was as bad as is brought to the worst of the candle",
    {},
    [enter, leaveAt(50), [100, 103, 99, 101], calm(101)],
    [[1, 2, 100, 99, "exit_signal", -0.01]],
  ],
  [
    "one that is not reached waits",
    {},
    [enter, leaveAt(104), calm(100), [101, 105, 100, 103], calm(103)],
    [[1, 3, 100, 104, "exit_signal", 0.04]],
  ],
  [
    "while it waits no stop and no table is looked at",
    { stoploss: -0.05, roi: { "0": 0.03 }, unfilledTimeoutMinutes: 60 },
    [enter, leaveAt(110), [100, 104, 90, 95], [95, 96, 80, 85], calm(85)],
    [[1, 4, 100, 85, "force_exit", -0.15]],
  ],
  [
    "they are again once it has timed out",
    { stoploss: -0.05, unfilledTimeoutMinutes: 4 },
    [enter, leaveAt(110), [100, 104, 90, 95], [96, 97, 94, 96], calm(96)],
    [[1, 3, 100, 95, "stop_loss", -0.05]],
  ],
  [
    "another signal places another exit after that",
    { unfilledTimeoutMinutes: 4 },
    [enter, leaveAt(110), calm(100, "l"), calm(101), calm(103)],
    [[1, 3, 100, 101, "exit_signal", 0.01]],
  ],
  [
    "what never fills is left at the end",
    { unfilledTimeoutMinutes: 60 },
    [enter, leaveAt(110), calm(100), calm(101), calm(102)],
    [[1, 4, 100, 102, "force_exit", 0.02]],
  ],
  [
    "it is for exit signals only",
    { stoploss: -0.05, useExitSignal: false },
    [enter, leaveAt(98), [100, 101, 94, 95], calm(95)],
    [[1, 2, 100, 95, "stop_loss", -0.05]],
  ],
];
