/**
 * A file of outside signals, read strictly: what is not known, not true or not possible is refused with the name of its field.
 * Missing flags are false, missing prices are market orders, missing settings are off.
 */
import { CandleTable } from "../../domain/history/candle-table.ts";
import { timeframe, timeframes } from "../../domain/market/candle.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import {
  readCount,
  readNotNegative,
  readNumber,
  readObject,
  readPositive,
} from "../../domain/values/read.ts";
import { readFlag, readRoi, readStoploss, readTrailing } from "../../domain/strategy/exits/read-rules.ts";
import { ENTER_LONG, ENTER_SHORT, EXIT_LONG, EXIT_SHORT } from "./signals.ts";
import type { SignalColumns, SignalRun, SignalSettings } from "./signals.ts";

export interface ReadSignals extends SignalRun {
  /** What no market could have traded, and is taken as it is. */
  readonly doubts: readonly string[];
}

export const readSignals = (raw: unknown): ReadSignals => {
  const file = fieldsOf(raw, "signals file", ["timeframe", "candles", "signals", "settings"]);
  if (typeof file["timeframe"] !== "string")
    throw new Invalid("timeframe", "a text such as 5m", file["timeframe"]);
  const span = timeframes[timeframe(file["timeframe"])];
  const { candles, doubts } = candlesOf(file["candles"], span, file["timeframe"]);
  return {
    candles,
    doubts,
    frame: span / 60_000,
    signals: columnsOf(file["signals"], candles),
    settings: settingsOf(file["settings"] ?? {}),
  };
};

const fieldsOf = (
  raw: unknown,
  field: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> => {
  const object = readObject(raw, field);
  const strange = Object.keys(object).find((name) => !known.includes(name));
  if (strange !== undefined)
    throw new Invalid(
      field === "signals file" ? strange : `${field}.${strange}`,
      `one of ${known.join(", ")}`,
      strange,
    );
  return object;
};

const candlesOf = (
  raw: unknown,
  span: number,
  frame: string,
): { readonly candles: CandleTable; readonly doubts: readonly string[] } => {
  if (!Array.isArray(raw) || raw.length === 0)
    throw new Invalid("candles", "a list of [time, open, high, low, close, volume]", raw);
  const candles = new CandleTable(raw.length);
  const doubts: string[] = [];
  for (const [i, row] of (raw as readonly unknown[]).entries()) {
    const field = `candles[${i}]`;
    if (!Array.isArray(row) || row.length !== 6)
      throw new Invalid(field, "[time, open, high, low, close, volume]", row);
    const at = readCount(row[0], `${field}[0]`);
    const before = i === 0 ? at - span : candles.at[i - 1]!;
    if (at <= before || (at - before) % span !== 0)
      throw new Invalid(`${field}[0]`, `a time one or more candles of ${frame} after the one before`, row[0]);
    const [open, high, low, close] = [1, 2, 3, 4].map((cell) =>
      readPositive(row[cell], `${field}[${cell}]`),
    ) as [number, number, number, number];
    if (high < low) throw new Invalid(`${field}[2]`, `a high from its low of ${low}`, high);
    if (open < low || open > high || close < low || close > high)
      doubts.push(`${field}: opens or closes outside of its low and high`);
    candles.push(at, open, high, low, close, readNotNegative(row[5], `${field}[5]`), 0);
  }
  return { candles, doubts };
};

const flagNames = [
  ["enterLong", ENTER_LONG],
  ["exitLong", EXIT_LONG],
  ["enterShort", ENTER_SHORT],
  ["exitShort", EXIT_SHORT],
] as const;
const signalFields = ["at", ...flagNames.map(([name]) => name), "tag", "entryPrice", "exitPrice"];

const columnsOf = (raw: unknown, candles: CandleTable): SignalColumns => {
  if (!Array.isArray(raw)) throw new Invalid("signals", "a list of signals", raw);
  const count = candles.length;
  const flags = new Uint8Array(count);
  const entryPrice = new Float64Array(count).fill(NaN);
  const exitPrice = new Float64Array(count).fill(NaN);
  const tags = new Array<string>(count).fill("");
  const seen = new Uint8Array(count);
  for (const [i, each] of (raw as readonly unknown[]).entries()) {
    const field = `signals[${i}]`;
    const signal = fieldsOf(each, field, signalFields);
    const at = readNumber(signal["at"], `${field}.at`, "the open time of one of the candles");
    const row = candles.indexOf(at);
    if (row >= count || candles.at[row] !== at)
      throw new Invalid(`${field}.at`, "the open time of one of the candles", signal["at"]);
    if (seen[row] === 1) throw new Invalid(`${field}.at`, "one signal for each candle", signal["at"]);
    seen[row] = 1;
    for (const [name, flag] of flagNames) if (readFlag(signal[name], `${field}.${name}`)) flags[row]! |= flag;
    entryPrice[row] = readPrice(signal["entryPrice"], `${field}.entryPrice`);
    exitPrice[row] = readPrice(signal["exitPrice"], `${field}.exitPrice`);
    const tag = signal["tag"] ?? "";
    if (typeof tag !== "string" || tag.length > 255)
      throw new Invalid(`${field}.tag`, "a text of at most 255 characters, or null", tag);
    tags[row] = tag;
  }
  return { flags, entryPrice, exitPrice, tags };
};

/** NaN for null. */
const readPrice = (raw: unknown, field: string): number =>
  raw === null || raw === undefined ? NaN : readPositive(raw, field);

const settingFields = [
  "stoploss",
  "roi",
  "useExitSignal",
  "trailingStop",
  "trailingStopPositive",
  "trailingStopPositiveOffset",
  "trailingOnlyOffsetIsReached",
  "unfilledTimeoutMinutes",
  "adjustEntryPrice",
  "leverage",
  "feeBps",
];

const settingsOf = (raw: unknown): SignalSettings => {
  const settings = fieldsOf(raw, "settings", settingFields);
  const given = (name: string): unknown => settings[name] ?? undefined;
  const stoploss = readStoploss(given("stoploss"), "settings.stoploss");
  const trailing = readTrailing(
    {
      stop: given("trailingStop"),
      positive: given("trailingStopPositive"),
      offset: given("trailingStopPositiveOffset"),
      onlyOffsetIsReached: given("trailingOnlyOffsetIsReached"),
    },
    {
      stop: "settings.trailingStop",
      positive: "settings.trailingStopPositive",
      offset: "settings.trailingStopPositiveOffset",
      onlyOffsetIsReached: "settings.trailingOnlyOffsetIsReached",
    },
    stoploss,
  );
  const leverage = readNumber(given("leverage") ?? 1, "settings.leverage", "a number from 1");
  if (leverage < 1) throw new Invalid("settings.leverage", "a number from 1", leverage);
  const feeBps = readNotNegative(given("feeBps") ?? 0, "settings.feeBps");
  if (feeBps >= 10_000) throw new Invalid("settings.feeBps", "less than the whole, 10000", feeBps);
  return {
    rules: { stoploss, roi: readRoi(given("roi") ?? {}, "settings.roi"), trailing },
    useExitSignal: readFlag(given("useExitSignal") ?? true, "settings.useExitSignal"),
    unfilledTimeoutMinutes: readNotNegative(
      given("unfilledTimeoutMinutes") ?? 10,
      "settings.unfilledTimeoutMinutes",
    ),
    adjustEntryPrice: readPrice(given("adjustEntryPrice"), "settings.adjustEntryPrice"),
    leverage,
    fee: feeBps / 10_000,
  };
};
