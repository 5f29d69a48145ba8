/** The file of outside signals is read strictly: each mistake is refused with the name of its field. */
import { describe, expect, it } from "vitest";
import { readSignals } from "../../../simulation/signals/read-signals.ts";
import { fileOf, FRAME, type Row, START } from "./scenario.ts";

const rows: readonly Row[] = [
  [100, 101, 99, 100, "L"],
  [100, 101, 99, 100],
];
type File = {
  timeframe: unknown;
  candles: unknown[][];
  signals: Record<string, unknown>[];
  settings: Record<string, unknown>;
};
const file = (change: (file: File & Record<string, unknown>) => void): unknown => {
  const made = structuredClone(fileOf(rows, {})) as File & Record<string, unknown>;
  change(made);
  return made;
};

describe("a file of signals", () => {
  it("may leave out what is off", () => {
    const run = readSignals({
      timeframe: "1h",
      candles: [[0, 1, 1, 1, 1, 0]],
      signals: [{ at: 0, enterShort: true }],
    });
    expect(run.frame).toBe(60);
    expect([...run.signals.flags]).toEqual([4]);
    expect(run.signals.entryPrice[0]).toBeNaN();
    expect(run.settings).toEqual({
      rules: { stoploss: NaN, roi: [], trailing: undefined },
      useExitSignal: true,
      unfilledTimeoutMinutes: 10,
      adjustEntryPrice: NaN,
      leverage: 1,
      fee: 0,
    });
  });

  it("sorts the steps of the ROI table by minutes", () => {
    const run = readSignals(file(({ settings }) => (settings["roi"] = { "30": 0.02, "0": 0.1, "4": 0.05 })));
    expect(run.settings.rules.roi).toEqual([
      { minutes: 0, ratio: 0.1 },
      { minutes: 4, ratio: 0.05 },
      { minutes: 30, ratio: 0.02 },
    ]);
  });

  it("takes gaps between candles", () => {
    const run = readSignals(file(({ candles }) => (candles[1]![0] = START + 7 * FRAME)));
    expect(run.candles.length).toBe(2);
  });

  it.each<[string, (file: File & Record<string, unknown>) => void]>([
    ["strategy: expected one of", (file) => (file["strategy"] = "x")],
    ["timeframe: expected one of", (file) => (file.timeframe = "7m")],
    ["timeframe: expected a text", (file) => (file.timeframe = 5)],
    ["candles: expected a list", (file) => (file.candles = [])],
    ["candles[1]: expected [time, open", (file) => file.candles[1]!.pop()],
    ["candles[1][0]: expected a time one or more candles", (file) => (file.candles[1]![0] = START)],
    ["candles[1][0]: expected a time one or more candles", (file) => (file.candles[1]![0] = START + 1)],
    ["candles[1][0]: expected a whole number", (file) => (file.candles[1]![0] = "soon")],
    ["candles[0][1]: expected a number above zero", (file) => (file.candles[0]![1] = 0)],
    ["candles[0][3]: expected a number above zero", (file) => (file.candles[0]![3] = null)],
    ["candles[0][2]: expected a high from its low of 99", (file) => (file.candles[0]![2] = 98)],
    ["candles[0][5]: expected a number from zero", (file) => (file.candles[0]![5] = -1)],
    ["signals: expected a list", (file) => (file.signals = {} as never)],
    ["signals[0].at: expected the open time", (file) => (file.signals[0]!["at"] = START - FRAME)],
    ["signals[0].at: expected the open time", (file) => (file.signals[0]!["at"] = START + 2 * FRAME)],
    ["signals[0].at: expected the open time", (file) => delete file.signals[0]!["at"]],
    ["signals[1].at: expected one signal for each", (file) => file.signals.push({ at: START })],
    ["signals[0].enterLong: expected true or false", (file) => (file.signals[0]!["enterLong"] = 1)],
    ["signals[0].enter: expected one of at", (file) => (file.signals[0]!["enter"] = true)],
    ["signals[0].entryPrice: expected a number above", (file) => (file.signals[0]!["entryPrice"] = -1)],
    ["signals[0].tag: expected a text", (file) => (file.signals[0]!["tag"] = 7)],
    ["settings.stopLoss: expected one of", (file) => (file.settings["stopLoss"] = -0.1)],
    ["settings.stoploss: expected a ratio from -1 to 0", (file) => (file.settings["stoploss"] = 0.1)],
    ["settings.stoploss: expected a ratio from -1 to below 0", (file) => (file.settings["stoploss"] = 0)],
    ["settings.roi: expected an object", (file) => (file.settings["roi"] = [])],
    ["settings.roi: expected whole minutes", (file) => (file.settings["roi"] = { "1.5": 0.1 })],
    ["settings.roi.0: expected a ratio from -1", (file) => (file.settings["roi"] = { "0": -2 })],
    [
      "settings.trailingStop: expected a stop loss or",
      (file) => (file.settings = { trailingStop: true, stoploss: null }),
    ],
    [
      "settings.trailingStopPositive: expected a ratio",
      (file) => (file.settings["trailingStopPositive"] = -0.1),
    ],
    [
      "settings.trailingOnlyOffsetIsReached: expected true",
      (file) => (file.settings["trailingOnlyOffsetIsReached"] = "yes"),
    ],
    ["settings.useExitSignal: expected true", (file) => (file.settings["useExitSignal"] = "no")],
    [
      "settings.unfilledTimeoutMinutes: expected a number",
      (file) => (file.settings["unfilledTimeoutMinutes"] = -1),
    ],
    ["settings.adjustEntryPrice: expected a number", (file) => (file.settings["adjustEntryPrice"] = 0)],
    ["settings.leverage: expected a number from 1", (file) => (file.settings["leverage"] = 0.5)],
    ["settings.feeBps: expected a number from zero", (file) => (file.settings["feeBps"] = -1)],
    ["settings.feeBps: expected less than the whole", (file) => (file.settings["feeBps"] = 10_000)],
  ])("is refused: %s", (message, change) => {
    expect(() => readSignals(file(change))).toThrow(message);
  });
});
