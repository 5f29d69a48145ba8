/** Guards out of configuration, as freqtrade users write `protections`. Parameters that a method does not have are refused. */
import { Invalid } from "../../values/invalid.ts";
import { Fields } from "../fields.ts";
import { guardMethods, type Guard, type GuardMethod } from "./guard.ts";

const durations = ["stop_duration", "stop_duration_candles", "unlock_at"] as const;
const lookbacks = ["lookback_period", "lookback_period_candles", "trade_limit"] as const;
const parameters: Readonly<Record<GuardMethod, readonly string[]>> = {
  CooldownPeriod: durations,
  StoplossGuard: [...durations, ...lookbacks, "required_profit", "only_per_pair", "only_per_side"],
  MaxDrawdown: [...durations, ...lookbacks, "max_allowed_drawdown"],
  LowProfitPairs: [...durations, ...lookbacks, "required_profit", "only_per_side"],
  ConsecutiveLosses: [...durations, ...lookbacks, "required_profit", "only_per_pair"],
};
/** How many trades it takes, unless told. */
const tradeLimits: Readonly<Record<GuardMethod, number>> = {
  CooldownPeriod: 1,
  StoplossGuard: 10,
  MaxDrawdown: 1,
  LowProfitPairs: 1,
  ConsecutiveLosses: 3,
};

const MINUTE_MS = 60_000;
const MINUTES_MAX = 525_600;
/** Without a duration of its own: an hour, as freqtrade has it. */
const USUAL_MINUTES = 60;

/** `candleMs`: what the `_candles` parameters count. Throws `Invalid` naming `<path>.<k>.<parameter>`. */
export const readGuards = (raw: readonly unknown[], path: string, candleMs: number): readonly Guard[] =>
  raw.map((each, k) => readGuard(each, `${path}.${k}`, candleMs));

const readGuard = (raw: unknown, path: string, candleMs: number): Guard => {
  const named = (raw as { readonly method?: unknown } | null | undefined)?.method;
  const method = guardMethods.find((known) => known === named);
  if (method === undefined) throw new Invalid(`${path}.method`, `one of ${guardMethods.join(", ")}`, named);
  const fields = new Fields(raw, path, ["method", ...parameters[method]]);
  const unlock = fields.has("unlock_at") ? unlockAt(fields) : undefined;
  if (unlock !== undefined)
    for (const other of ["stop_duration", "stop_duration_candles"])
      if (fields.has(other)) fields.refuse(other, "left out beside unlock_at");
  return {
    method,
    lookbackMs: spanOf(fields, "lookback_period", candleMs),
    tradeLimit: fields.count("trade_limit", 1, 10_000, tradeLimits[method]),
    stopMs: spanOf(fields, "stop_duration", candleMs),
    ...(unlock === undefined ? {} : { unlockAtMinutes: unlock }),
    requiredProfit: fields.number("required_profit", -1, 1_000, 0),
    maxAllowedDrawdown: fields.number("max_allowed_drawdown", 0, 1_000, 0),
    onlyPerPair: fields.flag("only_per_pair"),
    onlyPerSide: fields.flag("only_per_side"),
  };
};

/** Minutes or candles, not both. */
const spanOf = (fields: Fields, name: string, candleMs: number): number => {
  const inCandles = `${name}_candles`;
  if (!fields.has(inCandles)) return fields.count(name, 1, MINUTES_MAX, USUAL_MINUTES) * MINUTE_MS;
  if (fields.has(name)) fields.refuse(inCandles, `left out beside ${name}`);
  return fields.count(inCandles, 1, MINUTES_MAX, 1) * candleMs;
};

const unlockAt = (fields: Fields): number => {
  const [hours, minutes] = fields
    .text("unlock_at", /^([01]\d|2[0-3]):[0-5]\d$/, "a time of day such as 08:00")
    .split(":")
    .map(Number);
  return hours! * 60 + minutes!;
};
