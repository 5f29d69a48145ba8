/** Every rule of risk by a case of its own, complete by type: the order is refused for it, and the refusal is in the journal with its figures. */
import { expect, it } from "vitest";
import type { Ask } from "../../../domain/portfolio/commands.ts";
import { defaultLadder } from "../../../domain/risk/degradation.ts";
import { parseLimits } from "../../../domain/risk/limits.ts";
import { parseRiskPlan } from "../../../domain/risk/plan.ts";
import type { Rule } from "../../../domain/risk/risk.ts";
import { parseSharedLimits } from "../../../domain/risk/shared/shared-limits.ts";
import { money, quantity, type Asset, type InstrumentId } from "../../../domain/values/values.ts";
import { ETH, fillAll, HOUR } from "./planned.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, amounts, BTC, instrument, limit, mark, of, time } from "./words.ts";

const PERP = "sandbox:BTC/USDT:USDT" as InstrumentId;
const perp = instrument("BTC/USDT:USDT", {
  ...{ quote: "USDT" as Asset, lotSize: quantity("1"), quantityMin: quantity("1"), notionalMin: money("0") },
});
const marks = { [BTC]: mark("100"), [ETH]: mark("100"), [PERP]: mark("100") };

interface Rules {
  readonly limits?: object;
  readonly risk?: object;
  readonly shared?: object;
}

/** 1,000 USDT for a, at noon of a Monday. */
const start = ({ limits = {}, risk, shared }: Rules = {}): Turns => {
  const turns = new Turns();
  turns.now = Date.UTC(2026, 0, 5, 12);
  turns.turn({
    type: "SetRules",
    limits: parseLimits(limits),
    balanceSettleMs: 5_000,
    degradation: defaultLadder,
    ...(risk && { risk: parseRiskPlan(risk) }),
    ...(shared && { shared: parseSharedLimits(shared, ["p", "q"])! }),
    at: time(turns.now),
  });
  return turns.open({ USDT: "10000" }, instrument(), instrument("ETH/USDT"), perp).allot("a", "1000");
};
const ask = (turns: Turns, ...asks: readonly Ask[]) => {
  turns.now += 1_000;
  turns.propose("a", asks, marks);
  return turns;
};
/** Two BTC at 100 of 1,000 USDT. */
const buy = (turns: Turns) => ask(turns, limit("buy", 2, 100));
const under = (rules: Rules) => buy(start(rules));
const exposure = (limits: object) => under({ risk: { exposure: limits } });
const controls = (rules: object, exposed: object = {}) => under({ risk: { controls: rules, ...exposed } });
const halt = (turns: Turns) => {
  turns.turn({ type: "Halt", level: "entries", by: "t", reason: "t", at: time(turns.now) });
  return turns;
};

/** Bought at 100 and sold at this price, so many times; then asked again. */
const trades = (guard: object, at: string, times = 1) => {
  const turns = start({ risk: { timeframe: "5m", protections: [guard] } });
  for (let trade = 0; trade < times; trade += 1)
    for (const [size, last] of [
      [0.3, "100"],
      [0, at],
    ] as const) {
      turns.now += 60_000;
      turns.propose("a", [aim(size)], { [BTC]: mark(last) });
      fillAll(turns, { [BTC]: mark(last) });
    }
  return buy(turns);
};
/** Nine tenths bought at 100, and more asked for at this price. */
const fallen = (risk: object, to: string) => {
  const turns = start({ risk });
  turns.propose("a", [aim(0.9)], marks);
  fillAll(turns, marks);
  turns.now += 60_000;
  turns.propose("a", [limit("buy", 0.1, Number(to))], { [BTC]: mark(to) });
  return turns;
};
/** Sixty bars that go up and down by this much, then an entry. */
const tail = (limits: object) => {
  const turns = start({ risk: { timeframe: "1h", tail: limits } });
  for (let bar = 0; bar < 60; bar += 1) {
    turns.now += HOUR;
    turns.propose("a", [], { [BTC]: mark(bar % 2 === 0 ? "110" : "100") });
  }
  return buy(turns);
};
const shared = (section: object, granted?: Record<string, string>) => {
  const turns = start({ shared: section });
  if (granted !== undefined)
    turns.turn({
      type: "TakeGrant",
      grant: { version: 1, amounts: amounts(granted), until: time(turns.now + HOUR) },
      at: time(turns.now),
    });
  return buy(turns);
};
const withdrawn = (turns: Turns, count: number) => {
  for (let k = 0; k < count; k += 1) {
    ask(turns, limit("buy", 1, 99));
    ask(turns, { type: "cancel", tag: "t" });
    for (const { name } of [...turns.state.orders.values()])
      turns.turn(turns.report(name.order, "cancelled"));
  }
  return buy(turns);
};

const cases: Record<Rule, () => Turns> = {
  "unknown-instrument": () =>
    ask(start(), limit("buy", 1, 100, { instrument: "sandbox:XRP/USDT" as InstrumentId })),
  "no-mark": () => {
    const turns = start();
    turns.propose("a", [limit("buy", 1, 100)], {});
    return turns;
  },
  halted: () => buy(halt(start())),
  degraded: () => {
    const turns = start();
    turns.observe({ market: 16_000 });
    return buy(turns);
  },
  "instrument-not-trading": () => {
    const turns = start();
    const paused = instrument("BTC/USDT", { status: "paused" });
    turns.turn({ type: "InstrumentChanged", instrument: paused, at: time(turns.now) });
    return buy(turns);
  },
  "below-minimum": () => ask(start(), limit("buy", 0.01, 100)),
  "short-not-allowed": () => ask(start(), limit("sell", 1, 100)),
  "reduce-only": () => {
    const turns = ask(start(), limit("buy", 2, 100, { instrument: PERP }));
    fillAll(turns, marks);
    // The order that rests has taken all that an aim could close.
    return ask(turns, limit("sell", 2, 101, { instrument: PERP }), aim(0.1, PERP));
  },
  "price-collar": () => ask(start(), limit("buy", 1, 110)),
  "order-notional": () => under({ limits: { orderNotionalMax: 100 } }),
  capital: () => ask(start(), limit("buy", 11, 100)),
  position: () => under({ limits: { positionNotionalMax: 100 } }),
  "gross-exposure": () => under({ limits: { grossNotionalMax: 100 } }),
  "open-orders": () => buy(under({ limits: { openOrdersMax: 1 } })),
  "order-rate": () => buy(under({ limits: { ordersPerMinute: 1 } })),
  "grant-ended": () => shared({ gross: 1_000 }),
  "shared-gross": () => shared({ gross: 1_000 }, { gross: "100" }),
  "shared-net": () => shared({ net: 1_000 }, { net: "100" }),
  "shared-asset": () => shared({ assets: { BTC: 500 } }, { "asset:BTC": "100" }),
  "shared-venue": () => shared({ venues: { sandbox: 500 } }, { "venue:sandbox": "100" }),
  restricted: () => controls({ restricted: ["BTC"] }),
  "not-allowed": () => controls({ allowed: ["ETH"] }),
  jurisdiction: () => controls({ jurisdiction: { home: "US", rules: [{ names: ["BTC"], barred: ["US"] }] } }),
  "closed-hours": () => controls({ calendars: [{ timeZone: "UTC", sessions: { mon: ["13:00-14:00"] } }] }),
  event: () =>
    controls({
      events: [{ name: "rates", at: "2026-01-05T12:10:00Z", beforeMinutes: 30, afterMinutes: 10 }],
    }),
  "funding-time": () => {
    const turns = start({
      risk: { controls: { funding: { everyHours: 8, beforeMinutes: 15, instruments: ["BTC"] } } },
    });
    turns.now = Date.UTC(2026, 0, 5, 15, 50);
    return buy(turns);
  },
  "cooldown-period": () => trades({ method: "CooldownPeriod", stop_duration: 60 }, "100"),
  "stoploss-guard": () => {
    const guard = { method: "StoplossGuard", lookback_period: 60, trade_limit: 1, stop_duration: 60 };
    const turns = buy(start({ risk: { timeframe: "5m", protections: [guard] } }));
    fillAll(turns, marks);
    ask(turns, { type: "protect", instrument: BTC, stopPrice: 95, reason: "t" });
    for (const { name } of [...turns.state.orders.values()]) turns.turn(turns.fill(name.order, "2", "95"));
    return buy(turns);
  },
  "max-drawdown": () =>
    trades(
      {
        method: "MaxDrawdown",
        lookback_period: 60,
        trade_limit: 1,
        stop_duration: 60,
        max_allowed_drawdown: 0.01,
      },
      "90",
    ),
  "low-profit-pairs": () =>
    trades(
      {
        method: "LowProfitPairs",
        lookback_period: 60,
        trade_limit: 1,
        stop_duration: 60,
        required_profit: 0.01,
      },
      "95",
    ),
  "consecutive-losses": () =>
    trades({ method: "ConsecutiveLosses", trade_limit: 2, stop_duration: 60 }, "95", 2),
  "daily-loss": () => fallen({ dailyLoss: { max: 0.05, timeZone: "UTC" } }, "90"),
  drawdown: () => fallen({ drawdown: 0.05 }, "90"),
  "cancel-rate": () => withdrawn(start({ risk: { controls: { cancelsPerMinute: 2 } } }), 2),
  "order-to-trade": () => withdrawn(start({ risk: { controls: { orderToTrade: { max: 2, free: 2 } } } }), 1),
  "model-exposure": () => controls({ models: { strategies: ["a"], exposure: 0.1 } }),
  "model-rate": () => buy(controls({ models: { strategies: ["a"], ordersPerHour: 1 } })),
  "net-exposure": () => exposure({ net: 0.1 }),
  "asset-exposure": () => exposure({ asset: 0.1 }),
  "venue-exposure": () => exposure({ venue: 0.1 }),
  "strategy-exposure": () => exposure({ strategy: 0.1 }),
  "cluster-exposure": () => exposure({ cluster: 0.1 }),
  "no-history": () => under({ risk: { tail: { valueAtRisk: 0.1 } } }),
  "value-at-risk": () => tail({ valueAtRisk: 0.001 }),
  "expected-shortfall": () => tail({ expectedShortfall: 0.001 }),
  stress: () => under({ risk: { stress: [{ name: "crash", shocks: { BTC: -0.5 }, max: 0.05 }] } }),
  "liquidation-distance": () => {
    const levered = { ...perp, leverage: 10 };
    const turns = start({ risk: { liquidation: { distance: 0.1 } } });
    turns.turn({ type: "InstrumentChanged", instrument: levered, at: time(turns.now) });
    // A tenth less half a percent of maintenance lies below it.
    return ask(turns, limit("buy", 2, 100, { instrument: PERP }));
  },
  "stop-loosened": () => {
    const turns = buy(start({ risk: { stopsNeverLoosen: true } }));
    fillAll(turns, marks);
    const stop = (stopPrice: number): Ask => ({ type: "protect", instrument: BTC, stopPrice, reason: "t" });
    return ask(ask(turns, stop(90)), stop(80));
  },
};

it.each(Object.entries(cases))("%s", (rule, run) => {
  const turns = run();
  const refused = of(turns.journal, "OrderRefused");
  expect(refused.map((event) => event.rule)).toEqual([rule]);
  const { journal } = turns;
  const [no] = refused;
  expect(no).toMatchObject({ strategy: "a", account: ACCOUNT, at: turns.now });
  expect(no!.asked >= 0n && no!.max >= 0n).toBe(true);
  // Nothing was approved in its place.
  expect(journal.findLastIndex(({ type }) => type === "OrderApproved")).toBeLessThan(journal.indexOf(no!));
});
