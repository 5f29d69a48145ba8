/** A hedge at a desk of its own, to which the test tells each event. */
import type { Instrument } from "../../../domain/market/instrument.ts";
import { type Ask, TraderDesk } from "../../../domain/strategy/desk.ts";
import { parseHedge } from "../../../domain/strategy/hedge.ts";
import { hedgedBy } from "../../../domain/strategy/hedged.ts";
import type { Desk, OrderUpdate, Saved, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import type { Timestamp } from "../../../domain/values/values.ts";
import { instrument } from "../../simulation/backtest/scripted.ts";

export const START = 1_609_718_400_000;
export const heard: string[] = [];
/** What the strategy does at its next candle. */
export const script: { asked: (desk: Desk) => void } = { asked: () => undefined };
/** Does nothing by itself but what the test asks of it. */
export const puppet: Strategy = {
  name: "puppet",
  about: "For tests.",
  genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 5 }),
  start: () => ({
    onCandle: (_, i, timeframe, desk) => {
      heard.push(`${i} ${timeframe}`);
      script.asked(desk);
      script.asked = () => undefined;
    },
    onOrder: ({ tag, status, reason = "" }) => void heard.push(`${tag} ${status} ${reason}`.trim()),
    onTimer: (at) => void heard.push(`timer ${at - START}`),
    save: () => ({}),
    load: () => undefined,
  }),
};

export const [MAIN, HEDGE] = [0, 1];
export const symbols = ["BTC/USDT:USDT", "BTC/USDT:USDT-260327"];
export const market = symbols.map((symbol): Instrument => ({ ...instrument(symbol), leverage: 5 }));

export class Bench {
  readonly desk = new TraderDesk(2);
  trader: Trader;
  private readonly strategy: Strategy;
  asks: readonly Ask[] = [];

  constructor(hedge: object = {}) {
    this.strategy = hedgedBy(puppet, parseHedge({ with: symbols[1], ...hedge }, "hedge"));
    this.trader = this.strategy.start({}, market);
    heard.length = 0;
    Object.assign(this.desk, { equity: 10_000 });
    this.candles(0);
  }

  /** At 100, of both. */
  candles(minute: number): void {
    const openAt = (START + (minute - 1) * 60_000) as Timestamp;
    this.desk.now = (START + minute * 60_000) as Timestamp;
    const prices = { open: 100, high: 100, low: 100, close: 100 };
    for (const i of [MAIN, HEDGE])
      this.trader.onCandle({ openAt, ...prices, volume: 1, trades: 1, final: true }, i, "1m", this.desk);
    this.asks = this.desk.take();
  }

  hold(i: number, quantity: number): void {
    this.desk.positions[i] = quantity;
    this.desk.exposures[i] = (quantity * 100) / this.desk.equity;
  }

  /** News of an order, `after` ms after the start. */
  news(
    after: number,
    i: number,
    tag: string,
    status: OrderUpdate["status"],
    filled = 0,
    reason?: string,
  ): void {
    this.desk.now = (START + after) as Timestamp;
    const side = i === MAIN ? "buy" : "sell";
    const price = filled > 0 ? 100 : 0;
    this.trader.onOrder!({ i, tag, status, side, filled, price, ...(reason && { reason }) }, this.desk);
    this.asks = this.desk.take();
  }

  timer(after: number): void {
    this.desk.now = (START + after) as Timestamp;
    this.trader.onTimer!(this.desk.now, this.desk);
    this.asks = this.desk.take();
  }

  moved(): void {
    const saved = JSON.parse(JSON.stringify(this.trader.save())) as Saved;
    this.trader = this.strategy.start({}, market);
    this.trader.load(saved);
  }

  get orders(): string[] {
    return this.asks.flatMap((ask) => {
      if (ask.type === "place") return [`${ask.request.side} ${ask.request.quantity} ${ask.tag}`];
      if (ask.type === "aim") return [`aim ${ask.exposure.toFixed(4)} ${ask.reason}`];
      return ask.type === "cancel" ? [`cancel ${ask.tag}`] : [];
    });
  }

  get wakes(): number[] {
    return this.asks.flatMap((ask) => (ask.type === "wake" ? [ask.at - START] : []));
  }
}
