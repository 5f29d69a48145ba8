/**
 * A trading floor for a worked strategy: a portfolio of one instrument at a price of 100 whose orders end as a seeded chance says. Aims become
 * orders at the market; positions are right before the news of a fill is told, and every end tells all that was filled.
 */
import { type Work } from "../../../domain/execution/work.ts";
import { workedBy } from "../../../domain/execution/worked.ts";
import { TraderDesk } from "../../../domain/strategy/desk.ts";
import type { OrderUpdate, Saved, Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import { Chance } from "../../../domain/values/chance.ts";
import { fromJson, toJson } from "../../../domain/values/json.ts";
import { timestamp } from "../../../domain/values/values.ts";
import { START } from "../../simulation/backtest/scripted.ts";

/** Lots are whole units; this many are worth all of the equity. */
export const ALL = 1_000;
const PRICE = 100;

interface Out {
  readonly tag: string;
  readonly buys: boolean;
  readonly quantity: number;
  readonly rests: boolean;
  filled: number;
  cancelling: boolean;
}

export class Floor {
  readonly desk = new TraderDesk(1);
  readonly out: Out[] = [];
  /** What the strategy hears of its aims. */
  readonly heard: OrderUpdate[] = [];
  /** Whether orders are answered honestly from now on: filled, or cancelled when that is asked. */
  honest = false;
  /** Called right before the strategy wishes. */
  wishing: () => void = () => undefined;
  private trader: Trader;
  private readonly chance: Chance;
  private readonly start: () => Trader;
  private wish: number | undefined = undefined;
  private wakeAt = Infinity;
  private candles = 0;

  constructor(work: Work, instrument: Instrument, seed: number) {
    const strategy: Strategy = {
      name: "wishes",
      about: "For tests.",
      genes: {},
      needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
      start: () => ({
        onCandle: (_, i, __, desk) => {
          if (this.wish !== undefined) {
            this.wishing();
            desk.aim(i, this.wish, "wish");
          }
          this.wish = undefined;
        },
        onOrder: (update) => this.heard.push(update),
        save: () => ({}),
        load: () => undefined,
      }),
    };
    this.start = () => workedBy(strategy, work).start({}, [instrument]);
    this.trader = this.start();
    this.chance = new Chance(seed);
    this.desk.equity = ALL * PRICE;
    this.desk.now = timestamp(START);
  }

  get position(): number {
    return this.desk.positions[0]!;
  }

  /** Units that orders of this side may yet fill. */
  under(buys: boolean): number {
    return this.out.reduce((sum, one) => sum + (one.buys === buys ? one.quantity - one.filled : 0), 0);
  }

  aim(exposure: number): void {
    this.wish = exposure;
    this.candle();
  }

  /** A minute, its timers and its close. */
  candle(): void {
    this.candles += 1;
    const at = START + this.candles * 60_000;
    while (this.wakeAt < at) {
      this.desk.now = timestamp(Math.max(this.desk.now, this.wakeAt));
      this.wakeAt = Infinity;
      this.trader.onTimer?.(this.desk.now, this.desk);
      this.collect();
    }
    this.desk.now = timestamp(at);
    const prices = { open: PRICE, high: PRICE, low: PRICE, close: PRICE };
    const openAt = timestamp(at - 60_000);
    this.trader.onCandle({ openAt, ...prices, volume: 500, trades: 1, final: true }, 0, "1m", this.desk);
    this.collect();
  }

  /** What becomes of what is out, in this step. */
  answer(): void {
    for (const one of [...this.out]) {
      const left = one.quantity - one.filled;
      const fate = this.honest ? 2 : this.chance.integer(10);
      if (fate === 0 && one.filled === 0) this.end(one, "blocked", "capital");
      else if (fate === 1 && one.filled === 0) this.end(one, "refused", "other");
      else if (fate < 8 && !(one.cancelling && fate % 2 === 0))
        this.fill(one, this.honest ? left : 1 + this.chance.integer(left));
      else if (one.cancelling) this.end(one, "cancelled");
      else if (!one.rests && fate === 9) this.end(one, "expired");
    }
  }

  /** A stop takes what no other order holds. */
  stop(): void {
    const units = this.position - this.under(false);
    const one = {
      tag: "protection",
      buys: false,
      quantity: units,
      rests: false,
      filled: 0,
      cancelling: false,
    };
    if (units > 0) this.fill(one, units);
  }

  /** Saved, forgotten, and loaded again. */
  restart(): void {
    const saved = fromJson(toJson(this.trader.save())) as Saved;
    this.trader = this.start();
    this.trader.load(saved);
  }

  get report(): readonly object[] {
    return this.trader.report!();
  }

  private fill(one: Out, units: number): void {
    one.filled += units;
    this.desk.positions[0] = this.position + (one.buys ? units : -units);
    this.desk.exposures[0] = this.position / ALL;
    this.tell(one, "partial", PRICE);
    if (one.filled >= one.quantity) this.end(one, "filled");
  }

  private end(one: Out, status: OrderUpdate["status"], reason?: string): void {
    if (this.out.includes(one)) this.out.splice(this.out.indexOf(one), 1);
    this.tell(one, status, 0, reason);
  }

  private tell(
    { tag, buys, filled }: Out,
    status: OrderUpdate["status"],
    price: number,
    reason?: string,
  ): void {
    this.stand();
    const side = buys ? "buy" : "sell";
    this.trader.onOrder!(
      { i: 0, tag, status, side, filled, price, ...(reason !== undefined && { reason }) },
      this.desk,
    );
    this.collect();
  }

  private stand(): void {
    this.desk.open = this.out.map(({ tag, buys, quantity, filled }) => ({
      ...{ i: 0, tag, side: buys ? "buy" : "sell", price: PRICE, remaining: quantity - filled },
    }));
  }

  private collect(): void {
    for (const ask of this.desk.take())
      if (ask.type === "wake") this.wakeAt = Math.min(this.wakeAt, ask.at);
      else if (ask.type === "cancel") {
        for (const one of this.out) if (one.tag === ask.tag) one.cancelling = true;
      } else if (ask.type === "place")
        this.send(ask.tag, ask.request.side === "buy", ask.request.quantity, ask.request.type !== "market");
      else if (ask.type === "aim") this.change(ask.exposure);
    this.stand();
  }

  /** As the portfolio: one order of aims at a time, by flat to the other side. */
  private change(exposure: number): void {
    if (this.out.some(({ tag }) => tag === "aim")) return;
    const target = Math.round(exposure * ALL);
    const units = (target * this.position < 0 ? 0 : target) - this.position;
    if (units !== 0) this.send("aim", units > 0, Math.abs(units), false);
  }

  private send(tag: string, buys: boolean, quantity: number, rests: boolean): void {
    this.out.push({ tag, buys, quantity, rests, filled: 0, cancelling: false });
  }
}
