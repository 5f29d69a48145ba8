/** Uses all that a desk has: protects what it buys, sets a wake, answers a fill with a limit order and an end with another aim. */
import type { Candle, Timeframe } from "../../../domain/market/candle.ts";
import type { Desk, OrderUpdate, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import type { Timestamp } from "../../../domain/values/values.ts";

interface EagerParams {
  readonly [name: string]: number | boolean | string;
  readonly every: number;
}

class Eager implements Trader {
  private readonly every: number;
  private told = 0;
  private answers = 0;

  constructor({ every }: EagerParams) {
    this.every = every;
  }

  onCandle({ openAt, close }: Candle, i: number, _: Timeframe, desk: Desk): void {
    this.told += 1;
    if (this.told % this.every === 0) {
      desk.aim(i, 0.5, "eager");
      desk.protect(i, close * 0.998, "guard");
      desk.wake((openAt + 150_000) as Timestamp);
    } else if (this.told % this.every === 7) {
      desk.place(
        { i, side: "sell", type: "stop-market", quantity: 3, stopPrice: close * 0.999 },
        `stop-${openAt}`,
      );
    }
  }

  onOrder({ i, status, side, price, tag }: OrderUpdate, desk: Desk): void {
    if (status === "partial" && side === "buy" && tag === "aim" && this.answers < 200) {
      this.answers += 1;
      desk.place(
        { i, side: "sell", type: "limit", quantity: 2, price: price * 1.001 },
        `answer-${this.answers}`,
      );
    } else if (status === "filled" && tag.startsWith("answer")) desk.aim(i, 0.3, "answered");
  }

  onTimer(_at: Timestamp, desk: Desk): void {
    for (const { tag } of desk.orders()) if (tag.startsWith("answer")) desk.cancel(tag);
    desk.aim(0, 0.1, "late");
  }

  save() {
    return { told: this.told, answers: this.answers };
  }

  load(saved: Readonly<Record<string, unknown>>): void {
    this.told = saved["told"] as number;
    this.answers = saved["answers"] as number;
  }
}

export const strategy: Strategy<EagerParams> = {
  name: "eager",
  about: "Aims, protects, wakes and answers.",
  genes: {
    every: { kind: "integer", min: 2, max: 100, unit: "candles", default: 9, about: "Between two aims." },
  },
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: (params) => new Eager(params),
};
