/**
 * Guards: freqtrade's protections, by their names and parameters, and one more of the same shape. When a trade has closed, each
 * looks back at the closed trades and may lock one pair, or all, against entries until a time. Definitions are those of
 * freqtrade's documentation: a lock ends `stop_duration` after the newest trade that it was made for, or at `unlock_at` (UTC),
 * and then with the end of that candle.
 */
export const guardMethods = [
  "CooldownPeriod",
  "StoplossGuard",
  "MaxDrawdown",
  "LowProfitPairs",
  "ConsecutiveLosses",
] as const;
export type GuardMethod = (typeof guardMethods)[number];

/** The closed reason of a refused entry. */
export const lockRules = {
  CooldownPeriod: "cooldown-period",
  StoplossGuard: "stoploss-guard",
  MaxDrawdown: "max-drawdown",
  LowProfitPairs: "low-profit-pairs",
  ConsecutiveLosses: "consecutive-losses",
} as const satisfies Record<GuardMethod, string>;
export type LockRule = (typeof lockRules)[GuardMethod] | "daily-loss";

/** Times in ms, ratios of what a trade cost. */
export interface Guard {
  readonly method: GuardMethod;
  readonly lookbackMs: number;
  readonly tradeLimit: number;
  readonly stopMs: number;
  /** Minutes after midnight, UTC, in place of `stopMs`. */
  readonly unlockAtMinutes?: number;
  readonly requiredProfit: number;
  readonly maxAllowedDrawdown: number;
  readonly onlyPerPair: boolean;
  readonly onlyPerSide: boolean;
}

export type TradeSide = "long" | "short";

/** One position from flat to flat. */
export interface ClosedTrade {
  readonly instrument: string;
  readonly strategy: string;
  readonly side: TradeSide;
  readonly closeAt: number;
  /** Profit after fees over what was paid. */
  readonly ratio: number;
  /** It ended by a stop or a liquidation. */
  readonly stopped: boolean;
}

export interface Lock {
  readonly rule: LockRule;
  /** Or `*`: all of them. */
  readonly instrument: string;
  readonly side: TradeSide | "*";
  readonly until: number;
}

const DAY_MS = 86_400_000;

/** What the guard locks now that `trade` has closed. `closed` holds it too, oldest first. `candleMs`: locks end with a candle. */
export const locksOf = (
  guard: Guard,
  closed: readonly ClosedTrade[],
  trade: ClosedTrade,
  candleMs: number,
): readonly Lock[] => {
  const from = trade.closeAt - (guard.method === "CooldownPeriod" ? guard.stopMs : guard.lookbackMs);
  const recent = closed.filter(({ closeAt }) => closeAt > from && closeAt <= trade.closeAt);
  const ofPair = recent.filter(({ instrument }) => instrument === trade.instrument);
  const all = rules[guard.method];
  const found: Lock[] = [];
  for (const [trades, instrument] of [[ofPair, trade.instrument] as const, [recent, "*"] as const]) {
    const made = all(guard, trades, trade, instrument === "*");
    if (made === undefined) continue;
    const { cause, side } = made;
    const until = endOf(guard, Math.max(...cause.map(({ closeAt }) => closeAt)));
    found.push({
      rule: lockRules[guard.method],
      instrument,
      side,
      // As freqtrade's timeframe_to_next_date: a moment on the grid goes to the next.
      until: (Math.floor(until / candleMs) + 1) * candleMs,
    });
  }
  return found;
};

/** Also whether it locks this instrument and side at this time. */
export const isLocked = (lock: Lock, instrument: string, side: TradeSide, at: number): boolean =>
  lock.until > at &&
  (lock.instrument === "*" || lock.instrument === instrument) &&
  (lock.side === "*" || lock.side === side);

const endOf = ({ unlockAtMinutes, stopMs }: Guard, last: number): number => {
  if (unlockAtMinutes === undefined) return last + stopMs;
  const at = Math.floor(last / DAY_MS) * DAY_MS + unlockAtMinutes * 60_000;
  return at < last ? at + DAY_MS : at;
};

interface Cause {
  readonly cause: readonly ClosedTrade[];
  readonly side: TradeSide | "*";
}

type GuardRule = (
  guard: Guard,
  trades: readonly ClosedTrade[],
  trade: ClosedTrade,
  global: boolean,
) => Cause | undefined;

const rules: Readonly<Record<GuardMethod, GuardRule>> = {
  CooldownPeriod: (_, trades, __, global) => (global ? undefined : { cause: trades, side: "*" }),
  StoplossGuard: ({ onlyPerPair, onlyPerSide, requiredProfit, tradeLimit }, trades, { side }, global) => {
    if (global && onlyPerPair) return undefined;
    const stops = trades.filter(
      (each) => each.stopped && each.ratio < requiredProfit && (!onlyPerSide || each.side === side),
    );
    return stops.length < tradeLimit ? undefined : { cause: stops, side: onlyPerSide ? side : "*" };
  },
  MaxDrawdown: ({ tradeLimit, maxAllowedDrawdown }, trades, _, global) =>
    global && trades.length >= tradeLimit && drawdownOf(trades) > maxAllowedDrawdown
      ? { cause: trades, side: "*" }
      : undefined,
  LowProfitPairs: ({ tradeLimit, requiredProfit, onlyPerSide }, trades, { side }, global) => {
    if (global || trades.length < tradeLimit) return undefined;
    let profit = 0;
    for (const each of trades) if (!onlyPerSide || each.side === side) profit += each.ratio;
    return profit < requiredProfit ? { cause: trades, side: onlyPerSide ? side : "*" } : undefined;
  },
  ConsecutiveLosses: ({ tradeLimit, onlyPerPair, requiredProfit }, trades, _, global) => {
    if (global === onlyPerPair || trades.length < tradeLimit) return undefined;
    const last = trades.slice(-tradeLimit);
    return last.every(({ ratio }) => ratio < requiredProfit) ? { cause: last, side: "*" } : undefined;
  },
};

/** The furthest that the sum of the ratios fell below its highest, which begins at 0. */
const drawdownOf = (trades: readonly ClosedTrade[]): number => {
  let sum = 0;
  let peak = 0;
  let worst = 0;
  for (const { ratio } of trades) {
    sum += ratio;
    peak = Math.max(peak, sum);
    worst = Math.max(worst, peak - sum);
  }
  return worst;
};
