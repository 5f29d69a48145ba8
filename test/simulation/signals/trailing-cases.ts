/**
 * Where the trailing stop leaves under freqtrade's rules, for both sides: a stop that is a part of the best price has no
 * mirror image, so each side has its arithmetic. The entry is at 100, on row 1; the stop loss is 10 %, so 90 or 110.
 */
import type { Case } from "./entry-cases.ts";
import type { Row, Settings } from "./scenario.ts";

const long: Row = [100, 100.5, 99.5, 100, "L"];
const short: Row = [100, 100.5, 99.5, 100, "S"];
const quiet: Row = [100, 100, 100, 100];
const trail: Settings = { stoploss: -0.1, trailingStop: true };
const nearer: Settings = { ...trail, trailingStopPositive: 0.02, trailingStopPositiveOffset: 0.05 };
const onlyFrom: Settings = { ...nearer, trailingOnlyOffsetIsReached: true };

export const trailingCases: readonly Case[] = [
  [
    "long: the high moves it, a later low meets it",
    trail,
    [long, quiet, [100, 110, 100, 109], [105, 106, 98, 99], quiet],
    [[1, 3, 100, 99, "trailing_stop_loss", -0.01]], // 110 * 0.9
  ],
  [
    "short: the low moves it, a later high meets it",
    trail,
    [short, quiet, [95, 96, 90, 91], [95, 100, 94, 99], quiet],
    [[1, 3, 100, 99, "trailing_stop_loss", 0.01]], // 90 * 1.1
  ],
  [
    "long: high and low of one candle",
    trail,
    [long, quiet, [100, 120, 105, 110], quiet],
    [[1, 2, 100, 108, "trailing_stop_loss", 0.08]], // 120 * 0.9
  ],
  [
    "short: low and high of one candle",
    trail,
    [short, quiet, [100, 100, 80, 90], quiet],
    [[1, 2, 100, 88, "trailing_stop_loss", 0.12]], // 80 * 1.1
  ],
  [
    "long: on the candle of the entry just far enough to move, so at the open less 10 %, but not below the low",
    trail,
    [long, [100, 120, 95, 110], quiet],
    [[1, 1, 100, 95, "trailing_stop_loss", -0.05]], // max(90, 95)
  ],
  [
    "short: at the open and 10 %, but not above the high",
    trail,
    [short, [100, 105, 80, 90], quiet],
    [[1, 1, 100, 105, "trailing_stop_loss", -0.05]], // min(110, 105)
  ],
  [
    "long: with an offset to be reached, from the offset back",
    onlyFrom,
    [long, [100, 110, 99.5, 105], quiet],
    [[1, 1, 100, 103, "trailing_stop_loss", 0.03]], // 100 * (1 + 0.05 - 0.02); the stop itself is at 107.8
  ],
  [
    "short: with an offset to be reached, from the offset back",
    onlyFrom,
    [short, [100, 100.5, 90, 95], quiet],
    [[1, 1, 100, 97, "trailing_stop_loss", 0.03]], // 100 * (1 - 0.05 + 0.02); the stop itself is at 91.8
  ],
  [
    "long: below the offset it follows at the distance of the stop loss",
    nearer,
    [long, quiet, [100, 104, 100, 103], [100, 101, 93, 95], quiet],
    [[1, 3, 100, 93.6, "trailing_stop_loss", -0.064]], // 104 * 0.9
  ],
  [
    "short: below the offset it follows at the distance of the stop loss",
    nearer,
    [short, quiet, [100, 100, 96, 97], [100, 107, 99, 105], quiet],
    [[1, 3, 100, 105.6, "trailing_stop_loss", -0.056]], // 96 * 1.1
  ],
  [
    "long: above it at the positive distance",
    nearer,
    [long, quiet, [108, 110, 108, 109], [109, 109, 105, 106], quiet],
    [[1, 3, 100, 107.8, "trailing_stop_loss", 0.078]], // 110 * 0.98
  ],
  [
    "short: above it at the positive distance",
    nearer,
    [short, quiet, [91, 91.5, 90, 91], [91, 95, 91, 94], quiet],
    [[1, 3, 100, 91.8, "trailing_stop_loss", 0.082]], // 90 * 1.02
  ],
  [
    "long: with an offset to be reached it stays until then",
    onlyFrom,
    [long, quiet, [100, 104, 100, 103], [100, 101, 89, 95], quiet],
    [[1, 3, 100, 90, "stop_loss", -0.1]],
  ],
  [
    "short: with an offset to be reached it stays until then",
    onlyFrom,
    [short, quiet, [100, 100, 96, 97], [100, 111, 99, 105], quiet],
    [[1, 3, 100, 110, "stop_loss", -0.1]],
  ],
  [
    "long: a profit of just the offset moves it, at the distance of the stop loss",
    onlyFrom,
    [long, quiet, [100, 105, 100, 103], [100, 101, 94, 95], quiet],
    [[1, 3, 100, 94.5, "trailing_stop_loss", -0.055]], // 105 * 0.9
  ],
  [
    "short: a profit of just the offset moves it, at the distance of the stop loss",
    onlyFrom,
    [short, quiet, [100, 100, 95, 97], [100, 105, 99, 104], quiet],
    [[1, 3, 100, 104.5, "trailing_stop_loss", -0.045]], // 95 * 1.1
  ],
  [
    "long: it never goes back",
    trail,
    [long, quiet, [105, 110, 104, 109], [104, 105, 100, 104], [103, 104, 98, 100], quiet],
    [[1, 4, 100, 99, "trailing_stop_loss", -0.01]], // of 110, not of 105
  ],
  [
    "short: it never goes back",
    trail,
    [short, quiet, [95, 96, 90, 91], [96, 98, 95, 96], [97, 100, 96, 99], quiet],
    [[1, 4, 100, 99, "trailing_stop_loss", 0.01]], // of 90, not of 95
  ],
  [
    "long: what the low has met already does not follow the high",
    trail,
    [long, quiet, [100, 130, 89, 100], quiet],
    [[1, 2, 100, 90, "stop_loss", -0.1]],
  ],
  [
    "short: what the high has met already does not follow the low",
    trail,
    [short, quiet, [100, 111, 70, 100], quiet],
    [[1, 2, 100, 110, "stop_loss", -0.1]],
  ],
  [
    "long: at the open when the whole candle lies beyond",
    trail,
    [long, quiet, [105, 110, 104, 109], [95, 96, 94, 95], quiet],
    [[1, 3, 100, 95, "trailing_stop_loss", -0.05]], // the stop was 99
  ],
  [
    "short: at the open when the whole candle lies beyond",
    trail,
    [short, quiet, [95, 96, 90, 91], [105, 106, 104, 105], quiet],
    [[1, 3, 100, 105, "trailing_stop_loss", -0.05]], // the stop was 99
  ],
  [
    "long: an offset of 0 holds from the first profit on",
    { ...trail, trailingStopPositive: 0.02 },
    [long, quiet, [100, 101, 100, 101], [101, 101, 98, 99], quiet],
    [[1, 3, 100, 98.98, "trailing_stop_loss", -0.0102]], // 101 * 0.98
  ],
  [
    "short: an offset of 0 holds from the first profit on",
    { ...trail, trailingStopPositive: 0.02 },
    [short, quiet, [100, 100, 99, 99], [99, 102, 99, 101], quiet],
    [[1, 3, 100, 100.98, "trailing_stop_loss", -0.0098]], // 99 * 1.02
  ],
  [
    "long: the ROI table comes before it",
    { ...onlyFrom, roi: { "0": 0.08 } },
    [long, quiet, [104, 112, 104, 105], quiet],
    [[1, 2, 100, 108, "roi", 0.08]], // the stop was at 109.76
  ],
  [
    "short: the ROI table comes before it",
    { ...onlyFrom, roi: { "0": 0.08 } },
    [short, quiet, [96, 96, 88, 95], quiet],
    [[1, 2, 100, 92, "roi", 0.08]], // the stop was at 89.76
  ],
  [
    "long: the exit signal comes before it",
    trail,
    [long, [100, 100, 100, 100, "l"], [101, 120, 101, 110], quiet],
    [[1, 2, 100, 101, "exit_signal", 0.01]],
  ],
  [
    "short: the exit signal comes before it",
    trail,
    [short, [100, 100, 100, 100, "s"], [99, 99, 80, 90], quiet],
    [[1, 2, 100, 99, "exit_signal", 0.01]],
  ],
  [
    "long: with leverage its distances and its offset are of the stake",
    { ...onlyFrom, trailingStopPositive: 0.04, trailingStopPositiveOffset: 0.1, leverage: 2 },
    [long, quiet, [103.9, 106, 103.9, 105], [105, 105, 103, 104], quiet],
    [[1, 3, 100, 103.88, "trailing_stop_loss", 0.0776]], // 12 % > 10 %: 106 * (1 - 0.04 / 2)
  ],
  [
    "short: with leverage its distances and its offset are of the stake",
    { ...onlyFrom, trailingStopPositive: 0.04, trailingStopPositiveOffset: 0.1, leverage: 2 },
    [short, quiet, [95, 95.8, 94, 95], [95, 97, 95, 96], quiet],
    [[1, 3, 100, 95.88, "trailing_stop_loss", 0.0824]], // 12 % > 10 %: 94 * (1 + 0.04 / 2)
  ],
];

/** Values are bought and sold with their fees, 10 basis points of each. */
export const feeCases: readonly Case[] = [
  [
    "long: a stop loses the fees on top",
    { stoploss: -0.05, feeBps: 10 },
    [long, quiet, [99, 99, 94, 95], quiet],
    [[1, 2, 100, 95, "stop_loss", -0.0518981]], // 95 * 0.999 / (100 * 1.001) - 1
  ],
  [
    "short: a stop loses the fees on top",
    { stoploss: -0.05, feeBps: 10 },
    [short, quiet, [101, 106, 101, 105], quiet],
    [[1, 2, 100, 105, "stop_loss", -0.0521021]], // 1 - 105 * 1.001 / (100 * 0.999)
  ],
  [
    "long: the table earns them on top",
    { roi: { "0": 0.02 }, feeBps: 10 },
    [long, quiet, [100, 105, 100, 104], quiet],
    [[1, 2, 100, 102.2022022, "roi", 0.01998002]], // 100 * (1.001 + 0.02) / 0.999; 102.1 / 100.1 - 1
  ],
  [
    "short: the table earns them on top",
    { roi: { "0": 0.02 }, feeBps: 10 },
    [short, quiet, [100, 100, 95, 96], quiet],
    [[1, 2, 100, 97.8021978, "roi", 0.02002002]], // 100 * (0.999 - 0.02) / 1.001; 1 - 97.9 / 99.9
  ],
  [
    "long: a profit that the fees take is none for the table",
    { roi: { "0": 0 }, feeBps: 10 },
    [long, quiet, [100, 100.2, 100, 100], quiet],
    [[1, 3, 100, 100, "force_exit", -0.001998]], // 100.2 * 0.999 < 100 * 1.001; 0.999 / 1.001 - 1
  ],
  [
    "with leverage the fees count as often",
    { feeBps: 10, leverage: 3 },
    [long, quiet, quiet],
    [[1, 2, 100, 100, "force_exit", -0.00599401]], // 3 * (0.999 / 1.001 - 1)
  ],
];
