/** A strategy actor before a real ledger, on a bus that can hold messages back: what is left of it once its stop has answered. */
import { expect, it } from "vitest";
import { memoryJournal } from "../../adapters/journal/memory.ts";
import { strategyActor } from "../../actors/strategy.actor.ts";
import { marketSubject, type MarketBatch } from "../../contracts/market.ts";
import { mailboxFull } from "../../contracts/failure.ts";
import type { Standing } from "../../contracts/strategy.ts";
import type { PortfolioCommand, Propose } from "../../domain/portfolio/commands.ts";
import { deskFigures } from "../../domain/portfolio/news.ts";
import type { OrderReport } from "../../domain/order/order.ts";
import type { Strategy, Trader } from "../../domain/strategy/strategy.ts";
import {
  money,
  type Asset,
  type ClientOrderId,
  type Timestamp,
  type VenueId,
} from "../../domain/values/values.ts";
import { Activity } from "../../mixins/activity.ts";
import type { Wire } from "../../mixins/wire.ts";
import { HandClock } from "../adapters/limits/clock.ts";
import { Turns } from "../domain/portfolio/turns.ts";
import { ACCOUNT, BTC, instrument, strategy } from "../domain/portfolio/words.ts";

const MINUTE = 60_000;
const S = strategy("s");

/** At its first candle it buys 1, or asks what it is told to. */
const asking = (ask: Trader["onCandle"]): Strategy => ({
  ...{ name: "asking", about: "", genes: {} },
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => ({ onCandle: ask, save: () => ({}), load: () => undefined }),
});

const world = async (ask: Trader["onCandle"]) => {
  const clock = new HandClock(MINUTE);
  const turns = new Turns().open({ USDT: "10000" });
  const heard = new Map<string, (batch: unknown) => void>();
  const held = { full: false, queue: [] as (() => void)[], holds: false };
  let version = 1;
  const standing = (): Standing => {
    const { sequence, cash, positions, cashes, holdings, orders } = deskFigures(turns.state, S, [BTC]);
    return { version, sequence, cash, positions, cashes, holdings, orders, updates: [] };
  };
  const turn = (command: PortfolioCommand): undefined => {
    if (turns.turn(command).length > 0) version += 1;
    return undefined;
  };
  const silent = (): void => undefined;
  const activity = new Activity();
  const answers: Record<string, (input: never) => unknown> = {
    instruments: () => [instrument()],
    history: () => [],
    allot: (input: object) => turn({ type: "Allot", ...input } as PortfolioCommand),
    standing,
    cancelOrders: (input: object) => turn({ type: "CancelOrders", ...input } as PortfolioCommand),
    propose: (input: Omit<Propose, "type">) => {
      if (held.full) throw mailboxFull(10);
      turn({ type: "Propose", ...input });
    },
  };
  const wire = {
    ...{ activity, clock, log: { debug: silent, info: silent, warn: silent, error: silent } },
    ask: async (_kind: string, _id: string, message: string, input: never) => {
      if (message === "propose" && held.holds) await new Promise<void>((go) => held.queue.push(go));
      return answers[message]!(input);
    },
  } as unknown as Wire;
  const road = {
    ...{ received: 0, publish: silent, onGap: () => silent },
    subscribe: (subject: string, take: (batch: unknown) => void) => (heard.set(subject, take), silent),
  };
  const actor = strategyActor(
    {
      ...{ id: S, portfolio: "p", instruments: [BTC], capital: money("1000"), params: {} },
      accounts: new Map([["sandbox" as VenueId, ACCOUNT]]),
      strategy: asking(ask),
    },
    {
      ...{ clock, activity, chance: () => 0.5, journal: memoryJournal() },
      ...{ marketNow: () => clock.now(), road: road as never },
    },
  );
  await actor.start(wire);
  let openAt = 0;
  const candle = async (): Promise<void> => {
    const one = { openAt, open: 100, high: 100, low: 100, close: 100, volume: 1, trades: 1 };
    const quote = { at: clock.now(), bid: 100, bidQuantity: 1, ask: 100, askQuantity: 1 };
    const candles = [{ timeframe: "1m", candle: one }];
    openAt += MINUTE;
    const batch = { trades: [], candles, quote, at: openAt as Timestamp } as unknown as MarketBatch;
    heard.get(marketSubject(BTC))!(batch);
    await clock.pass(MINUTE);
  };
  const report = (id: ClientOrderId, status: Exclude<OrderReport["status"], never>, filled = "0") =>
    turn(turns.report(id, status, filled));
  return { actor, turns, turn, clock, candle, report, held, standing };
};

const buys: Trader["onCandle"] = (_candle, i, _timeframe, desk) =>
  desk.place({ i, side: "buy", type: "limit", quantity: 1, price: 90 }, "resting");

it("an order that is on its way when its strategy is stopped is cancelled with the others", async () => {
  const { actor, turns, candle, held, clock } = await world(buys);
  held.holds = true;
  await candle();
  expect([held.queue.length, turns.state.orders.size]).toEqual([1, 0]);
  const stopped = actor.take("stop", { orders: "cancel" });
  await clock.pass(1_000);
  held.queue.shift()!();
  await stopped;
  expect([...turns.state.orders.values()].map(({ cancelling }) => cancelling)).toEqual([true]);
});

it("one that the portfolio takes only after the stop has answered changes nothing", async () => {
  const { actor, turns, candle, held, clock, standing } = await world(buys);
  held.full = true;
  await candle();
  const stopped = actor.take("stop", { orders: "cancel" });
  await clock.pass(3_000);
  await stopped;
  expect(standing().sequence).toBe(1);
  held.full = false;
  await clock.pass(60_000);
  expect(turns.state.orders.size).toBe(0);
  // Trading again, it is heard.
  await actor.take("start", undefined);
  await candle();
  expect(turns.state.orders.size).toBe(1);
});

it("what another copy bought meanwhile is sold when the news of it was missed, before another candle comes", async () => {
  const { actor, turns, turn, candle, report, clock } = await world(() => undefined);
  await candle();
  await actor.take("stop", { orders: "flatten" });
  // Halted, somebody else buys for it, and nobody tells.
  const order = turns
    .turn({
      ...{ type: "Propose", strategy: S, account: ACCOUNT, sequence: 900, at: clock.now(), marks: {} },
      asks: [
        {
          type: "place",
          instrument: BTC,
          side: "buy",
          orderType: "limit",
          quantity: 1,
          price: 100,
          tag: "x",
        },
      ],
    })
    .find((event) => event.type === "OrderPlaced")!.order;
  turn(turns.fill(order, "1", "100", { feeAsset: "USDT" as Asset }));
  report(order, "filled", "1");
  expect(turns.position("s").quantity).toBe("1");
  for (let n = 0; n < 2; n += 1) await candle();
  expect([...turns.state.orders.values()].map((live) => live.order.side)).toEqual(["sell"]);
});
