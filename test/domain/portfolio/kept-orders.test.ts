/** Stops of a venue that takes none: kept by the portfolio, triggered by prices seen, never two, the same after a restart. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Ask } from "../../../domain/portfolio/commands.ts";
import { reachesOf } from "../../../domain/portfolio/seen-prices.ts";
import { liveOrders, undelivered } from "../../../domain/portfolio/news.ts";
import { load, save } from "../../../domain/portfolio/save.ts";
import { portfolioView } from "../../../domain/portfolio/view.ts";
import { format, price, type InstrumentId } from "../../../domain/values/values.ts";
import { toJson } from "../../../domain/values/json.ts";
import { open, placed, protect, protection } from "./protected.ts";
import { Turns } from "./turns.ts";
import { ACCOUNT, aim, BTC, instrument, mark, of, only, time, types } from "./words.ts";

const bare = (size = "5") => open(instrument("BTC/USDT", { stops: "none" })).hold("a", size);
const see = (turns: Turns, last: string) =>
  turns.turn({ type: "SeePrice", instrument: BTC, last: price(last), at: time((turns.now += 1_000)) });
const place = (orderType: "stop-market" | "stop-limit", side: "buy" | "sell", stopPrice: number): Ask => ({
  ...{ type: "place", instrument: BTC, side, orderType, quantity: 1, stopPrice, tag: "mine" },
  ...(orderType === "stop-limit" ? { price: stopPrice } : {}),
});

describe("a stop that the venue does not take", () => {
  it("is kept, not sent, shown as the engine's, and sold at the market when its price is seen", () => {
    const turns = bare();
    expect(types(turns.propose("a", [protect(90)]))).toBe(
      "Proposed, ProtectionSet, OrderApproved, OrderKept",
    );
    expect(liveOrders(turns.state, ACCOUNT)).toEqual([]);
    expect(undelivered(turns.state)).toEqual([]);
    const [position] = portfolioView(turns.state).strategies.flatMap(({ positions }) => positions);
    expect(position!.protection).toMatchObject({ keptBy: "engine", stopPrice: price("90") });
    expect(portfolioView(turns.state).orders).toMatchObject([{ phase: "kept", keptBy: "engine" }]);
    expect([...reachesOf(turns.state)]).toEqual([[BTC, { below: 90, above: Infinity }]]);
    expect(see(turns, "90.01")).toEqual([]);
    const events = see(turns, "90");
    expect(types(events)).toBe("OrderTriggered, OrderPlaced");
    expect(placed(events)).toBe("sell 5 market 0");
    // It may be sent once more after a crash: as what it left.
    expect(undelivered(turns.state)).toMatchObject([{ type: "place", order: { type: "market" } }]);
    expect(see(turns, "80")).toEqual([]);
    turns.turn(turns.fill(only(events, "OrderPlaced").order, "5", "89.9"));
    expect(protection(turns)).toBeUndefined();
    expect(turns.position("a").quantity).toBe("0");
  });

  it("is moved, lets an exit pass, and follows the position, in one turn each", () => {
    const turns = bare();
    turns.propose("a", [protect(90)]);
    const moved = turns.propose("a", [protect(92)]);
    expect(types(moved)).toBe("Proposed, ProtectionSet, OrderClosed, OrderApproved, OrderKept");
    expect([...reachesOf(turns.state).values()]).toEqual([{ below: 92, above: Infinity }]);
    const exit = turns.propose("a", [aim(0.2)]);
    expect(placed(exit)).toBe("sell 3 market 0");
    expect(only(exit, "OrderKept").tag).toBe("protection");
    const kept = () => [...turns.state.kept].map(({ remaining }) => format(remaining));
    expect(kept()).toEqual(["2"]);
    turns.turn(turns.fill(only(exit, "OrderPlaced").order, "3", "100"));
    expect(kept()).toEqual(["2"]);
    turns.propose("a", [protect()]);
    expect(kept()).toEqual([]);
    expect(reachesOf(turns.state).size).toBe(0);
  });

  it("a proposal's own price is seen too; one that was refused at the market is tried again there, whatever the price is by then", () => {
    const turns = bare();
    turns.propose("a", [protect(90)]);
    const events = turns.propose("a", [], { [BTC]: mark("89.5") });
    expect(placed(events)).toBe("sell 5 market 0");
    turns.turn(turns.report(only(events, "OrderPlaced").order, "refused"));
    turns.now += 2_000;
    turns.propose("a", [], { [BTC]: mark("95") });
    const sales = of(turns.journal, "OrderPlaced").filter(({ tag }) => tag === "protection");
    expect(sales.map(({ sent }) => `${sent.type} ${format(sent.quantity)}`)).toEqual([
      "market 5",
      "market 5",
    ]);
  });

  it("of a strategy's own: buys above, a limit leaves as a limit, cancelled by its tag, held back by a halt", () => {
    const turns = bare("1");
    expect(types(turns.propose("a", [place("stop-limit", "buy", 105)]))).toBe(
      "Proposed, OrderApproved, OrderKept",
    );
    expect(see(turns, "104.99")).toEqual([]);
    turns.turn({ type: "Halt", level: "entries", by: "me", reason: "r", at: time(turns.now) });
    expect(see(turns, "106")).toEqual([]);
    turns.turn({ type: "Resume", by: "me", at: time(turns.now) });
    const { sent } = only(see(turns, "106"), "OrderPlaced");
    expect([sent.side, sent.type, format(sent.price!), sent.stopPrice]).toEqual([
      "buy",
      "limit",
      "105",
      undefined,
    ]);
    const other = bare("1");
    other.propose("a", [place("stop-market", "sell", 90)]);
    expect(types(other.propose("a", [{ type: "cancel", tag: "mine" }]))).toBe("Proposed, OrderClosed");
    expect(see(other, "80")).toEqual([]);
  });

  it("what protects a position goes although everything is halted, as it would at a venue", () => {
    const turns = bare();
    turns.propose("a", [protect(90)]);
    turns.turn({ type: "Halt", level: "all", by: "me", reason: "r", at: time(turns.now) });
    expect(placed(see(turns, "89"))).toBe("sell 5 market 0");
  });

  it("a long's and a short's: contracts that are held short are bought back above", () => {
    const id = "sandbox:BTC/USDT:USDT" as InstrumentId;
    const listed = { ...instrument("BTC/USDT"), id, symbol: "BTC/USDT:USDT", stops: "none" as const };
    const turns = new Turns({ collarPercent: 2 }).open({ USDT: "10000" }, listed).allot("a", "1000");
    const marks = { [id]: mark("100") };
    const events = turns.propose("a", [aim(-0.5, id)], marks);
    const { order, sent } = only(events, "OrderPlaced");
    turns.turn(turns.fill(order, format(sent.quantity), "100", { side: "sell", instrument: id }));
    turns.propose("a", [{ type: "protect", instrument: id, stopPrice: 110, reason: "t" }], marks);
    expect([...reachesOf(turns.state)]).toEqual([[id, { below: -Infinity, above: 110 }]]);
    const seen = turns.turn({ type: "SeePrice", instrument: id, last: price("110.5"), at: time(5_000) });
    expect(only(seen, "OrderPlaced").sent).toMatchObject({ side: "buy", type: "market", reduceOnly: true });
  });
});

it("whatever comes: never two stops of a position, nothing sent before its price, and after a restart the same", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("see" as const), at: fc.integer({ min: 80, max: 120 }) }),
    fc.record({ kind: fc.constant("protect" as const), at: fc.integer({ min: 80, max: 99 }) }),
    fc.record({ kind: fc.constant("aim" as const), at: fc.integer({ min: 0, max: 8 }) }),
    fc.record({ kind: fc.constant("fill" as const), at: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("end" as const), at: fc.constant(0) }),
    fc.record({ kind: fc.constant("restart" as const), at: fc.constant(0) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let turns = bare();
      let last = 100;
      for (const { kind, at } of steps) {
        turns.now += 1_000;
        const marks = { [BTC]: mark(String(last)) };
        if (kind === "see") {
          last = at;
          const sold = of(see(turns, String(at)), "OrderTriggered");
          for (const { order } of sold)
            expect(
              Number(turns.state.orders.get(order)?.order.stopPrice ?? 0n) / 1e18,
            ).toBeGreaterThanOrEqual(at);
        } else if (kind === "protect") turns.propose("a", [protect(at)], marks);
        else if (kind === "aim") turns.propose("a", [aim(at / 10)], marks);
        else if (kind === "restart") {
          const before = toJson(portfolioView(turns.state));
          const again = new Turns({}, load(save(turns.state)));
          again.now = turns.now;
          expect(toJson(portfolioView(again.state))).toBe(before);
          expect(toJson([...reachesOf(again.state)])).toBe(toJson([...reachesOf(turns.state)]));
          Object.assign(again, { sequences: (turns as unknown as { sequences: unknown }).sequences });
          Object.assign(again, { trades: (turns as unknown as { trades: unknown }).trades });
          turns = again;
        } else {
          const live = [...turns.state.orders.values()].find(
            ({ phase }) => phase === "placed" || phase === "open",
          );
          if (live === undefined) continue;
          const part = kind === "end" ? live.remaining : live.remaining / BigInt(at);
          if (part > 0n)
            turns.turn(turns.fill(live.order.id, format(part), String(last), { side: live.order.side }));
        }
        const stops = [...turns.state.orders.values()].filter(({ protects }) => protects);
        expect(stops.length).toBeLessThanOrEqual(1);
        for (const { phase, triggered, order } of stops)
          if (phase !== "kept" && order.stopPrice !== undefined) expect(triggered).toBe(true);
      }
    }),
    { numRuns: 100 },
  );
});
