/** Recorded books: what is read of them, and what no book can be made of. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readBookRecording } from "../../../adapters/history/book-recording.ts";
import { money, price, quantity } from "../../../domain/values/values.ts";
import { bookBacktest } from "../../../simulation/books/book-backtest.ts";
import { DepthLadder } from "../../../simulation/books/depth-ladder.ts";
import { parseQueueModel } from "../../../simulation/books/queue-model.ts";
import { refused } from "../../refused.ts";
import { describeRecorded, recordedPath } from "../../recorded.ts";
import { INSTRUMENT } from "../../simulation/books/instrument.ts";
import { quoting } from "../../simulation/books/quoting.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-books-"));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const written = (lines: readonly object[], name = "A_B-1.ws"): string => {
  files += 1;
  const path = join(folder, `${files}`, name);
  mkdirSync(join(folder, `${files}`));
  writeFileSync(path, lines.map((line, i) => `${1_000 + i} ${JSON.stringify(line)}`).join("\n"));
  return path;
};

const snapshot = (lastUpdateId: number, bid = "99.50", ask = "100.5") => ({
  lastUpdateId,
  bids: [[bid, "1.50"]],
  asks: [[ask, "2"]],
});
const delta = (U: number, u: number, b: string[][] = [], a: string[][] = [], E = 5_000 + u) => ({
  stream: "ab@depth@100ms",
  data: { e: "depthUpdate", E, U, u, b, a },
});
const trade = (t: number, p: string, q: string, m: boolean, T: number) => ({
  stream: "ab@trade",
  data: { e: "trade", E: T + 1, T, t, p, q, m },
});

describe("a recorded book", () => {
  it("is a snapshot, then levels and trades in the venue's order", () => {
    const path = written([
      delta(1, 4),
      delta(5, 9, [["99.50", "0"]], [["100.5", "3.25"]]),
      snapshot(7),
      trade(1, "99.5", "0.25", true, 5_001),
      trade(2, "100.50", "0.5", false, 5_020),
      delta(10, 12, [["99.25", "1"]]),
      trade(2, "100.50", "0.5", false, 5_020),
    ]);
    const { pair, priceDecimals, lotDecimals, events, deltas, trades, notes } = readBookRecording(path);
    expect({ pair, priceDecimals, lotDecimals, deltas, trades }).toEqual({
      pair: "A/B",
      priceDecimals: 2,
      lotDecimals: 2,
      deltas: 2,
      trades: 1,
    });
    const rows = Array.from({ length: events.length }, (_, i) => [
      events.at[i],
      events.kind[i],
      events.ticks[i],
      events.lots[i],
    ]);
    expect(rows).toEqual([
      [5_009, 4, 0, 0],
      [5_009, 0, 9_950, 150],
      [5_009, 1, 10_050, 200],
      [5_009, 0, 9_950, 0],
      [5_009, 1, 10_050, 325],
      [5_012, 0, 9_925, 100],
      [5_020, 2, 10_050, 50],
    ]);
    expect(notes).toEqual([
      "1 trades came twice or out of order and were left out",
      "1 trades before the book was complete were left out",
    ]);
  });

  it.each<[string, readonly object[], string]>([
    ["no snapshot", [delta(1, 2)], ""],
    ["a gap", [snapshot(7), delta(8, 9), delta(11, 12)], "A_B-1.ws:3"],
    ["deltas that begin too late", [snapshot(7), delta(9, 12)], "A_B-1.ws:2"],
    ["no delta that follows", [snapshot(7), delta(6, 7)], ""],
    ["a crossed snapshot", [snapshot(7, "101"), delta(8, 9)], "A_B-1.ws:1"],
    ["a delta that crosses", [snapshot(7), delta(8, 9, [["100.5", "1"]])], "A_B-1.ws:2"],
    ["a price that is none", [snapshot(7), delta(8, 9, [["-1", "1"]])], "A_B-1.ws:2 price"],
    ["a price beyond all ticks", [snapshot(7), delta(8, 9, [["30000000.01", "1"]])], "A_B-1.ws:2 price"],
  ])("with %s is refused", (_what, lines, field) => {
    const path = written(lines);
    expect(refused(() => readBookRecording(path))).toBe(field === "" ? path : field);
  });

  it("what is no recording is refused by name", () => {
    expect(refused(() => readBookRecording(join(folder, "none")))).toBe("--books");
    const other = written([], "notes.txt");
    expect(refused(() => readBookRecording(other))).toBe(other);
    const broken = written([], "A_B-1.ws");
    writeFileSync(broken, "12 {");
    expect(refused(() => readBookRecording(broken))).toBe("A_B-1.ws:1");
  });
});

const SET = "orderbook-binance-spot-btcusdt-2024-08";

describeRecorded(SET, () => {
  const path = (name: string): string => recordedPath(`${SET}/${name}`);
  const recorded = () => readBookRecording(path("BTC_USDT-20240808.ws.gz"));

  it("its book is the expected one after every 50th delta", () => {
    const { events } = recorded();
    const samples = readFileSync(path("BTC_USDT-20240808-book-samples.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => line.split(","));
    const [bids, asks] = [new DepthLadder("buy"), new DepthLadder("sell")];
    let next = 0;
    let compared = 0;
    for (const [at, , bid, , ask] of samples) {
      for (; next < events.length && events.at[next]! <= Number(at); next += 1) {
        if (events.kind[next] === 0) bids.set(events.ticks[next]!, events.lots[next]!);
        else if (events.kind[next] === 1) asks.set(events.ticks[next]!, events.lots[next]!);
      }
      expect([bids.best, asks.best]).toEqual([Math.round(Number(bid) * 100), Math.round(Number(ask) * 100)]);
      compared += 1;
    }
    expect(compared).toBe(samples.length);
  });

  it("the file of the next day alone has no snapshot, and is refused", () => {
    const next = path("BTC_USDT-20240809.ws.gz");
    expect(refused(() => readBookRecording(next))).toBe(next);
  });

  it("a market maker over it: the same once more, and more latency is worse", () => {
    const { events, priceDecimals, lotDecimals } = recorded();
    const run = (ms: number) =>
      bookBacktest({
        strategy: quoting(0.01, 0.002, 100),
        params: {},
        instrument: {
          ...INSTRUMENT,
          tickSize: price(`1e-${priceDecimals}`),
          lotSize: quantity(`1e-${lotDecimals}`),
          makerBps: 0,
        },
        events,
        queue: parseQueueModel("risk-averse", "queue"),
        latency: { feedMs: ms, entryMs: ms, answerMs: ms },
        quote: money("100000"),
        base: quantity("1"),
      });
    const [quick, again, slow] = [run(0), run(0), run(200)];
    expect(quick.account.fills.length).toBeGreaterThan(100);
    expect(again.account.cash).toBe(quick.account.cash);
    expect(slow.account.fills.length).toBeLessThan(quick.account.fills.length);
  });
});
