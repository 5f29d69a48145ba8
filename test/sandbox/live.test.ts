/** A market that is heard: prints at their own time, late ones now, the past before them, orders filled by what prints. */
import { afterEach, describe, expect, it } from "vitest";
import { decimal, money, type Timestamp } from "../../domain/values/values.ts";
import { LAG_MS, LiveMarket, type LivePair } from "../../sandbox/market/live.ts";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { eventually } from "../servers.ts";

const MINUTE = 60_000;
const pair: LivePair = {
  listing: {
    ...{ symbol: "BTCUSDT", base: "BTC", quote: "USDT", tick: decimal("0.01"), lot: decimal("0.001") },
    ...{ lotsMin: 1, lotsMax: 1e9, notionalMin: money("1"), makerBps: 10, takerBps: 10 },
    ...{ feeStep: decimal("0.00000001"), status: "trading", market: "tape" },
  },
  tick: 0.01,
  lot: 0.001,
};

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.stop());

const trade = (id: number, at: number, price: number, quantity = 1) => ({
  ...{ id, at: at as Timestamp, price, quantity },
  side: "buy" as const,
});

const begin = async (live: LiveMarket): Promise<(path: string) => Promise<never>> => {
  sandbox = await startSandbox({ begin: "now" }, live);
  return async (path) => (await (await fetch(`${sandbox!.url}/api/v3/${path}`)).json()) as never;
};

describe("a live market", () => {
  it("prints at the venue's own time, a minute's candle whole although some of it was heard late", async () => {
    // Its minute ends a second from now.
    const wall = Date.now();
    const open = Math.floor(wall / MINUTE) * MINUTE;
    const shift = open + MINUTE - 1_000 - (wall - LAG_MS);
    const live = new LiveMarket([pair], wall + shift);
    const get = await begin(live);
    live.hear("BTCUSDT", [trade(501, open + 59_200, 100), trade(502, open + 59_400, 103)]);
    await eventually(
      "the first",
      async () => ((await get("trades?symbol=BTCUSDT")) as unknown[]).length === 2,
    );
    // Heard behind its time, but within the lag.
    live.hear("BTCUSDT", [trade(503, open + 59_900, 99, 2), trade(504, open + MINUTE + 10, 101)]);
    await eventually(
      "the second candle",
      async () => ((await get("klines?symbol=BTCUSDT&interval=1m")) as unknown[]).length === 2,
    );
    const told: { id: number; time: number; price: string }[] = await get("trades?symbol=BTCUSDT");
    expect(told.map(({ id, time, price }) => [id, time - open, Number(price)])).toEqual([
      [501, 59_200, 100],
      [502, 59_400, 103],
      [503, 59_900, 99],
      [504, 60_010, 101],
    ]);
    const [closed]: string[][] = await get("klines?symbol=BTCUSDT&interval=1m");
    expect(closed!.slice(1, 6).map(Number)).toEqual([100, 103, 99, 99, 4]);
  });

  it("prints now what was heard too late, and counts ids on where a venue does not", async () => {
    const live = new LiveMarket([pair], Date.now());
    const get = await begin(live);
    const long = live.startAt - 5_000;
    live.hear("BTCUSDT", [trade(7_000, long, 100), trade(9_000, long + 1, 101)]);
    await eventually("both", async () => ((await get("trades?symbol=BTCUSDT")) as unknown[]).length === 2);
    const told: { id: number; time: number }[] = await get("trades?symbol=BTCUSDT");
    expect(told.map(({ id }) => id)).toEqual([7_000, 7_001]);
    for (const { time } of told) expect(time).toBeGreaterThanOrEqual(live.startAt);
  });

  it("tells the past as candles, and goes on in the one that is open", async () => {
    const live = new LiveMarket([pair], Date.now());
    const open = Math.floor(live.startAt / MINUTE) * MINUTE;
    live.hear("BTCUSDT", [trade(1, live.startAt, 50)]);
    const row = { open: 9_000, high: 9_500, low: 8_900, close: 9_100, lots: 3_000, quote: 1, trades: 1 };
    live.past("BTCUSDT", [
      { openAt: open - MINUTE, ...row, takerLots: 0, takerQuote: 0 },
      { openAt: open, ...row, takerLots: 0, takerQuote: 0 },
    ]);
    const get = await begin(live);
    live.hear("BTCUSDT", [trade(2, live.startAt, 96)]);
    await eventually(
      "the print",
      async () => ((await get("trades?symbol=BTCUSDT")) as unknown[]).length === 1,
    );
    const rows: string[][] = await get("klines?symbol=BTCUSDT&interval=1m");
    expect(rows.map((cells) => cells.slice(1, 6).map(Number))).toEqual([
      [90, 95, 89, 91, 3],
      [90, 96, 89, 96, 4],
    ]);
  });
});
