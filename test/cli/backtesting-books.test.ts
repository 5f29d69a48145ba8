/** `shoal backtesting --books` over a small recording and a strategy of one's own: the answer, and what is refused by which name. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

const frames = [
  { lastUpdateId: 7, bids: [["99.5", "2"]], asks: [["100.5", "2"]] },
  { data: { e: "depthUpdate", E: 1_000, U: 8, u: 9, b: [["99.0", "1"]], a: [] } },
  { data: { e: "trade", E: 2_000, T: 2_000, t: 1, p: "99.5", q: "2.25", m: true } },
  { data: { e: "depthUpdate", E: 3_000, U: 10, u: 12, b: [["99.5", "0"]], a: [["100.5", "1"]] } },
];
const books = join(folder.path, "A_B-1.ws");
writeFileSync(books, frames.map((frame) => `1 ${JSON.stringify(frame)}`).join("\n"));
writeFileSync(
  join(folder.path, "one-bid.ts"),
  `export const strategy = {
    name: "one-bid", about: "bids once", genes: {},
    needs: () => ({ timeframes: [], warmupCandles: 0, quotes: true }),
    start: () => {
      let bid = false;
      return {
        onCandle() {}, save: () => ({}), load() {},
        onQuote(quote, i, desk) {
          if (!bid) desk.place({ i, side: "buy", type: "limit", timeInForce: "PO", quantity: 1, price: quote.bid }, "b");
          bid = true;
        },
      };
    },
  };`,
);
const run = (...more: readonly string[]) =>
  shoalHere(["backtesting", "-s", "one-bid", "--strategies-dir", folder.path, "--books", books, ...more]);

describe("shoal backtesting --books", () => {
  it("answers with fills, exact money, conventions and the hash of the orders", async () => {
    const { code, err, json } = await run("--maker-fee-bps", "2", "--starting-base", "0.5", "--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // Two stand ahead; of 2.25 a quarter is left: 0.25 * 99.5 = 24.875, and 2 bps of it are 0.004975.
    expect(json).toMatchObject({
      instruments: ["recorded:A/B"],
      quote: "B",
      events: 7,
      prints: 1,
      orders: 1,
      fills: 1,
      makerFills: 1,
      wallets: { recorded: { A: "0.75", B: "9975.120025" } },
      fees: { B: "0.004975" },
      conventions: { queue: "risk-averse", latency: "feed 0 ms, order entry 0 ms, answer 0 ms" },
      // Half an A at 100 and what there was; 0.75 at a middle of 99.75 at the end, the bid being 99 then.
      startingBalance: 10_050,
      equity: [
        [2_000, 9_975.120025 + 75],
        [3_000, 9_975.120025 + 0.75 * 99.75],
      ],
      trades: [{ pair: "A/B", side: "long", exitReason: "force_exit", quantity: 0.25, openPrice: 99.5 }],
      metrics: { maxDrawdown: expect.closeTo(0.067475 / 10_050, 12) as number },
      books: [{ buys: { fills: 1, notional: 24.875 }, quotes: { placed: 1, fillRatio: 0.25 } }],
    });
    expect(json["orderListHash"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("runs a part by time, with the book as it stood then", async () => {
    const { json } = await run("--timerange", "0000000001500-0000000003000", "--json");
    // Cleared, two bids and an ask that stood, the trade; nothing of the moment at 3000.
    expect(json).toMatchObject({ from: 1_500, to: 2_000, events: 5, prints: 1, fills: 1 });
  });

  it("several venues, a folder each, for a strategy that looks at both books: what it earned, and what was unhedged", async () => {
    const both = join(folder.path, "venues");
    const record = (venue: string, bid: string, ask: string): void => {
      mkdirSync(join(both, venue), { recursive: true });
      const told = [
        { lastUpdateId: 7, bids: [[bid, "5.0"]], asks: [[ask, "5.0"]] },
        { data: { e: "depthUpdate", E: 1_000, U: 8, u: 8, b: [["90.0", "1"]], a: [] } },
        { data: { e: "depthUpdate", E: 5_000, U: 9, u: 9, b: [["90.0", "2"]], a: [] } },
      ];
      writeFileSync(
        join(both, venue, "A_B-1.ws"),
        told.map((frame) => `1 ${JSON.stringify(frame)}`).join("\n"),
      );
    };
    record("cheap", "99.0", "100.0");
    record("dear", "104.0", "105.0");
    const arbitrage = (...more: readonly string[]) =>
      shoalHere([
        ...["backtesting", "-s", "cross-venue-arbitrage", "--books", both, "--starting-balance", "1000"],
        ...["--starting-base", "10", "--fee-bps", "10", ...more],
      ]);
    const { code, err, json } = await arbitrage("--json");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // A fifth of nine tenths of 4,035 at 99.5 are 7.3: the five of both books. 500.5 are paid, 520 less 0.52 come in.
    expect(json).toMatchObject({
      instruments: ["cheap:A/B", "dear:A/B"],
      orders: 2,
      filled: 2,
      wallets: { cheap: { A: "15", B: "499.5" }, dear: { A: "5", B: "1519.48" } },
      fees: { B: "1.02" },
      unhedged: { rounds: 1, seconds: 0, peakNotional: 497.5 },
    });
    expect((await arbitrage()).out).toContain("1 rounds; unhedged 1 times, 0.000 s in all");
    expect((await arbitrage("--pairs", "C/D")).err).toContain("--pairs");
    const late = await arbitrage("--order-latency-ms", "cheap=5,dear=40", "--json");
    expect(late.json).toMatchObject({
      conventions: { latency: "feed 0 ms, order entry cheap=5,dear=40 ms, answer 0 ms" },
      unhedged: { seconds: 0.035 },
    });
    expect((await arbitrage("--feed-latency-ms", "cheap=5")).err).toContain(
      "--feed-latency-ms: expected one for each of cheap, dear",
    );
  });

  it.each([
    [["--queue", "hopeful"], "--queue"],
    [["--candles", "x.csv"], "--books"],
    [["--starting-base", "0.001"], "--starting-base"],
    [["--stoploss", "-0.1"], "--books"],
    [["--export-filename", "x.txt"], "--export-filename"],
    [["--timerange", "20240808-"], "--timerange: expected a time within the book of A/B, 1000 to 3000"],
    [["--order-latency-ms", "x=1"], "--order-latency-ms: expected one for each of recorded"],
    [["--feed-latency-ms", "1.5"], "--feed-latency-ms: expected whole milliseconds"],
    [["--slippage", "bps:5"], "--slippage: expected none beside --books"],
  ])("refuses %j by name", async (options, name) => {
    const { code, err } = await run(...options);
    expect(code).toBe(2);
    expect(err).toContain(name);
  });
});
