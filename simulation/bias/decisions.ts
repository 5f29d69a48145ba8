/**
 * What a strategy asked for in a backtest, wish by wish, with the numbers it gave as its reasons: written down between trader and
 * desk, so that two runs can be laid side by side. Warm-up is left out.
 */
import { DeskThrough } from "../../domain/strategy/desk-through.ts";
import type { Desk, OrderRequest, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { NO_TARGETS, type Target } from "../../domain/strategy/targets.ts";
import { backtest, type BacktestSettings } from "../backtest/backtest.ts";

export interface Decision {
  /** When the candle closed that it was taken at, ms. */
  readonly at: number;
  /** Such as "aim A/USDT 0.95 crossed-up". */
  readonly wish: string;
  readonly numbers: readonly number[];
}

/** Of a run in doubles, from `settings.from` on. */
export const decisionsOf = (settings: BacktestSettings): readonly Decision[] => {
  const { strategy, markets, from = -Infinity } = settings;
  const desk = new RecordingDesk(markets.map(({ instrument }) => instrument.symbol));
  backtest({ ...settings, strategy: watched(strategy, desk), accounting: "float" });
  return desk.decisions.filter(({ at }) => at > from);
};

const watched = (strategy: Strategy, own: RecordingDesk): Strategy => ({
  name: strategy.name,
  about: strategy.about,
  genes: strategy.genes,
  needs: (params) => strategy.needs(params),
  start: (params, market) => {
    const trader = strategy.start(params, market);
    const over = (desk: Desk): Desk => own.before(desk);
    return {
      onCandle: (candle, i, timeframe, desk) => trader.onCandle(candle, i, timeframe, over(desk)),
      ...(trader.onOrder && { onOrder: (update, desk) => trader.onOrder!(update, over(desk)) }),
      ...(trader.onTimer && { onTimer: (at, desk) => trader.onTimer!(at, over(desk)) }),
      save: () => trader.save(),
      load: (saved) => trader.load(saved),
    } satisfies Trader;
  },
});

class RecordingDesk extends DeskThrough {
  readonly decisions: Decision[] = [];
  private readonly pairs: readonly string[];

  constructor(pairs: readonly string[]) {
    super();
    this.pairs = pairs;
  }

  override aim(i: number, exposure: number, reason: string, ...numbers: number[]): void {
    this.note(`aim ${this.pairs[i]!} ${exposure} ${reason}`, numbers);
    this.desk.aim(i, exposure, reason, ...numbers);
  }

  override protect(
    i: number,
    stopPrice: number | undefined,
    reason?: string,
    targets: readonly Target[] = NO_TARGETS,
  ): void {
    const numbers = stopPrice === undefined ? [] : [stopPrice];
    for (const { price, part } of targets) numbers.push(price, part);
    this.note(`protect ${this.pairs[i]!} ${reason ?? ""}`, numbers);
    this.desk.protect(i, stopPrice, reason, targets);
  }

  override place(order: OrderRequest, tag: string): void {
    const { i, side, type, quantity, price, stopPrice } = order;
    const numbers = [quantity, price, stopPrice].filter((each) => each !== undefined);
    this.note(`place ${this.pairs[i]!} ${side} ${type} ${tag}`, numbers);
    this.desk.place(order, tag);
  }

  override cancel(tag: string): void {
    this.note(`cancel ${tag}`, []);
    this.desk.cancel(tag);
  }

  private note(wish: string, numbers: readonly number[]): void {
    this.decisions.push({ at: this.desk.now, wish, numbers });
  }
}

export interface DecisionDifference {
  /** The first place at which the two part; undefined where one has nothing there. */
  readonly one: Decision | undefined;
  readonly other: Decision | undefined;
}

/** Null where the wishes are the same and each number within `tolerance` of the other, relative. */
export const firstDifference = (
  one: readonly Decision[],
  other: readonly Decision[],
  tolerance: number,
): DecisionDifference | null => {
  for (let i = 0; i < Math.max(one.length, other.length); i += 1) {
    const a = one[i];
    const b = other[i];
    if (a === undefined || b === undefined || !alike(a, b, tolerance)) return { one: a, other: b };
  }
  return null;
};

const alike = (a: Decision, b: Decision, tolerance: number): boolean =>
  a.at === b.at &&
  a.wish === b.wish &&
  a.numbers.length === b.numbers.length &&
  a.numbers.every((x, i) => {
    const y = b.numbers[i]!;
    return Object.is(x, y) || Math.abs(x - y) <= tolerance * Math.max(Math.abs(x), Math.abs(y));
  });
