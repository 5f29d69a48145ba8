/**
 * P16: operations a second of the simulated venue, whole (admission, fills, fees, balances, events) and its book
 * alone, against nodejs-order-book and a plain book of price maps, on one flow of orders: 50 % limits around a
 * drifting middle, 35 % cancels of recent orders, 15 % market orders. Prices and sizes are integers for all.
 */
import { OrderBook, Side as PeerSide } from "nodejs-order-book";
import { Chance } from "../domain/values/chance.ts";
import { decimal, money } from "../domain/values/values.ts";
import { createVenue } from "../simulation/venue/engine.ts";
import { Desk } from "../simulation/venue/desk.ts";
import { Account } from "../simulation/venue/ledger.ts";
import { Ladder } from "../simulation/venue/ladder.ts";
import { OrderState } from "../simulation/venue/order-state.ts";
import type { NewOrder } from "../simulation/venue/venue.ts";
import { inTurn } from "./figure.ts";
import type { Figure } from "./figure.ts";

const COUNT = 200_000;
const [LIMIT, CANCEL, MARKET] = [0, 1, 2];

class Flow {
  readonly kind = new Uint8Array(COUNT);
  readonly buys = new Uint8Array(COUNT);
  readonly ticks = new Int32Array(COUNT);
  readonly lots = new Int32Array(COUNT);
  /** Of a cancel: which operation placed the order. */
  readonly target = new Int32Array(COUNT);

  constructor() {
    const chance = new Chance("flow");
    let middle = 60_000;
    const placed: number[] = [];
    for (let i = 0; i < COUNT; i += 1) {
      if (i % 50 === 0) middle += chance.integer(5) - 2;
      const drawn = chance.next();
      this.kind[i] = drawn < 0.5 || placed.length < 20 ? LIMIT : drawn < 0.85 ? CANCEL : MARKET;
      this.buys[i] = chance.integer(2);
      this.lots[i] = 1 + chance.integer(100);
      this.ticks[i] = middle + (this.buys[i] === 1 ? -1 : 1) * (Math.floor(chance.wait(12)) - 1);
      if (this.kind[i] === LIMIT) placed.push(i);
      if (this.kind[i] === CANCEL)
        this.target[i] = placed.splice(Math.max(0, placed.length - 1 - chance.integer(200)), 1)[0]!;
    }
  }
}

const rate = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const spent = process.cpuUsage(before);
  return COUNT / ((spent.user + spent.system) / 1e6);
};

const listing = {
  symbol: "BTC/USDT",
  base: "BTC",
  quote: "USDT",
  tick: decimal("1"),
  lot: decimal("0.00001"),
  lotsMin: 1,
  lotsMax: 1e9,
  notionalMin: money("0"),
  makerBps: 10,
  takerBps: 10,
  feeStep: decimal("0.00000001"),
  status: "trading",
} as const;

/** Two accounts with money trade with each other; events are drained every 100 operations, history is not kept. */
const wholeVenue = (flow: Flow): number => {
  const venue = createVenue({ historyMax: 0 });
  venue.list(listing);
  const accounts = ["ann", "bob"] as const;
  for (const account of accounts) {
    venue.deposit(account, "BTC", money("1000000"), 0);
    venue.deposit(account, "USDT", money("100000000000"), 0);
  }
  const orders = Array.from({ length: COUNT }, (_, i) => orderOf(flow, i, accounts[i % 2]!));
  const ids = new Int32Array(COUNT);
  let fills = 0;
  const result = rate(() => {
    for (let i = 0; i < COUNT; i += 1) {
      const target = flow.target[i]!;
      if (flow.kind[i] === CANCEL) venue.cancel(orders[target]!.account, "BTC/USDT", { id: ids[target]! }, i);
      else {
        const submitted = venue.submit(orders[i]!, i);
        if (submitted.ok) ids[i] = submitted.order.id;
      }
      if (i % 100 === 0) for (const event of venue.drain()) if (event.type === "fill") fills += 1;
    }
  });
  if (fills < COUNT / 10) throw new Error(`the flow hardly trades: ${fills} fills`);
  return result;
};

/** Limits have a price, market orders none. */
const orderOf = (flow: Flow, i: number, account: string): NewOrder => {
  const limited = flow.kind[i] === LIMIT;
  return {
    account,
    symbol: "BTC/USDT",
    clientId: "",
    side: flow.buys[i] === 1 ? "buy" : "sell",
    type: limited ? "limit" : "market",
    timeInForce: "GTC",
    lots: flow.lots[i]!,
    ticks: limited ? flow.ticks[i]! : undefined,
    selfTrade: "none",
  };
};

/** The ladders as the engine drives them: match, rest, cancel; nobody is paid or told. */
const bookAlone = (flow: Flow): number => {
  const desk = new Desk(new Account("nobody", true, 0), "BTC/USDT", "BTC", "USDT", 0);
  const bids = new Ladder("buy");
  const asks = new Ladder("sell");
  const open = new Array<OrderState | undefined>(COUNT).fill(undefined);
  const wishes = Array.from({ length: COUNT }, (_, i) => orderOf(flow, i, "nobody"));
  return rate(() => {
    for (let i = 0; i < COUNT; i += 1) {
      if (flow.kind[i] === CANCEL) {
        const order = open[flow.target[i]!];
        if (order !== undefined) (order.side === "buy" ? bids : asks).remove(order);
        open[flow.target[i]!] = undefined;
        continue;
      }
      const order = new OrderState(i, desk, wishes[i]!, "none", i);
      const against = order.side === "buy" ? asks : bids;
      for (let best = against.best; best !== undefined && order.remaining > 0; best = against.best) {
        if (!order.isMarket && best.key < order.limit * against.sign) break;
        const maker = best.first!;
        const lots = Math.min(order.remaining, maker.remaining);
        against.fill(maker, lots);
        order.remaining -= lots;
        if (maker.remaining === 0) open[maker.id] = undefined;
      }
      if (order.remaining > 0 && !order.isMarket) {
        (order.side === "buy" ? bids : asks).add(order);
        open[i] = order;
      }
    }
  });
};

const peerBook = (flow: Flow): number => {
  const book = new OrderBook();
  const ids = Array.from({ length: COUNT }, (_, i) => String(i));
  return rate(() => {
    for (let i = 0; i < COUNT; i += 1) {
      const side = flow.buys[i] === 1 ? PeerSide.BUY : PeerSide.SELL;
      if (flow.kind[i] === CANCEL) book.cancel(ids[flow.target[i]!]!);
      else if (flow.kind[i] === MARKET) book.market({ side, size: flow.lots[i]! });
      else book.limit({ id: ids[i]!, side, size: flow.lots[i]!, price: flow.ticks[i]! });
    }
  });
};

/** The plainest integer book: a map from price to a queue, best prices found by a sorted list, cancels marked. */
const mapBook = (flow: Flow): number => {
  const sides = [new PlainSide(1), new PlainSide(-1)] as const;
  const orders = new Array<{ left: number } | undefined>(COUNT).fill(undefined);
  return rate(() => {
    for (let i = 0; i < COUNT; i += 1) {
      if (flow.kind[i] === CANCEL) {
        orders[flow.target[i]!]!.left = 0;
        continue;
      }
      const own = flow.buys[i] === 1 ? sides[0] : sides[1];
      const other = flow.buys[i] === 1 ? sides[1] : sides[0];
      const order = { left: flow.lots[i]! };
      orders[i] = order;
      other.take(order, flow.kind[i] === LIMIT ? flow.ticks[i]! * other.sign : -Infinity);
      if (order.left > 0 && flow.kind[i] === LIMIT) own.rest(order, flow.ticks[i]! * own.sign);
    }
  });
};

class PlainSide {
  readonly sign: 1 | -1;
  private readonly queues = new Map<number, { left: number }[]>();
  private readonly keys: number[] = [];

  constructor(sign: 1 | -1) {
    this.sign = sign;
  }

  rest(order: { left: number }, key: number): void {
    const queue = this.queues.get(key);
    if (queue !== undefined) {
      queue.push(order);
      return;
    }
    this.queues.set(key, [order]);
    let at = this.keys.length;
    while (at > 0 && this.keys[at - 1]! > key) at -= 1;
    this.keys.splice(at, 0, key);
  }

  take(order: { left: number }, keyMin: number): void {
    for (let best = this.keys.at(-1); best !== undefined && best >= keyMin; best = this.keys.at(-1)) {
      const queue = this.queues.get(best)!;
      while (queue.length > 0) {
        const maker = queue[0]!;
        const lots = Math.min(order.left, maker.left);
        order.left -= lots;
        maker.left -= lots;
        if (maker.left > 0) return;
        queue.shift();
        if (order.left === 0) return;
      }
      this.queues.delete(best);
      this.keys.pop();
    }
  }
}

export const figure: Figure = {
  name: "P16 venue",
  async run() {
    const flow = new Flow();
    const whole = await inTurn(
      () => wholeVenue(flow),
      () => peerBook(flow),
    );
    const alone = await inTurn(
      () => bookAlone(flow),
      () => mapBook(flow),
    );
    return [
      {
        figure: "P16",
        what: "venue with admission, fills, fees, balances and events, no history",
        ...whole,
        unit: "ops/s",
        referenceName: "nodejs-order-book (a book alone)",
        target: "at least 1.5 M ops/s",
        met: whole.ours >= 1.5e6,
      },
      {
        figure: "P16",
        what: "the venue's book alone",
        ...alone,
        unit: "ops/s",
        referenceName: "plain integer book of price maps, lazy cancels",
        target: "at least 4 M ops/s",
        met: alone.ours >= 4e6,
      },
    ];
  },
};
