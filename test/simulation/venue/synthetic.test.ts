import { describe, expect, it } from "vitest";
import { decimal, money, price } from "../../../domain/values/values.ts";
import { createVenue } from "../../../simulation/venue/engine.ts";
import { createCrowd } from "../../../simulation/venue/synthetic.ts";
import type { CrowdOptions } from "../../../simulation/venue/synthetic.ts";
import type { VenueEvent } from "../../../simulation/venue/venue.ts";
import { listing } from "./floor.ts";

const pairs = [
  { base: "BTC", start: "60000", tick: "0.01", lot: "0.00001" },
  { base: "XRP", start: "0.5", tick: "0.0001", lot: "0.1" },
  { base: "SHIB", start: "0.00002", tick: "0.00000001", lot: "1" },
];

const market = (changes: Partial<CrowdOptions> = {}) => {
  const venue = createVenue({ unlimited: ["crowd"] });
  for (const { base, tick, lot } of pairs)
    venue.list(
      listing({
        symbol: `${base}/USDT`,
        base,
        tick: decimal(tick),
        lot: decimal(lot),
        lotsMax: 1e12,
        notionalMin: money("5"),
      }),
    );
  const markets = pairs.map(({ base, start }) => ({ symbol: `${base}/USDT`, startPrice: price(start) }));
  const crowd = createCrowd({ venue, account: "crowd", markets, seed: 3, startAt: 0, ...changes });
  return { venue, crowd, symbols: markets.map(({ symbol }) => symbol) };
};

const play = (seed: number, slices: readonly number[]) => {
  const { venue, crowd, symbols } = market({ seed });
  const events: VenueEvent[] = [];
  for (const to of slices) {
    crowd.advance(to);
    events.push(...venue.drain());
  }
  return { events, depths: symbols.map((symbol) => venue.depth(symbol, 50)) };
};

describe("synthetic market", () => {
  it("is the same for one seed, however time is sliced, and another for another seed", () => {
    const whole = play(3, [60_000]);
    const sliced = play(
      3,
      Array.from({ length: 1_200 }, (_, i) => (i + 1) * 50),
    );
    expect(whole.events.length).toBeGreaterThan(200);
    expect(sliced).toEqual(whole);
    expect(play(4, [60_000])).not.toEqual(whole);
  });

  it("has a book before anything happens", () => {
    const { venue, symbols } = market({ startAt: 1_000 });
    for (const symbol of symbols) {
      const { bids, asks } = venue.depth(symbol, 50);
      expect(bids.length).toBeGreaterThan(4);
      expect(asks.length).toBeGreaterThan(4);
    }
  });

  it("trades at the rate that was asked for, at times that never go back", () => {
    const { venue, crowd } = market({ tradesPerSecond: 5 });
    crowd.advance(600_000);
    const prints = venue.drain().filter((event) => event.type === "print");
    // A taker may meet several makers: told apart by their times and sides, they are nearly all.
    const takers = new Set(prints.map((print) => `${print.symbol} ${print.at} ${print.takerSide}`));
    // 3 x 3,000 takers: standard deviation 95
    expect(takers.size).toBeGreaterThan(8_500);
    expect(takers.size).toBeLessThan(9_400);
    for (let i = 1; i < prints.length; i += 1)
      expect(prints[i]!.at).toBeGreaterThanOrEqual(prints[i - 1]!.at);
  });

  it("stays sane for a day: a spread, a book, prices near home, every regime, instruments that move together", () => {
    const { venue, crowd, symbols } = market({ stepMs: 1_000 });
    const regimes = new Set<string>();
    const returns: number[][] = symbols.map(() => []);
    const before = symbols.map((symbol) => crowd.fair(symbol)!.price);
    for (let minute = 1; minute <= 1_440; minute += 1) {
      crowd.advance(minute * 60_000);
      venue.drain();
      symbols.forEach((symbol, i) => {
        const { bids, asks } = venue.depth(symbol, 50);
        if (bids.length < 3 || asks.length < 3 || bids[0]![0] >= asks[0]![0] || bids.at(-1)![0] < 1)
          throw new Error(`${symbol} at minute ${minute}: ${JSON.stringify({ bids, asks })}`);
        const fair = crowd.fair(symbol)!;
        regimes.add(fair.regime);
        returns[i]!.push(Math.log(fair.price / before[i]!));
        before[i] = fair.price;
      });
    }
    expect(regimes).toEqual(new Set(["trend", "range", "volatile"]));
    pairs.forEach(({ start }, i) => expect(Math.abs(Math.log(before[i]! / Number(start)))).toBeLessThan(0.5));
    // Weight 0.6 on both sides makes 0.36, less what regimes and jumps add: 1,440 minutes, standard error 0.03.
    expect(correlation(returns[0]!, returns[1]!)).toBeGreaterThan(0.12);
    expect(correlation(returns[0]!, returns[1]!)).toBeLessThan(0.6);
  });

  it("trades with others: what is offered at the touch is taken", () => {
    const { venue, crowd } = market();
    venue.deposit("ann", "USDT", money("100000"), 0);
    const [bid] = venue.depth("BTC/USDT", 1).bids[0]!;
    const submitted = venue.submit(
      {
        account: "ann",
        symbol: "BTC/USDT",
        clientId: "a",
        side: "buy",
        type: "limit",
        timeInForce: "PO",
        lots: 1_000,
        ticks: bid + 1,
      },
      1,
    );
    crowd.advance(60_000);
    expect(submitted).toMatchObject({ ok: true, order: { status: "filled" } });
  });

  it("a pause empties nothing and a delisting stops it; the others go on", () => {
    const { venue, crowd } = market();
    crowd.advance(1_000);
    const btc = venue.listing("BTC/USDT")!;
    venue.list({ ...btc, status: "paused" });
    const paused = venue.depth("BTC/USDT", 50);
    crowd.advance(20_000);
    expect(venue.depth("BTC/USDT", 50)).toEqual(paused);
    venue.list({ ...btc, status: "delisted" });
    venue.drain();
    crowd.advance(40_000);
    expect(venue.depth("BTC/USDT", 50)).toEqual({ bids: [], asks: [] });
    const traded = new Set(venue.drain().map((event) => (event.type === "print" ? event.symbol : "")));
    expect(traded).toEqual(new Set(["XRP/USDT", "SHIB/USDT"]));
  });

  it.each<[string, Partial<CrowdOptions>]>([
    ["symbol: expected a listed pair", { markets: [{ symbol: "X/Y", startPrice: price("1") }] }],
    ["BTC/USDT.startPrice: expected", { markets: [{ symbol: "BTC/USDT", startPrice: price("0") }] }],
    ["stepMs: expected more than 0", { stepMs: 0 }],
  ])("names a mistake: %s", (message, changes) => {
    expect(() => market(changes)).toThrow(message);
  });
});

const correlation = (a: readonly number[], b: readonly number[]): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, i) => {
    ab += (value - ma) * (b[i]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
};
