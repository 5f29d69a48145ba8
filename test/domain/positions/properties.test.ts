/** What must hold of any order flow: the ledger is balanced, flat keeps nothing, mirrors mirror, reduce-only never turns over. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../seed.ts";
import { closingSide } from "../../../domain/positions/closing.ts";
import type { Contract } from "../../../domain/positions/contract.ts";
import { fundingPayment } from "../../../domain/positions/funding.ts";
import { FLAT, trade, unrealised, type Leg } from "../../../domain/positions/leg.ts";
import { bankruptcyPrice, isolated, liquidationPrice } from "../../../domain/positions/liquidation.ts";
import { initialMargin, maintenanceMargin, parseTiers } from "../../../domain/positions/tiers.ts";
import {
  absolute,
  type Decimal,
  ONE,
  type Price,
  type Quantity,
  type Side,
  times,
  toFloat,
} from "../../../domain/values/values.ts";
import { INVERSE, LINEAR } from "./words.ts";

/** What of a reduce-only order of this side may be carried out while `quantity` (signed) is held. */
const reducible = (quantity: Decimal, side: Side, asked: Quantity): Quantity => {
  if (quantity === 0n || side !== closingSide(quantity)) return 0n as Quantity;
  const held = absolute(quantity) as Quantity;
  return asked < held ? asked : held;
};

const CENT = ONE / 100n;
const steps = fc.array(
  fc.record({
    lots: fc.integer({ min: -500, max: 500 }).filter((lots) => lots !== 0),
    cents: fc.integer({ min: 5_000, max: 20_000 }),
    funding: fc.integer({ min: -30, max: 30 }),
  }),
  { minLength: 1, maxLength: 40 },
);

interface Run {
  readonly leg: Leg;
  readonly realised: bigint;
  readonly funding: bigint;
  readonly last: Price;
}

const runOf = (
  contract: Contract,
  all: readonly { lots: number; cents: number; funding: number }[],
  sign = 1n,
): Run => {
  let leg = FLAT;
  let [realised, funding] = [0n, 0n];
  let last = 0n as Price;
  for (const step of all) {
    last = (BigInt(step.cents) * CENT) as Price;
    const done = trade(contract, leg, sign * BigInt(step.lots) * CENT, last);
    leg = done.leg;
    realised += done.realised;
    funding += fundingPayment(contract, leg.quantity, last, (BigInt(step.funding) * ONE) / 100_000n);
  }
  return { leg, realised, funding, last };
};

/** Cash flows as if every contract were paid for: what is left at the end, marked, is the profit. */
const cashFlow = (all: readonly { lots: number; cents: number }[]): bigint =>
  all.reduce((cash, { lots, cents }) => cash - times(BigInt(lots) * CENT, BigInt(cents) * CENT), 0n);

describe("any order flow", () => {
  it("linear: realised and unrealised are the cash flow and the position at the mark", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { leg, realised, last } = runOf(LINEAR, all);
        const held = times(leg.quantity, last);
        // Each step rounds once, against the holder.
        const slack = BigInt(all.length + 1) * LINEAR.step;
        const gap = cashFlow(all) + held - (realised + unrealised(LINEAR, leg, last));
        expect(gap >= -BigInt(all.length) && gap <= slack).toBe(true);
      }),
    );
  });

  it("flat after closing all: no quantity, no cost, and nothing more to gain", () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(LINEAR, INVERSE), (all, contract) => {
        const { leg, last } = runOf(contract, all);
        if (leg.quantity === 0n) return;
        const closed = trade(contract, leg, 0n - leg.quantity, last);
        expect(closed.leg).toEqual(FLAT);
        expect(closed.realised).toBe(unrealised(contract, leg, last));
      }),
    );
  });

  it("long and short are mirror images: what one gains the other loses, but for rounding against each", () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(LINEAR, INVERSE), (all, contract) => {
        const long = runOf(contract, all);
        const short = runOf(contract, all, -1n);
        expect(short.leg.quantity).toBe(-long.leg.quantity);
        expect(short.leg.cost).toBe(0n - long.leg.cost);
        const slack = BigInt(all.length) * contract.step;
        for (const sum of [long.realised + short.realised, long.funding + short.funding])
          expect(sum <= 0n && sum >= -slack).toBe(true);
      }),
    );
  });

  it("a reduce-only order never turns a position over", () => {
    fc.assert(
      fc.property(
        steps,
        fc.constantFrom("buy", "sell"),
        fc.integer({ min: 1, max: 90_000 }),
        (all, side, lots) => {
          const { leg, last } = runOf(LINEAR, all);
          const allowed = reducible(leg.quantity, side, (BigInt(lots) * CENT) as Quantity);
          const after = trade(LINEAR, leg, side === "buy" ? allowed : 0n - allowed, last).leg.quantity;
          expect(absolute(after) <= absolute(leg.quantity)).toBe(true);
          expect(after === 0n || after > 0n === leg.quantity > 0n).toBe(true);
        },
      ),
    );
  });
});

describe("any position", () => {
  const tiers = parseTiers([
    { notionalFloor: 0, maintMarginRatio: 0.004, initialLeverage: 125 },
    { notionalFloor: 50_000, maintMarginRatio: 0.01, initialLeverage: 50 },
    { notionalFloor: 500_000, maintMarginRatio: 0.05, initialLeverage: 10 },
  ]);
  const positions = fc.record({
    lots: fc.integer({ min: 1, max: 1_000_000 }),
    cents: fc.integer({ min: 5_000, max: 20_000 }),
    leverage: fc.integer({ min: 2, max: 10 }),
    short: fc.boolean(),
  });

  it("is liquidated where its balance is its maintenance margin, before it is bankrupt", () => {
    fc.assert(
      fc.property(positions, ({ lots, cents, leverage, short }) => {
        const change = BigInt(short ? -lots : lots) * CENT;
        const { leg } = trade(LINEAR, FLAT, change, (BigInt(cents) * CENT) as Price);
        const margin = initialMargin(absolute(leg.cost), leverage);
        const at = liquidationPrice(LINEAR, [leg], isolated(margin), tiers)!;
        const balance = margin + unrealised(LINEAR, leg, at);
        const kept = maintenanceMargin(tiers, times(absolute(leg.quantity), at));
        expect(toFloat(balance - kept)).toBeCloseTo(0, 6);
        const bankrupt = bankruptcyPrice(LINEAR, [leg], isolated(margin))!;
        expect(short ? at < bankrupt : at > bankrupt).toBe(true);
        expect(toFloat(margin + unrealised(LINEAR, leg, bankrupt))).toBeCloseTo(0, 6);
      }),
    );
  });
});
