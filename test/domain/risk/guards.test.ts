import { describe, expect, it } from "vitest";
import { type ClosedTrade, isLocked, locksOf } from "../../../domain/risk/guards/guard.ts";
import { readGuards } from "../../../domain/risk/guards/read-guards.ts";
import { refused } from "../../refused.ts";

const MINUTE = 60_000;
const CANDLE = 5 * MINUTE;
const BTC = "sandbox:BTC/USDT";
const ETH = "sandbox:ETH/USDT";

/** At a minute, with this profit; stopped where it lost unless told. */
const trade = (minute: number, ratio: number, change: Partial<ClosedTrade> = {}): ClosedTrade => ({
  instrument: BTC,
  strategy: "a",
  side: "long",
  closeAt: minute * MINUTE,
  ratio,
  stopped: ratio < 0,
  ...change,
});

/** After the last of them has closed: what is locked and until which minute. */
const lockedBy = (guard: object, trades: readonly ClosedTrade[]): readonly string[] =>
  locksOf(readGuards([guard], "protections", CANDLE)[0]!, trades, trades.at(-1)!, CANDLE).map(
    ({ rule, instrument, side, until }) => `${rule} ${instrument} ${side} ${until / MINUTE}`,
  );

const cases: Record<string, readonly [object, readonly ClosedTrade[], readonly string[]]> = {
  // 12 + 10 = 22; the candle of 22 ends at 25
  "a pair cools down after any trade": [
    { method: "CooldownPeriod", stop_duration_candles: 2 },
    [trade(12, 0.1)],
    [`cooldown-period ${BTC} * 25`],
  ],
  // 15 + 10 = 25 lies on the grid: the next one
  "a lock that ends on the grid lasts to the next candle": [
    { method: "CooldownPeriod", stop_duration: 10 },
    [trade(15, 0.1)],
    [`cooldown-period ${BTC} * 30`],
  ],
  // 08:00 is minute 480
  "until a time of day": [
    { method: "CooldownPeriod", unlock_at: "08:00" },
    [trade(12, 0.1)],
    [`cooldown-period ${BTC} * 485`],
  ],
  // 500 is past 08:00: the next day's, 480 + 1440
  "until that time of the next day": [
    { method: "CooldownPeriod", unlock_at: "08:00" },
    [trade(500, 0.1)],
    [`cooldown-period ${BTC} * 1925`],
  ],
  "two stops in time lock everything and the pair": [
    { method: "StoplossGuard", lookback_period: 60, trade_limit: 2, stop_duration: 30 },
    [trade(10, -0.1), trade(40, -0.1)],
    [`stoploss-guard ${BTC} * 75`, "stoploss-guard * * 75"],
  ],
  "one of them too long ago": [
    { method: "StoplossGuard", lookback_period: 30, trade_limit: 2, stop_duration: 30 },
    [trade(10, -0.1), trade(40, -0.1)],
    [],
  ],
  "stops of other pairs count only together": [
    { method: "StoplossGuard", lookback_period: 60, trade_limit: 2, stop_duration: 30 },
    [trade(10, -0.1, { instrument: ETH }), trade(40, -0.1)],
    ["stoploss-guard * * 75"],
  ],
  "only per pair": [
    { method: "StoplossGuard", lookback_period: 60, trade_limit: 2, stop_duration: 30, only_per_pair: true },
    [trade(10, -0.1), trade(40, -0.1)],
    [`stoploss-guard ${BTC} * 75`],
  ],
  "only per side": [
    {
      method: "StoplossGuard",
      lookback_period: 60,
      trade_limit: 2,
      stop_duration: 30,
      only_per_side: true,
      only_per_pair: true,
    },
    [trade(5, -0.1, { side: "short" }), trade(10, -0.1), trade(40, -0.1)],
    [`stoploss-guard ${BTC} long 75`],
  ],
  "a loss that was no stop does not count": [
    { method: "StoplossGuard", lookback_period: 60, trade_limit: 2, stop_duration: 30 },
    [trade(10, -0.1, { stopped: false }), trade(40, -0.1)],
    [],
  ],
  "a stop above the required profit does not count": [
    {
      method: "StoplossGuard",
      lookback_period: 60,
      trade_limit: 2,
      stop_duration: 30,
      required_profit: -0.2,
    },
    [trade(10, -0.1), trade(40, -0.1)],
    [],
  ],
  // Sums: 0.1, -0.05, -0.1: 0.2 below the highest
  "a drawdown of ratios": [
    {
      method: "MaxDrawdown",
      lookback_period: 60,
      trade_limit: 3,
      max_allowed_drawdown: 0.19,
      stop_duration: 30,
    },
    [trade(10, 0.1), trade(20, -0.15), trade(40, -0.05)],
    ["max-drawdown * * 75"],
  ],
  "one that is allowed": [
    {
      method: "MaxDrawdown",
      lookback_period: 60,
      trade_limit: 3,
      max_allowed_drawdown: 0.21,
      stop_duration: 30,
    },
    [trade(10, 0.1), trade(20, -0.15), trade(40, -0.05)],
    [],
  ],
  // The highest begins at 0.
  "losses from the start": [
    { method: "MaxDrawdown", lookback_period: 60, max_allowed_drawdown: 0.1, stop_duration: 30 },
    [trade(40, -0.15)],
    ["max-drawdown * * 75"],
  ],
  "too few trades for a drawdown": [
    {
      method: "MaxDrawdown",
      lookback_period: 60,
      trade_limit: 4,
      max_allowed_drawdown: 0,
      stop_duration: 30,
    },
    [trade(10, 0.1), trade(20, -0.15), trade(40, -0.05)],
    [],
  ],
  // 0.05 - 0.06 < 0
  "a pair of low profit": [
    { method: "LowProfitPairs", lookback_period: 60, trade_limit: 2, stop_duration: 30 },
    [trade(10, 0.05), trade(20, 0.9, { instrument: ETH }), trade(40, -0.06)],
    [`low-profit-pairs ${BTC} * 75`],
  ],
  "enough profit": [
    {
      method: "LowProfitPairs",
      lookback_period: 60,
      trade_limit: 2,
      stop_duration: 30,
      required_profit: -0.02,
    },
    [trade(10, 0.05), trade(40, -0.06)],
    [],
  ],
  "three losses in a row": [
    { method: "ConsecutiveLosses", lookback_period: 600, stop_duration: 30 },
    [trade(1, 0.1), trade(10, -0.01), trade(20, -0.01, { instrument: ETH }), trade(40, -0.01)],
    ["consecutive-losses * * 75"],
  ],
  "a win in between": [
    { method: "ConsecutiveLosses", lookback_period: 600, stop_duration: 30 },
    [trade(10, -0.01), trade(20, 0.01), trade(30, -0.01), trade(40, -0.01)],
    [],
  ],
};

describe("guards", () => {
  for (const [name, [guard, trades, locks]] of Object.entries(cases))
    it(name, () => expect(lockedBy(guard, trades)).toEqual(locks));

  it("lock until, not at, their end", () => {
    const lock = { rule: "cooldown-period", instrument: BTC, side: "long", until: 100 } as const;
    const asked = (instrument: string, side: "long" | "short", at: number) =>
      isLocked(lock, instrument, side, at);
    expect(asked(BTC, "long", 99)).toBe(true);
    expect(asked(BTC, "long", 100)).toBe(false);
    expect(asked(ETH, "long", 99)).toBe(false);
    expect(asked(BTC, "short", 99)).toBe(false);
    expect(isLocked({ ...lock, instrument: "*", side: "*" }, ETH, "short", 99)).toBe(true);
  });

  it("refuse what is not theirs, by name", () => {
    const field = (guard: object) => refused(() => readGuards([guard], "protections", CANDLE));
    expect(field({ method: "Cooldown" })).toBe("protections.0.method");
    expect(field({ method: "CooldownPeriod", trade_limit: 2 })).toBe("protections.0.trade_limit");
    expect(field({ method: "MaxDrawdown", only_per_side: true })).toBe("protections.0.only_per_side");
    expect(field({ method: "CooldownPeriod", stop_duration: 1, stop_duration_candles: 1 })).toBe(
      "protections.0.stop_duration_candles",
    );
    expect(field({ method: "CooldownPeriod", stop_duration: 1, unlock_at: "08:00" })).toBe(
      "protections.0.stop_duration",
    );
    expect(field({ method: "CooldownPeriod", unlock_at: "24:00" })).toBe("protections.0.unlock_at");
    expect(field({ method: "LowProfitPairs", lookback_period: 0 })).toBe("protections.0.lookback_period");
  });
});
