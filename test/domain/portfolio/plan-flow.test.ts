/** The risk plan under any flow of wishes: no limit is ever exceeded, no stop loosened, and every rule has had to say no. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mark } from "../../../domain/portfolio/commands.ts";
import { equityOfAll } from "../../../domain/portfolio/remember.ts";
import {
  decimal,
  notional,
  times,
  type Asset,
  type InstrumentId,
  type Quantity,
} from "../../../domain/values/values.ts";
import { ETH, fillAll, HOUR, SOL, under } from "./planned.ts";
import type { Turns } from "./turns.ts";
import { ACCOUNT, aim, BTC, limit, mark, of, strategy, time } from "./words.ts";
import "../../seed.ts";

const wish = fc.record({
  name: fc.constantFrom("a", "b"),
  id: fc.constantFrom(BTC, ETH, SOL),
  exposure: fc.integer({ min: 0, max: 24 }).map((part) => part / 20),
  price: fc.integer({ min: 60, max: 140 }),
  placed: fc.boolean(),
  pass: fc.integer({ min: 0, max: 3 * HOUR }),
  halt: fc.integer({ min: 0, max: 19 }),
  stop: fc.option(fc.integer({ min: 30, max: 99 }), { freq: 2 }),
});

/** Spot on one venue, all long: each of these is the same cap on all that is held and being bought. */
const caps = fc.constantFrom(
  { exposure: { gross: 0.45 } },
  { exposure: { net: 0.45 } },
  { exposure: { venue: 0.45 } },
  // Of bars of a day too few are known: everything belongs together.
  { exposure: { cluster: 0.45 }, timeframe: "1d" },
  { exposure: {}, stress: [{ name: "half", shocks: { "*": -0.5 }, max: 0.225 }] },
);

describe("any flow of wishes", () => {
  it("takes no limit past its mark, keeps to the grid, opens nothing while halted, loosens no stop", () => {
    const refused: Record<string, number> = {};
    let compared = 0;
    fc.assert(
      fc.property(fc.array(wish, { minLength: 5, maxLength: 40 }), caps, (wishes, cap) => {
        const turns = under(
          {
            ...cap,
            exposure: { ...cap.exposure, asset: 0.35, strategy: 0.3 },
            sizing: { method: "volatility-target", otherwise: 0.5 },
            drawdown: 0.3,
            stopsNeverLoosen: true,
          },
          "a",
          "b",
        );
        const last: Record<string, Mark> = { [BTC]: mark("100"), [ETH]: mark("100"), [SOL]: mark("100") };
        for (const { name, id, exposure, price, placed, pass, halt, stop } of wishes) {
          turns.now += pass;
          last[id] = mark(String(price));
          if (halt === 0)
            turns.turn({ type: "Halt", level: "entries", by: "t", reason: "t", at: time(turns.now) });
          if (halt < 4 && halt > 0) turns.turn({ type: "Resume", by: "t", at: time(turns.now) });
          const before = turns.state.halt;
          const ask = placed
            ? limit(exposure > 0.3 ? "buy" : "sell", 0.0107 + exposure * 5, price, { instrument: id })
            : aim(exposure, id);
          const stops = stopsOf(turns);
          const at = stop === null ? {} : { stopPrice: stop };
          const protect = { type: "protect", instrument: id, ...at, reason: "t" } as const;
          const events = turns.propose(name, halt % 3 === 0 ? [ask] : [ask, protect], { ...last });
          for (const { rule } of of(events, "OrderRefused")) refused[rule] = (refused[rule] ?? 0) + 1;
          const after = stopsOf(turns);
          for (const [key, before] of stops) {
            if (!after.has(key)) continue;
            expect(after.get(key)! >= before).toBe(true);
            compared += 1;
          }
          for (const { order } of of(events, "OrderApproved")) {
            expect(order.quantity % decimal("0.001")).toBe(0n);
            if (order.side === "sell") continue;
            expect(before).toBeUndefined();
            // With this entry, held and being bought at the last prices are within every limit.
            const equity = equityOfAll(turns.state, "USDT" as Asset);
            const value = (book: string | undefined, of?: InstrumentId): bigint =>
              valueOf(turns, last, book, of);
            expect(value(undefined) <= times(decimal("0.45"), equity)).toBe(true);
            expect(value(undefined, id) <= times(decimal("0.35"), equity)).toBe(true);
            expect(value(name) <= times(decimal("0.3"), equity)).toBe(true);
          }
          fillAll(turns, last);
        }
      }),
      { numRuns: 120 },
    );
    const rules = [
      "gross-exposure",
      "net-exposure",
      "venue-exposure",
      "cluster-exposure",
      "stress",
      "asset-exposure",
      "strategy-exposure",
      "halted",
    ];
    for (const rule of [...rules, "stop-loosened"]) expect(refused[rule] ?? 0, rule).toBeGreaterThan(0);
    expect(compared).toBeGreaterThan(30);
  });
});

/** Stop prices of positions that stand. */
const stopsOf = ({ state }: Turns): ReadonlyMap<string, bigint> => {
  const found = new Map<string, bigint>();
  for (const [key, { stopPrice, held, position }] of state.protections)
    if (held && stopPrice !== undefined && position.quantity > 0n) found.set(key, stopPrice);
  return found;
};

const valueOf = (
  turns: Turns,
  last: Record<string, Mark>,
  name: string | undefined,
  id: InstrumentId | undefined,
): bigint => {
  let sum = 0n;
  const at = (each: string, quantity: bigint): bigint => notional(last[each]!.last, quantity as Quantity);
  for (const book of turns.state.accounts.get(ACCOUNT)!.books.values()) {
    if (name !== undefined && book.strategy !== strategy(name)) continue;
    for (const position of book.positions.values())
      if (id === undefined || position.instrument === id) sum += at(position.instrument, position.quantity);
    for (const { order, remaining } of book.orders)
      if (order.side === "buy" && (id === undefined || order.instrument === id))
        sum += at(order.instrument, remaining);
  }
  return sum;
};
