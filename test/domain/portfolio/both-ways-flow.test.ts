/**
 * The risk plan under any flow of orders that go long and short, of contracts on two venues: what each entry leaves held and being entered is
 * reckoned here once more, and is within every limit; each limit has had to say no, in the journal, with what was asked and what would have passed.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Mark } from "../../../domain/portfolio/commands.ts";
import { equityOfAll } from "../../../domain/portfolio/remember.ts";
import { tailRisk } from "../../../domain/risk/tail/value-at-risk.ts";
import {
  decimal,
  format,
  money,
  quantity,
  toFloat,
  type AccountId,
  type Asset,
  type InstrumentId,
  type Side,
  type VenueId,
} from "../../../domain/values/values.ts";
import { HOUR, under } from "./planned.ts";
import type { Turns } from "./turns.ts";
import { ACCOUNT, aim, amounts, instrument, limit, mark, of, strategy, time } from "./words.ts";
import "../../seed.ts";

const SECOND = "second" as AccountId;
const USDT = "USDT" as Asset;
const contract = (venue: string, base: string) =>
  instrument(`${base}/USDT:USDT`, {
    ...{ id: `${venue}:${base}/USDT:USDT` as InstrumentId, venue: venue as VenueId, base: base as Asset },
    ...{ quote: USDT, leverage: 3, lotSize: quantity("0.01"), notionalMin: money("0") },
  });
const listed = [contract("sandbox", "BTC"), contract("sandbox", "ETH"), contract("other", "BTC")];
const accountOf = (id: string): AccountId => (id.startsWith("other") ? SECOND : ACCOUNT);
const names = ["a", "b"];

const wish = fc.record({
  name: fc.constantFrom(...names),
  which: fc.nat(2),
  way: fc.constantFrom(1, -1),
  size: fc.integer({ min: 1, max: 30 }),
  moves: fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 })),
  how: fc.constantFrom("aim", "rest", "flat"),
  fills: fc.boolean(),
});

const caps: readonly object[] = [
  { exposure: { net: 0.3 } },
  { exposure: { asset: 0.3 } },
  { exposure: { venue: 0.3 } },
  { exposure: { gross: 0.5 } },
  ...["historical", "parametric", "cornish-fisher"].map((method) => ({
    tail: { method, confidence: 0.95, valueAtRisk: 0.006 },
  })),
  { tail: { method: "historical", confidence: 0.9, expectedShortfall: 0.007 } },
  {
    stress: [
      { name: "down", shocks: { "*": -0.4 }, max: 0.12 },
      { name: "up", shocks: { BTC: 0.5 }, max: 0.1 },
    ],
  },
];

const opened = (cap: object): Turns => {
  const turns = under({ timeframe: "1h", window: 40, ...cap }, ...names);
  for (const one of listed) turns.turn({ type: "InstrumentChanged", instrument: one, at: time(turns.now) });
  const opening = {
    account: SECOND,
    venue: "other" as VenueId,
    balances: amounts({ USDT: "10000" }),
    nonce: "m",
  };
  turns.turn({ type: "OpenAccount", ...opening, at: time(turns.now) });
  for (const name of names)
    turns.turn({
      ...{ type: "Allot", strategy: strategy(name), account: SECOND, asset: USDT },
      ...{ amount: money("1000"), at: time(turns.now) },
    });
  return turns;
};

/** Of each instrument what is held, with the entries of that side that are out, at these prices; and without signs, by strategy. */
const heldAfter = ({ state }: Turns, prices: readonly number[], side: Side) =>
  listed.map(({ id, base, venue }, k) => {
    let [signed, size] = [0, 0];
    for (const account of state.accounts.values())
      for (const book of account.books.values()) {
        const held = toFloat(book.positions.get(id)?.quantity ?? 0n);
        signed += held;
        size += Math.abs(held);
        for (const { order, remaining } of book.orders) {
          if (order.instrument !== id || order.reduceOnly === true) continue;
          size += toFloat(remaining);
          if (order.side === side) signed += toFloat(remaining) * (side === "buy" ? 1 : -1);
        }
      }
    return { id, base, venue, signed: signed * prices[k]!, size: size * prices[k]! };
  });
type After = ReturnType<typeof heldAfter>;

const NORMAL_95 = 1.6448536269514722;
/** What each limit is about, after an entry of this side of this contract: of equity. */
const reckoned = (
  turns: Turns,
  prices: readonly number[],
  { side, which }: { readonly side: Side; readonly which: number },
  cap: Record<string, unknown>,
  moves: readonly Float64Array[],
) => {
  const after = heldAfter(turns, prices, side);
  const { base: ofBase, venue: atVenue } = after[which]!;
  const equity = toFloat(equityOfAll(turns.state, USDT));
  const sum = (of: readonly After[number][], by: (one: After[number]) => number) =>
    of.reduce((total, one) => total + by(one), 0) / equity;
  const { method, confidence } = (cap["tail"] ?? {}) as { method?: string; confidence?: number };
  const found: Record<string, number> = {
    net: Math.abs(sum(after, ({ signed }) => signed)),
    venue: sum(
      after.filter(({ venue }) => venue === atVenue),
      ({ size }) => size,
    ),
    gross: sum(after, ({ size }) => size),
    asset: Math.abs(
      sum(
        after.filter(({ base }) => base === ofBase),
        ({ signed }) => signed,
      ),
    ),
    down: sum(after, ({ signed }) => 0.4 * signed),
    up: sum(
      after.filter(({ base }) => base === "BTC"),
      ({ signed }) => -0.5 * signed,
    ),
  };
  if (method === undefined) return found;
  const count = Math.min(40, ...moves.filter((_, k) => after[k]!.signed !== 0).map(({ length }) => length));
  const returns = Array.from({ length: count }, (_, t) =>
    sum(after, (one) => one.signed * Math.expm1(moves[after.indexOf(one)]!.at(t - count) ?? 0)),
  );
  const sorted = [...returns].sort((a, b) => a - b);
  const place = (count - 1) * (1 - confidence!);
  const low = Math.floor(place);
  const quantile = sorted[low]! + (sorted[Math.min(low + 1, count - 1)]! - sorted[low]!) * (place - low);
  const mean = returns.reduce((total, one) => total + one, 0) / count;
  const central = (power: number) => returns.reduce((total, one) => total + (one - mean) ** power, 0) / count;
  const deviation = Math.sqrt((central(2) * count) / (count - 1));
  if (method === "historical") found["valueAtRisk"] = -quantile;
  // The expansion itself is checked in test/domain/risk/tail.test.ts.
  if (method === "cornish-fisher")
    found["valueAtRisk"] = tailRisk(method, Float64Array.from(returns), confidence!).valueAtRisk;
  if (method === "parametric") found["valueAtRisk"] = NORMAL_95 * deviation - mean;
  const beyond = returns.filter((one) => one <= quantile);
  found["expectedShortfall"] = -beyond.reduce((total, one) => total + one, 0) / beyond.length;
  return found;
};

const limitsOf = (cap: Record<string, unknown>): readonly (readonly [string, number])[] => [
  ...Object.entries((cap["exposure"] ?? {}) as Record<string, number>),
  ...Object.entries((cap["tail"] ?? {}) as Record<string, number>).filter(([name]) =>
    ["valueAtRisk", "expectedShortfall"].includes(name),
  ),
  ...((cap["stress"] ?? []) as { name: string; max: number }[]).map(({ name, max }) => [name, max] as const),
];

it("takes no limit past its mark, of shorts and longs on two venues", () => {
  const refused: Record<string, number> = {};
  const entries = { buy: 0, sell: 0 };
  for (const cap of caps as readonly Record<string, unknown>[])
    fc.assert(
      fc.property(fc.array(wish, { minLength: 8, maxLength: 25 }), (wishes) => {
        const turns = opened(cap);
        const prices = [100, 100, 100];
        const marks = (): Record<string, Mark> =>
          Object.fromEntries(listed.map(({ id }, k) => [id, mark(prices[k]!.toFixed(2))]));
        const move = (btc: number, eth: number): void => {
          turns.now += HOUR;
          [prices[0], prices[1]] = [Math.max(50, prices[0]! + btc), Math.max(50, prices[1]! + eth)];
          prices[2] = prices[0];
        };
        for (let bar = 0; bar < (cap["tail"] === undefined ? 1 : 22); bar += 1) {
          move(bar % 3 === 0 ? 3 : bar % 3 === 1 ? -2 : -1, bar % 2 === 0 ? 2 : -2);
          turns.propose("a", [], marks());
        }
        for (const { name, which, way, size, moves, how, fills } of wishes) {
          move(...moves);
          const { id } = listed[which]!;
          const ask = {
            aim: aim((way * size) / 40, id),
            flat: aim(0, id),
            rest: limit(way > 0 ? "buy" : "sell", size / 4 + 0.003, prices[which]!, { instrument: id }),
          }[how];
          // An entry is judged by the bars that had closed before it.
          const bars = listed.map(({ id }) => turns.state.risk!.bars.get(id)!.returns());
          const before = Object.fromEntries(
            (["buy", "sell"] as const).map((side) => [
              side,
              reckoned(turns, prices, { side, which }, cap, bars),
            ]),
          );
          const events = turns.turn({
            ...(turns.proposal(name, [ask], marks()) as object),
            account: accountOf(id),
          } as never);
          for (const { rule, asked, max } of of(events, "OrderRefused")) {
            refused[rule] = (refused[rule] ?? 0) + 1;
            expect(asked >= max, `${rule} ${format(asked)} ${format(max)}`).toBe(true);
          }
          for (const { order } of of(events, "OrderApproved")) {
            expect(order.quantity % decimal("0.01")).toBe(0n);
            if (order.reduceOnly === true) continue;
            entries[order.side] += 1;
            const found = reckoned(turns, prices, { side: order.side, which }, cap, bars);
            for (const [limited, max] of limitsOf(cap)) {
              if (found[limited] === undefined) continue;
              // A hedge that brings a signed sum nearer to 0 is no breach of it, wherever it stands.
              const hedges =
                ["net", "asset"].includes(limited) && found[limited] <= before[order.side]![limited]!;
              if (!hedges)
                expect(found[limited], `${limited} after ${order.side}`).toBeLessThanOrEqual(max + 1e-9);
            }
          }
          if (fills)
            for (const live of [...turns.state.orders.values()])
              if (live.phase === "placed") {
                const at = format(marks()[live.order.instrument]!.last);
                const change = { account: live.order.account };
                turns.turn(turns.fill(live.order.id, format(live.remaining), at, change));
              }
        }
      }),
      { numRuns: 12, endOnFailure: true },
    );
  const rules = ["net", "asset", "venue", "gross"].map((name) => `${name}-exposure`);
  for (const rule of [...rules, "value-at-risk", "expected-shortfall", "stress"])
    expect(refused[rule] ?? 0, rule).toBeGreaterThan(0);
  expect(Math.min(entries.buy, entries.sell)).toBeGreaterThan(80);
});
