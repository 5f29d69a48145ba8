/** A market maker for tests: one post-only order a side, `apart` ticks from the middle, moved when the middle has moved. */
import type { Desk, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import type { Quote } from "../../../domain/market/tick.ts";

export const quoting = (tick: number, quantity: number, apart: number): Strategy => ({
  name: "quoting",
  about: "",
  genes: {},
  needs: () => ({ timeframes: [], warmupCandles: 0, quotes: true }),
  start: () => new Quoting(tick, quantity, apart),
});

class Quoting implements Trader {
  private readonly tick: number;
  private readonly quantity: number;
  private readonly apart: number;
  private at = NaN;
  private nth = 0;

  constructor(tick: number, quantity: number, apart: number) {
    this.tick = tick;
    this.quantity = quantity;
    this.apart = apart;
  }

  onCandle(): void {
    // It looks at quotes alone.
  }

  onQuote({ bid, ask }: Quote, i: number, desk: Desk): void {
    const middle = Math.round((bid + ask) / 2 / this.tick);
    if (Math.abs(middle - this.at) < this.apart) return;
    this.at = middle;
    this.nth += 1;
    for (const { tag } of desk.orders()) desk.cancel(tag);
    const common = { i, type: "limit", timeInForce: "PO", quantity: this.quantity } as const;
    desk.place({ ...common, side: "buy", price: (middle - this.apart) * this.tick }, `b${this.nth}`);
    desk.place({ ...common, side: "sell", price: (middle + this.apart) * this.tick }, `s${this.nth}`);
  }

  save = () => ({});
  load = () => undefined;
}
