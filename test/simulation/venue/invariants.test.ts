/** Whatever is done to the venue: money is conserved, locks equal what is open, nothing goes below zero, replays are equal. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toJson } from "../../../domain/values/json.ts";
import { decimal, money } from "../../../domain/values/values.ts";
import { createVenue } from "../../../simulation/venue/engine.ts";
import type { SimulatedVenue, VenueEvent, VenueOrder } from "../../../simulation/venue/venue.ts";
import { listing } from "./floor.ts";
import { ACCOUNTS, ASSETS, RATES, commands, perform } from "./operations.ts";
import type { Command } from "./operations.ts";

const LOT = decimal("0.01");
/** Quote units of one lot at one tick. */
const UNIT = decimal("0.01");

class World {
  readonly venue: SimulatedVenue;
  readonly events: VenueEvent[] = [];
  private readonly tape: boolean;
  private readonly sums = new Map<string, bigint>();
  private now = 0;

  constructor(tape: boolean) {
    this.tape = tape;
    this.venue = createVenue({ market: tape ? "tape" : "book" });
    this.venue.list(listing({ feeStep: decimal("0.000001") }));
    this.venue.payFeesIn("ann", { asset: "BNB", rates: RATES });
    for (const account of ACCOUNTS)
      for (const [asset, amount] of [
        ["BTC", "5"],
        ["USDT", "500"],
        ["BNB", "0.05"],
      ] as const) {
        this.venue.deposit(account, asset, money(amount), 0);
        this.add(asset, money(amount));
      }
  }

  run(one: Command): void {
    this.now += 1;
    const left = perform(this.venue, one, this.tape, this.now);
    if (one.kind === "withdraw") this.add(one.asset, -left);
    const told = this.venue.drain();
    this.events.push(...told);
    // On a tape the other side of a fill is the recorded market: what it gives and takes comes from outside.
    if (this.tape)
      for (const event of told)
        if (event.type === "fill") {
          const sign = event.fill.side === "buy" ? 1n : -1n;
          this.add("BTC", sign * BigInt(event.fill.lots) * LOT);
          this.add("USDT", -sign * (event.fill.notional as bigint));
        }
  }

  private add(asset: string, amount: bigint): void {
    this.sums.set(asset, (this.sums.get(asset) ?? 0n) + amount);
  }

  check(): void {
    for (const asset of ASSETS) {
      let sum = this.venue.feesTaken().get(asset) ?? 0n;
      for (const account of ACCOUNTS) {
        const { free, locked } = this.venue.balance(account, asset);
        expect(free >= 0n && locked >= 0n, `${account} ${asset} ${free} ${locked}`).toBe(true);
        expect(locked, `${account} ${asset} locked`).toBe(
          lockedBy(this.venue.openOrders(account), asset, this.tape),
        );
        sum += free + locked;
      }
      expect(sum, asset).toBe(this.sums.get(asset));
    }
    for (const account of ACCOUNTS) this.checkOrders(account);
    const { bids, asks } = this.venue.depth("BTC/USDT", 1);
    if (bids.length > 0 && asks.length > 0) expect(bids[0]![0]).toBeLessThan(asks[0]![0]);
  }

  private checkOrders(account: string): void {
    const fills = this.venue.fills(account, "BTC/USDT");
    for (const one of this.venue.orders(account, "BTC/USDT")) {
      const own = fills.filter((fill) => fill.orderId === one.id);
      const lots = own.reduce((sum, fill) => sum + fill.lots, 0);
      expect(one.filledLots).toBe(lots);
      expect(lots).toBeLessThanOrEqual(one.lots);
      expect(one.filledNotional).toBe(own.reduce((sum, fill) => sum + fill.notional, 0n));
      expect(own.at(-1)?.cumulativeLots ?? 0).toBe(lots);
      expect(one.status === "filled").toBe(lots === one.lots);
      if (one.ticks !== undefined)
        for (const fill of own)
          expect(one.side === "buy" ? fill.ticks <= one.ticks : fill.ticks >= one.ticks).toBe(true);
      const open = one.status === "new" || one.status === "partial";
      expect(this.venue.openOrders(account).includes(one)).toBe(open);
      if (!open) expect(one.locked).toBe(0n);
    }
  }
}

/** From the rules alone: what an open order must hold back. */
const needOf = (one: VenueOrder, tape: boolean): bigint => {
  const left = BigInt(one.lots - one.filledLots);
  if (one.side === "sell") return left * LOT;
  if (one.ticks !== undefined) return BigInt(one.ticks) * left * UNIT;
  // A market buy on a tape has set aside what it could when it came: a sum that only it knows.
  if (tape && (one.type === "market" || one.triggered)) return one.locked;
  return (BigInt(one.stopTicks!) * left * UNIT * 105n) / 100n;
};

const lockedBy = (open: readonly VenueOrder[], asset: string, tape: boolean): bigint => {
  const sums = new Map<number, bigint>();
  for (const one of open) {
    if ((one.side === "buy" ? "USDT" : "BTC") !== asset) continue;
    // The two of an OCO pair share one lock, of the larger need.
    const key = one.ocoWith === 0 ? one.id : Math.min(one.id, one.ocoWith);
    const need = needOf(one, tape);
    if ((sums.get(key) ?? -1n) < need) sums.set(key, need);
  }
  return [...sums.values()].reduce((sum, need) => sum + need, 0n);
};

const play = (commands: readonly Command[], tape: boolean, check: boolean): World => {
  const world = new World(tape);
  for (const one of commands) {
    world.run(one);
    if (check) world.check();
  }
  return world;
};

/** Events as they would be written down; orders by what does not change any more. */
const journal = (world: World): string =>
  toJson(
    world.events.map((event) =>
      "order" in event
        ? { ...event, order: [event.order.id, event.order.status, event.order.filledLots] }
        : event,
    ),
  );

describe.each([
  ["book", false],
  ["tape", true],
] as const)("%s", (_name, tape) => {
  it("keeps its books after every operation", () => {
    fc.assert(
      fc.property(commands, (list) => void play(list, tape, true)),
      { numRuns: 50 },
    );
  });

  it("tells the same story when played again, and its balance events end at the balances", () => {
    fc.assert(
      fc.property(commands, (list) => {
        const world = play(list, tape, false);
        expect(journal(play(list, tape, false))).toBe(journal(world));
        const last = new Map<string, string>();
        for (const event of world.events)
          if (event.type === "balance")
            last.set(`${event.account} ${event.asset}`, `${event.free}/${event.locked}`);
        for (const [key, value] of last) {
          const [account = "", asset = ""] = key.split(" ");
          const { free, locked } = world.venue.balance(account, asset);
          expect(value).toBe(`${free}/${locked}`);
        }
      }),
      { numRuns: 20 },
    );
  });
});

it("the random operations reach what they are for", () => {
  const seen = new Map<string, number>();
  for (const tape of [false, true])
    for (const list of fc.sample(commands, { numRuns: 60, seed: 11 }))
      for (const event of play(list, tape, false).events) {
        const what = event.type === "order" ? `${event.why} ${event.refusal ?? ""}` : event.type;
        seen.set(what, (seen.get(what) ?? 0) + 1);
        if (event.type === "fill") seen.set(event.fill.feeAsset, 1);
      }
  for (const what of [
    "accepted ",
    "triggered ",
    "cancelled ",
    "expired ",
    "expired self-trade",
    "rejected would-take",
    "fill",
    "BNB",
  ])
    expect(seen.get(what), what).toBeGreaterThan(0);
});
