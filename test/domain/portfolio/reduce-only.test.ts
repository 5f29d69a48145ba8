/** Contracts under any flow of orders, fills, cancels and late news: what is marked reduce-only only ever lessens the position. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Ask } from "../../../domain/portfolio/commands.ts";
import { mayBeAtVenue } from "../../../domain/portfolio/state.ts";
import {
  format,
  money,
  price,
  quantity,
  type Asset,
  type InstrumentId,
} from "../../../domain/values/values.ts";
import { Turns } from "./turns.ts";
import { aim, instrument, limit, mark, of } from "./words.ts";
import "../../seed.ts";

const PERP = "sandbox:BTC/USDT:USDT" as InstrumentId;
const contract = instrument("BTC/USDT:USDT", {
  ...{
    quote: "USDT" as Asset,
    lotSize: quantity("1"),
    quantityMin: quantity("1"),
    notionalMin: money("0"),
    leverage: 5,
  },
});
const marks = { [PERP]: mark("100") };

const step = fc.record({
  do: fc.constantFrom("place", "place", "place", "aim", "fill", "fill", "cancel", "end", "late"),
  side: fc.constantFrom("buy" as const, "sell" as const),
  size: fc.integer({ min: 1, max: 12 }),
  twice: fc.boolean(),
  pick: fc.nat(20),
});

const absolute = (held: bigint): bigint => (held < 0n ? -held : held);
const heldBy = (turns: Turns): bigint => turns.book("a").positions.get(PERP)?.quantity ?? 0n;
const marked = (turns: Turns) => [...turns.book("a").orders].filter(({ order }) => order.reduceOnly === true);
/** What live marked orders may still take off the position. */
const reducing = (turns: Turns): bigint => marked(turns).reduce((sum, live) => sum + live.remaining, 0n);

/** Fills a part of the order. The venue ends the marked orders for which the position that is left has no room. */
const fillPart = (turns: Turns, pick: number, size: number, ends = true): "marked" | "turned" | undefined => {
  const open = [...turns.state.orders.values()].filter(mayBeAtVenue);
  const live = open[pick % Math.max(1, open.length)];
  if (live === undefined) return undefined;
  const part = quantity(String(size));
  const before = heldBy(turns);
  const only = live.order.reduceOnly === true;
  turns.turn(
    turns.fill(
      live.order.id,
      format(part < live.remaining ? part : live.remaining),
      format(live.order.price ?? price("100")),
    ),
  );
  const after = heldBy(turns);
  if (only) {
    expect(absolute(after) < absolute(before) && before * after >= 0n).toBe(true);
    return "marked";
  }
  const side = after > 0n ? "sell" : "buy";
  if (!ends) return before * after < 0n ? "turned" : undefined;
  for (const one of marked(turns))
    if (one.order.side !== side || reducing(turns) > absolute(after))
      turns.turn(turns.report(one.order.id, "cancelled", format(one.order.quantity - one.remaining)));
  return before * after < 0n ? "turned" : undefined;
};

it("never turns the position over, nor do all of them together exceed it; a larger order goes out as an entry", () => {
  const seen = { marked: 0, turned: 0, larger: 0, full: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
      const turns = new Turns().open({ USDT: "100000" }, contract).allot("a", "100000");
      for (const one of steps) {
        turns.now += 1_000;
        const { side, size, pick, twice } = one;
        if (one.do === "fill") {
          const did = fillPart(turns, pick, size);
          if (did !== undefined) seen[did] += 1;
        } else if (one.do === "end" || one.do === "late") {
          const all = [...(one.do === "end" ? turns.state.orders : turns.state.closed).values()];
          const live = all[pick % Math.max(1, all.length)];
          if (live !== undefined) {
            const news = turns.report(live.name.order, one.do === "end" ? "cancelled" : "open");
            turns.turn(...(twice ? [news, news] : [news]));
          }
        } else {
          const held = heldBy(turns);
          const room = absolute(held) - reducing(turns);
          const asks: Record<string, Ask> = {
            place: limit(side, size, side === "buy" ? 99 : 101, { instrument: PERP, tag: `t${pick % 3}` }),
            aim: aim((side === "buy" ? 1 : -1) * size * 0.001, PERP),
            cancel: { type: "cancel", tag: `t${pick % 3}` },
          };
          const ask = asks[one.do]!;
          const events = turns.propose("a", twice ? [ask, ask] : [ask], marks);
          // An aim may find its room taken by orders that rest; an order that is placed fits, or is an entry.
          for (const no of of(events, "OrderRefused"))
            if (no.rule === "reduce-only") {
              expect(no.tag).toBe("aim");
              expect(no.asked > no.max).toBe(true);
            }
          const first = of(events, "OrderApproved")[0];
          if (one.do === "place" && first !== undefined) {
            const against = held !== 0n && (side === "sell") === held > 0n;
            const fits = first.order.quantity <= room;
            expect(first.order.reduceOnly === true).toBe(against && fits);
            if (against && !fits) seen.larger += 1;
          }
        }
        // After every turn, whatever was heard.
        const sum = reducing(turns);
        expect(sum <= absolute(heldBy(turns))).toBe(true);
        for (const { order } of marked(turns)) expect(order.side === "sell").toBe(heldBy(turns) > 0n);
        if (sum > 0n && sum === absolute(heldBy(turns))) seen.full += 1;
      }
    }),
    { numRuns: 200 },
  );
  for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(10);
});

it("at a venue that has none a reduction never turns the position over, whatever fills first and however late a cancel comes", () => {
  const bare = { ...contract, lacks: ["reduce-only" as const] };
  const seen = { marked: 0, refused: 0, turned: 0 };
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
      const turns = new Turns().open({ USDT: "100000" }, bare).allot("a", "100000");
      for (const one of steps) {
        turns.now += 1_000;
        const { side, size, pick, twice } = one;
        if (one.do === "fill") {
          // Nobody ends an order there but who is asked to; what fills in between must do no harm.
          const did = fillPart(turns, pick, size, false);
          if (did !== undefined) seen[did] += 1;
          continue;
        }
        if (one.do === "end" || one.do === "late") {
          const all = [...turns.state.orders.values()];
          const live = all[pick % Math.max(1, all.length)];
          if (live !== undefined && one.do === "end")
            turns.turn(turns.report(live.name.order, "cancelled", format(live.filled)));
          continue;
        }
        const asks: Record<string, Ask> = {
          place: limit(side, size, side === "buy" ? 99 : 101, { instrument: PERP, tag: `t${pick % 3}` }),
          aim: aim((side === "buy" ? 1 : -1) * size * 0.001, PERP),
          cancel: { type: "cancel", tag: `t${pick % 3}` },
        };
        const ask = asks[one.do]!;
        const events = turns.propose("a", twice ? [ask, ask] : [ask], marks);
        seen.refused += of(events, "OrderRefused").filter(({ rule }) => rule === "reduce-only").length;
      }
    }),
    { numRuns: 150 },
  );
  expect(Math.min(seen.marked, seen.refused, seen.turned)).toBeGreaterThan(20);
});
