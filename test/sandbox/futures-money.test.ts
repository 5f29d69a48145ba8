/** What the clearing house of the sandbox books: profits, funding, liquidation, by worked figures and over random order flow. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changeLeverage } from "../../sandbox/futures/admission.ts";
import { liquidationOf } from "../../sandbox/futures/margin.ts";
import { absolute, decimal, format, ONE, type Decimal } from "../../domain/values/values.ts";
import "../seed.ts";
import { incomeOf, openDesk, ownAccount, SYMBOL, type Desk } from "./futures-house.ts";

const HOURS_8 = 8 * 3_600_000;
const text = (value: Decimal): string => format(value);

describe("worked figures", () => {
  test("funding: a long pays a rate above 0 of its worth at the mark, a short receives it, once each eight hours", () => {
    for (const [side, paid] of [
      ["buy", "-2"],
      ["sell", "2"],
    ] as const) {
      const desk = openDesk("100000", { fundingRate: "0.0001" });
      desk.price(20_000);
      desk.order({ side, lots: 100, ticks: side === "buy" ? 20_001 : 19_999 });
      desk.settle();
      expect(text(incomeOf(desk, "FUNDING_FEE"))).toBe("0");
      desk.now += HOURS_8;
      desk.price(20_000);
      desk.settle();
      desk.settle();
      // 1 BTC at 20,000 times 0.0001.
      expect(text(incomeOf(desk, "FUNDING_FEE"))).toBe(paid);
    }
  });

  test("isolated: closed at market where its own margin is gone, and no more than that is lost", () => {
    const desk = openDesk("100000");
    const account = ownAccount(desk);
    account.terms(SYMBOL).isolated = true;
    account.terms(SYMBOL).leverage = 10;
    desk.price(10_000);
    // 1 BTC at 10,001: margin 1,000.1, fee 10.001.
    expect(desk.order({ side: "buy", lots: 100 })).toBe(true);
    const position = account.position(SYMBOL, "BOTH");
    expect(text(position.margin)).toBe("1000.1");
    // (1,000.1 - 10,001) / (0.01 - 1) = 9,091.8181...
    const at = liquidationOf(desk.house, account, position);
    expect(text(at)).toMatch(/^9091\.8181/);
    desk.price(9_092);
    desk.settle();
    expect(position.leg.quantity).not.toBe(0n);
    desk.price(9_091);
    desk.settle();
    expect(position.leg.quantity).toBe(0n);
    // Sold at 9,090: 911 and a fee of 9.09 against 1,000.1 of margin.
    expect(text(incomeOf(desk, "REALIZED_PNL"))).toBe("-911");
    expect(text(incomeOf(desk, "INSURANCE_CLEAR"))).toBe("0");
    expect(desk.fills().at(-1)!.clientId).toMatch(/^autoclose-/);
  });

  test("isolated: what a gap takes beyond the margin is paid in", () => {
    const desk = openDesk("100000");
    const account = ownAccount(desk);
    Object.assign(account.terms(SYMBOL), { isolated: true, leverage: 10 });
    desk.price(10_000);
    desk.order({ side: "sell", lots: 100 });
    desk.price(12_000);
    desk.settle();
    // Short at 9,999, margin 999.9, bought at 12,001: 2,002 and a fee of 12.001 are lost, of which 999.9 was its own.
    expect(text(incomeOf(desk, "REALIZED_PNL"))).toBe("-2002");
    expect(text(incomeOf(desk, "INSURANCE_CLEAR"))).toBe("1014.101");
    expect(text(account.balance("USDT"))).toBe(text(decimal("100000") - decimal("9.999") - decimal("999.9")));
  });

  test("cross: the wallet backs it, and is empty, not below, when a gap was too wide", () => {
    const desk = openDesk("1500");
    const account = ownAccount(desk);
    desk.price(10_000);
    desk.order({ side: "buy", lots: 100 });
    desk.price(9_000);
    desk.settle();
    expect(account.held()).toHaveLength(1);
    desk.price(8_000);
    desk.settle();
    expect(account.held()).toEqual([]);
    expect(account.balance("USDT")).toBe(0n);
  });

  test("a position that nobody takes is tried again when time has moved, not for ever", () => {
    const desk = openDesk("1500");
    desk.price(10_000);
    desk.order({ side: "buy", lots: 100 });
    desk.price(8_000, 40);
    desk.settle();
    expect(ownAccount(desk).position(SYMBOL, "BOTH").leg.quantity).toBe(decimal("0.6"));
    desk.now += 100;
    desk.price(8_000);
    desk.settle();
    expect(ownAccount(desk).held()).toEqual([]);
  });

  test("hedge mode: the legs are apart, and liquidated by what they lose together", () => {
    const desk = openDesk("1000");
    const account = ownAccount(desk);
    account.hedge = true;
    desk.price(10_000);
    expect(desk.order({ side: "buy", lots: 50, leg: "long" })).toBe(true);
    expect(desk.order({ side: "sell", lots: 50, leg: "short" })).toBe(true);
    // What one gains the other loses.
    for (const ticks of [5_000, 20_000]) {
      desk.price(ticks);
      desk.settle();
      expect(account.held()).toHaveLength(2);
    }
    expect(desk.order({ side: "buy", lots: 51, leg: "short" })).toBe(false);
  });
});

type Step =
  | { readonly act: "price"; readonly ticks: number }
  | {
      readonly act: "order";
      readonly buys: boolean;
      readonly lots: number;
      readonly off: number | undefined;
      readonly reduceOnly: boolean;
      readonly leg: boolean;
    }
  | { readonly act: "wait" }
  | { readonly act: "leverage"; readonly leverage: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant("price" as const),
      ticks: fc.integer({ min: 7_000, max: 13_000 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constant("order" as const),
      buys: fc.boolean(),
      lots: fc.integer({ min: 1, max: 300 }),
      off: fc.option(fc.integer({ min: -50, max: 50 }), { nil: undefined }),
      reduceOnly: fc.boolean(),
      leg: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ act: "wait" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      act: fc.constant("leverage" as const),
      leverage: fc.integer({ min: 1, max: 125 }),
    }),
  },
);

/** To the last unit: the wallet is what came in, and wallet less costs is what buying and selling outright would have left. */
const checkMoney = (desk: Desk, wallet: string): void => {
  const account = ownAccount(desk);
  expect(account.balance("USDT")).toBe(decimal(wallet) + incomeOf(desk));
  let cash = decimal(wallet);
  let held = 0n;
  for (const { side, lots, notional, fee } of desk.fills()) {
    cash += (side === "buy" ? 0n - notional : notional) - fee;
    held += (side === "buy" ? 1n : -1n) * BigInt(lots) * decimal("0.01");
  }
  cash += incomeOf(desk, "FUNDING_FEE") + incomeOf(desk, "INSURANCE_CLEAR");
  const legs = account.held().map(({ leg }) => leg);
  expect(account.balance("USDT") - legs.reduce((sum, { cost }) => sum + cost, 0n)).toBe(cash);
  expect(legs.reduce((sum, { quantity }) => sum + quantity, 0n)).toBe(held);
  // So wallet and what is not realised are cash and contracts at the mark.
  const mark = desk.house.mark(SYMBOL);
  const unrealised = legs.reduce((sum, { quantity, cost }) => sum + (quantity * mark) / ONE - cost, 0n);
  expect(account.balance("USDT") + unrealised).toBe(cash + (held * mark) / ONE);
};

/** A fill of an order that only closes leaves a smaller position on the same side. */
const checkReducing = (desk: Desk): void => {
  const held = new Map<string, bigint>();
  for (const fill of desk.fills()) {
    const order = desk.venue.order("main", SYMBOL, { id: fill.orderId })!;
    const leg = order.leg ?? "both";
    const before = held.get(leg) ?? 0n;
    const after = before + (fill.side === "buy" ? 1n : -1n) * BigInt(fill.lots);
    held.set(leg, after);
    if (!desk.house.closes(order)) continue;
    expect(absolute(after) < absolute(before)).toBe(true);
    expect(after === 0n || after > 0n === before > 0n).toBe(true);
  }
};

describe("over random order flow", () => {
  test.each([
    ["one-way, cross", false, false],
    ["one-way, isolated", false, true],
    ["hedge mode, cross", true, false],
    ["hedge mode, isolated", true, true],
  ])(
    "%s: money is conserved, nothing that closes opens, the wallet is never below nothing when flat",
    (_name, hedge, isolated) => {
      fc.assert(
        fc.property(fc.array(step, { minLength: 10, maxLength: 60 }), (steps) => {
          const desk = openDesk("5000", { fundingRate: "0.001" });
          const account = ownAccount(desk);
          account.hedge = hedge;
          account.terms(SYMBOL).isolated = isolated;
          desk.price(10_000);
          for (const one of steps) {
            desk.now += 60_000;
            if (one.act === "price") desk.price(one.ticks);
            else if (one.act === "wait") desk.now += HOURS_8;
            else if (one.act === "leverage") {
              changeLeverage(desk.house, account, SYMBOL, one.leverage);
            } else {
              const { buys, lots, off, reduceOnly, leg } = one;
              const ticks = off === undefined ? undefined : desk.venue.last(SYMBOL) + off;
              const named = hedge ? (leg ? ("long" as const) : ("short" as const)) : undefined;
              desk.order({
                side: buys ? "buy" : "sell",
                lots,
                ticks,
                reduceOnly: reduceOnly && !hedge,
                leg: named,
              });
            }
            desk.settle();
            checkMoney(desk, "5000");
            if (account.held().length === 0) expect(account.balance("USDT") >= 0n).toBe(true);
          }
          checkReducing(desk);
        }),
        { numRuns: 60 },
      );
    },
  );
});
