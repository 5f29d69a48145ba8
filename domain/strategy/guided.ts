/**
 * A hybrid: any strategy as the rule, and a model's predictions that veto, vote on or scale what it wishes (guidance.ts). A wish that was
 * held back stands, and is judged anew at each candle until the rule wishes otherwise; an order that was held back is told to the rule as
 * blocked.
 */
import { readObject } from "../values/read.ts";
import type { Timestamp } from "../values/values.ts";
import { heardThrough } from "./desk-through.ts";
import type { Guidance } from "./guidance.ts";
import { GuidedDesk } from "./guided-desk.ts";
import type { Guiding, Prediction, Predictions, PredictionSource } from "./predictions.ts";
import type { Desk, OrderUpdate, Params, Saved, Strategy, Trader } from "./strategy.ts";

export interface Guide {
  readonly guidance: Guidance;
  readonly source: PredictionSource;
}

class GuidedTrader implements Trader {
  private readonly rule: Trader;
  private readonly desk: GuidedDesk;

  constructor(rule: Trader, desk: GuidedDesk) {
    this.rule = rule;
    this.desk = desk;
  }

  onCandle: Trader["onCandle"] = (candle, i, timeframe, real) =>
    this.turn(real, (own) => {
      own.seen(i, candle.close);
      this.rule.onCandle(candle, i, timeframe, own);
      this.desk.again(i);
    });
  onOrder = (update: OrderUpdate, real: Desk): void =>
    this.turn(real, (own) => this.rule.onOrder?.(update, own));
  onTimer = (at: Timestamp, real: Desk): void => this.turn(real, (own) => this.rule.onTimer?.(at, own));

  /** What was held back is told once the rule is done; what it asks for then and is held back is told before the next turn. */
  turn(real: Desk, call: (own: GuidedDesk) => void): void {
    const own = this.desk.before(real);
    this.tell();
    call(own);
    this.tell();
  }

  private tell(): void {
    const told = this.desk.blocked;
    if (told.length === 0) return;
    this.desk.blocked = [];
    for (const update of told) this.rule.onOrder?.(update, this.desk);
  }

  predicted(symbol: string, prediction: Prediction): boolean {
    return this.desk.heard.add(symbol, prediction);
  }

  guiding(now: Timestamp): Guiding {
    return this.desk.guiding(now);
  }

  save(): Saved {
    const { wishes, entries, counts, blocked, heard } = this.desk;
    return {
      heard: heard.entries(),
      rule: this.rule.save(),
      wishes: [...wishes],
      entries: [...entries],
      counts: counts.map((each) => ({ ...each })),
      blocked,
    };
  }

  load(saved: Saved): void {
    this.rule.load(readObject(saved["rule"], "saved.rule"));
    const from = saved as unknown as Pick<GuidedDesk, "wishes" | "entries" | "counts" | "blocked">;
    this.desk.wishes.splice(0, this.desk.wishes.length, ...from.wishes);
    this.desk.entries = [...from.entries];
    this.desk.blocked = [...from.blocked];
    // States that were saved before they were counted by instrument have one count of all.
    const counts = Array.isArray(from.counts) ? from.counts : [from.counts];
    for (const [i, each] of counts.entries()) Object.assign(this.desk.counts[i]!, each);
    for (const [symbol, prediction] of saved["heard"] as ReturnType<Predictions["entries"]>)
      this.desk.heard.add(symbol, prediction);
  }
}

/** The strategy, guided. */
export const guidedBy = <P extends Params>(
  strategy: Strategy<P>,
  { guidance, source }: Guide,
): Strategy<P> => ({
  ...strategy,
  guided: true,
  start: (params, market) => guided(strategy.start(params, market), new GuidedDesk(guidance, source, market)),
});

/** Hears what the rule hears, and no more. */
const guided = (rule: Trader, desk: GuidedDesk): Trader => {
  const trader = new GuidedTrader(rule, desk);
  const outer: Trader = trader;
  outer.report = () => rule.report?.() ?? desk.told();
  return heardThrough(rule, outer, {
    trade: (trade, i, real) =>
      trader.turn(real, (own) => {
        own.seen(i, trade.price);
        rule.onTrade!(trade, i, own);
      }),
    quote: (quote, i, real) =>
      trader.turn(real, (own) => {
        own.seen(i, (quote.bid + quote.ask) / 2);
        rule.onQuote!(quote, i, own);
      }),
    book: (book, i, real) => trader.turn(real, (own) => rule.onBook!(book, i, own)),
  });
};
