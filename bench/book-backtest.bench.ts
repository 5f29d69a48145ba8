/**
 * P3: a backtest over a book of a million events, with queue positions, three latencies and two-sided quoting: a post-only order a side,
 * moved as the middle moves. Beside it the same events set into a bare pair of typed ladders that keep their best. CPU time: machines
 * are shared.
 */
import { ASK_LEVEL, BID_LEVEL, BookEvents, BOUGHT, SOLD } from "../domain/market/book-events.ts";
import type { Quote } from "../domain/market/tick.ts";
import type { Desk, Strategy, Trader } from "../domain/strategy/strategy.ts";
import { Chance } from "../domain/values/chance.ts";
import { money, quantity } from "../domain/values/values.ts";
import { bookBacktest } from "../simulation/books/book-backtest.ts";
import { DepthLadder } from "../simulation/books/depth-ladder.ts";
import { parseQueueModel } from "../simulation/books/queue-model.ts";
import type { BookSettings } from "../simulation/books/settings.ts";
import { benchInstrument } from "./instrument.ts";
import { inTurn, type Figure, type Result } from "./figure.ts";

const EVENTS = 1_000_000;
const WARM_UP = 4;
/** hftbacktest 1.8 with the same task, events a second (millions), as performance notes have it. */
const PEER = 2.9;
const TICK = 0.01;

/** A book some tens of levels deep that drifts; one event in ten is a trade at the best price. */
const madeUp = (): BookEvents => {
  const chance = new Chance(3);
  const events = new BookEvents(EVENTS);
  const bids = new DepthLadder("buy");
  const asks = new DepthLadder("sell");
  const set = (at: number, kind: number, ticks: number, lots: number): void => {
    (kind === BID_LEVEL ? bids : asks).set(ticks, lots);
    events.push(at, kind, ticks, lots);
  };
  let at = 1_700_000_000_000;
  for (let k = 1; k <= 20; k += 1) {
    set(at, BID_LEVEL, 6_000_000 - k, 500);
    set(at, ASK_LEVEL, 6_000_000 + k, 500);
  }
  while (events.length < EVENTS) {
    if (chance.next() < 0.3) at += 1 + chance.integer(20);
    const buys = chance.next() < 0.5;
    const own = buys ? bids : asks;
    const [kind, away] = buys ? [BID_LEVEL, -1] : [ASK_LEVEL, 1];
    const drawn = chance.next();
    if (drawn < 0.1) events.push(at, buys ? SOLD : BOUGHT, own.best, 1 + chance.integer(40));
    else if (drawn < 0.15 && own.levels > 10) set(at, kind, own.best, 0);
    else {
      const opposite = (buys ? asks : bids).best;
      const ticks = own.best - away + away * Math.floor(chance.wait(6));
      if ((ticks - opposite) * away > 0)
        set(at, kind, ticks, chance.next() < 0.2 && ticks !== own.best ? 0 : 1 + chance.integer(1_000));
    }
  }
  return events;
};

const APART = 4;

class Quoting implements Trader {
  private middle = NaN;
  private nth = 0;

  onCandle(): void {
    // Quotes alone.
  }

  onQuote({ bid, ask }: Quote, i: number, desk: Desk): void {
    const middle = (bid + ask) / 2;
    if (Math.abs(middle - this.middle) < APART * TICK) return;
    this.middle = middle;
    this.nth += 1;
    for (const { tag } of desk.orders()) desk.cancel(tag);
    const common = { i, type: "limit", timeInForce: "PO", quantity: 0.001 } as const;
    desk.place({ ...common, side: "buy", price: middle - APART * TICK }, `b${this.nth}`);
    desk.place({ ...common, side: "sell", price: middle + APART * TICK }, `s${this.nth}`);
  }

  save = () => ({});
  load = () => undefined;
}

const quoting: Strategy = {
  name: "quoting",
  about: "",
  genes: {},
  needs: () => ({ timeframes: [], warmupCandles: 0, quotes: true }),
  start: () => new Quoting(),
};

const settingsOf = (events: BookEvents, queue: string): BookSettings => ({
  strategy: quoting,
  params: {},
  instrument: {
    ...benchInstrument,
    lotSize: quantity("0.00001"),
    quantityMin: quantity("0.00001"),
    makerBps: 1,
    takerBps: 5,
  },
  events,
  queue: parseQueueModel(queue, "queue"),
  latency: { feedMs: 5, entryMs: 5, answerMs: 5 },
  quote: money("1000000"),
  base: quantity("100"),
});

/** One side over a window of ticks that holds them all. */
class BareLadder {
  best = 0;
  private readonly lots: Float64Array;
  private readonly from: number;
  private readonly worse: number;

  constructor(from: number, to: number, worse: number) {
    this.lots = new Float64Array(to - from + 1);
    this.from = from;
    this.worse = worse;
  }

  set(ticks: number, lots: number): void {
    const { worse } = this;
    let at = ticks - this.from;
    this.lots[at] = lots;
    if (lots > 0) {
      if (this.best === 0 || (ticks - this.best) * worse < 0) this.best = ticks;
    } else if (ticks === this.best) {
      while (at >= 0 && at < this.lots.length && this.lots[at] === 0) at += worse;
      this.best = at + this.from;
    }
  }
}

const bareLadders = ({ kind, ticks, lots, length }: BookEvents, low: number, high: number): number => {
  const bids = new BareLadder(low, high, -1);
  const asks = new BareLadder(low, high, 1);
  let traded = 0;
  for (let i = 0; i < length; i += 1) {
    if (kind[i] === BID_LEVEL) bids.set(ticks[i]!, lots[i]!);
    else if (kind[i] === ASK_LEVEL) asks.set(ticks[i]!, lots[i]!);
    else traded += lots[i]!;
  }
  return traded + bids.best + asks.best;
};

/** Million events a second of CPU. */
const rate = (run: () => number): number => {
  const before = process.cpuUsage();
  if (!(run() > 0)) throw new Error("nothing was traded");
  const { user, system } = process.cpuUsage(before);
  return EVENTS / (user + system);
};

export const figure: Figure = {
  name: "book-backtest",
  async run() {
    const events = madeUp();
    const low = events.ticks.subarray(0, EVENTS).reduce((least, each) => Math.min(least, each), Infinity);
    const high = events.ticks.subarray(0, EVENTS).reduce((most, each) => Math.max(most, each), 0);
    const results: Result[] = [];
    for (const queue of ["risk-averse", "power:3"]) {
      const settings = settingsOf(events, queue);
      for (let k = 0; k < WARM_UP; k += 1) {
        bookBacktest(settings);
        bareLadders(events, low, high);
      }
      const { ours, reference, ratio } = await inTurn(
        () => rate(() => bookBacktest(settings).account.fills.length),
        () => rate(() => bareLadders(events, low, high)),
      );
      const { account, orders } = bookBacktest(settings);
      const about = `R ${(1 / ratio).toFixed(1)}; ${orders.length} orders, ${account.fills.length} fills; ${(ours / PEER).toFixed(1)} times hftbacktest's ${PEER} M`;
      results.push({
        figure: "P3",
        what: `backtest over a book, queue ${queue}, latencies, two-sided quoting`,
        ours,
        reference,
        unit: "M events/s of CPU",
        referenceName: "a bare pair of typed ladders",
        ratio,
        target: ">= 0.167 (R at most 6)",
        met: ratio >= 1 / 6,
        note: about,
      });
    }
    return results;
  },
};
