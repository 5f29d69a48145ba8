/** The book against a well-kept order book package, fed with the same integers: same fills, same rest, same queue. */
import fc from "fast-check";
import { OrderBook, Side as OracleSide } from "nodejs-order-book";
import type { LimitOrderOptions } from "nodejs-order-book";
import { expect, it } from "vitest";
import { createVenue } from "../../../simulation/venue/engine.ts";
import type { VenueOrder } from "../../../simulation/venue/venue.ts";
import { listing } from "./floor.ts";

const side = fc.constantFrom("buy" as const, "sell" as const);
const lots = fc.integer({ min: 1, max: 30 });
const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("limit" as const),
      side,
      lots,
      ticks: fc.integer({ min: 90, max: 110 }),
      timeInForce: fc.constantFrom(
        "GTC" as const,
        "GTC" as const,
        "IOC" as const,
        "FOK" as const,
        "PO" as const,
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("market" as const), side, lots }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("cancel" as const), nth: fc.nat(40) }) },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

class Both {
  readonly venue = createVenue({ unlimited: ["crowd"] });
  readonly oracle = new OrderBook();
  readonly orders: VenueOrder[] = [];
  private now = 0;

  constructor() {
    this.venue.list(listing());
  }

  run(one: Command): void {
    this.now += 1;
    if (one.kind === "cancel") this.cancel(one.nth);
    else this.submit(one);
    const { bids, asks } = this.venue.depth("BTC/USDT", 100);
    const [oracleAsks, oracleBids] = this.oracle.depth();
    // Levels are compared as sets, then the order of ours.
    const sorted = (levels: readonly (readonly [number, number])[]) =>
      [...levels].sort((a, b) => a[0] - b[0]);
    expect(sorted(bids)).toEqual(sorted(oracleBids));
    expect(sorted(asks)).toEqual(sorted(oracleAsks));
    expect(bids.map(([ticks]) => ticks)).toEqual(
      sorted(bids)
        .map(([ticks]) => ticks)
        .reverse(),
    );
    expect(asks.map(([ticks]) => ticks)).toEqual(sorted(asks).map(([ticks]) => ticks));
    // Who is left with how much is the queue, order by order.
    for (const order of this.orders) {
      const left = this.oracle.order(String(order.id))?.size ?? 0;
      expect(isOpen(order) ? order.lots - order.filledLots : 0).toBe(left);
    }
  }

  private cancel(nth: number): void {
    const order = this.orders[nth % Math.max(1, this.orders.length)];
    if (order === undefined) return;
    const ours = this.venue.cancel("crowd", "BTC/USDT", { id: order.id }, this.now);
    const theirs = this.oracle.cancel(String(order.id));
    expect(ours === undefined).toBe(theirs === undefined);
  }

  private submit(one: Exclude<Command, { kind: "cancel" }>): void {
    const market = one.kind === "market";
    const timeInForce = market ? "IOC" : one.timeInForce;
    const ours = this.venue.submit(
      {
        account: "crowd",
        symbol: "BTC/USDT",
        clientId: "",
        side: one.side,
        type: one.kind,
        timeInForce,
        lots: one.lots,
        ...(market ? {} : { ticks: one.ticks }),
      },
      this.now,
    );
    const oracleSide = one.side === "buy" ? OracleSide.BUY : OracleSide.SELL;
    if (!ours.ok) {
      expect(ours.refusal).toBe("would-take");
      const theirs = this.oracle.limit({
        id: "refused",
        side: oracleSide,
        size: one.lots,
        price: market ? 0 : one.ticks,
        postOnly: true,
      });
      expect(theirs.err).not.toBeNull();
      return;
    }
    const { order } = ours;
    this.orders.push(order);
    const theirs = market
      ? this.oracle.market({ side: oracleSide, size: one.lots })
      : this.oracle.limit({
          id: String(order.id),
          side: oracleSide,
          size: one.lots,
          price: one.ticks,
          timeInForce: tifOf(timeInForce),
          postOnly: timeInForce === "PO",
        });
    // A FOK that cannot fill is an error there and an expired order here.
    if (theirs.err !== null) expect([order.status, order.filledLots]).toEqual(["expired", 0]);
    else expect(order.lots - order.filledLots).toBe(theirs.quantityLeft);
  }
}

/** Its enum exists in its types only. */
const tifOf = (timeInForce: string) =>
  (timeInForce === "PO" ? "GTC" : timeInForce) as unknown as NonNullable<LimitOrderOptions["timeInForce"]>;

const isOpen = (order: VenueOrder) => order.status === "new" || order.status === "partial";

it("equals the oracle after every operation", () => {
  fc.assert(
    fc.property(fc.array(command, { minLength: 1, maxLength: 120 }), (commands) => {
      const both = new Both();
      for (const one of commands) both.run(one);
    }),
    { numRuns: 80 },
  );
});
