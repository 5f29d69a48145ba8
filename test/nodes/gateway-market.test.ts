/** The market tools over HTTP: the figures of the pure functions, over the candles and books of a running engine. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { ref } from "../../contracts/contract.ts";
import { SymbolContract } from "../../contracts/symbol.ts";
import { figuresOf } from "../../domain/market/liquidity.ts";
import { shrunkCorrelations } from "../../domain/market/correlation/shrinkage.ts";
import { eventually } from "../servers.ts";
import { startDemo, type RunningEngine } from "./running.ts";

let running: RunningEngine;
const names = ["sandbox:BTC/USDT", "sandbox:ETH/USDT"];

beforeAll(async () => {
  running = await startDemo({ symbols: ["BTC/USDT", "ETH/USDT"] });
});
afterAll(() => running.stop());

const get = async <T>(path: string): Promise<T> => {
  const { status, json, text } = await running.ask.get(path, running.ask.tokens.reader);
  expect(status, text).toBe(200);
  return json as T;
};

const closesOf = async (id: string, limit: number) =>
  ref(running.engine.wire, SymbolContract, id).history({ timeframe: "5m", limit });

/** What a candle closes in between would change is looked at again. */
const steady = async <T>(look: () => Promise<T>) => {
  let told!: T;
  let candles!: Awaited<ReturnType<typeof closesOf>>[];
  await eventually("no candle closes in between", async () => {
    const before = await Promise.all(names.map((id) => closesOf(id, 21)));
    told = await look();
    candles = await Promise.all(names.map((id) => closesOf(id, 21)));
    return before.every((one, k) => one.at(-1)?.openAt === candles[k]!.at(-1)?.openAt);
  });
  return { told, candles };
};

it("movers: breadth and the figures of each market", async () => {
  interface Movers {
    readonly breadth: Record<string, number>;
    readonly markets: readonly { readonly name: string }[];
  }
  const { told, candles } = await steady(() => get<Movers>("/market/movers?timeframe=5m&last=20"));
  expect(told.markets.map(({ name }) => name)).toEqual(names);
  expect(Object.values(told.breadth).reduce((sum, count) => sum + count)).toBe(2);
  for (const [k, name] of names.entries()) {
    const last = candles[k]!.slice(-21);
    const of = (field: "high" | "low" | "close" | "volume") => Float64Array.from(last, (one) => one[field]);
    expect(told.markets[k]).toEqual(
      figuresOf({ name, high: of("high"), low: of("low"), close: of("close"), volume: of("volume") }),
    );
  }
});

it("correlations: shrunk, with clusters, and over windows", async () => {
  interface Correlations {
    readonly names: readonly string[];
    readonly matrix: readonly number[][];
    readonly shrinkage: number;
    readonly clusters: readonly string[][];
    readonly rolling: readonly object[];
    readonly returns: number;
  }
  const path = "/market/correlations?timeframe=5m&last=20&window=10&correlation=0.99";
  const { told, candles } = await steady(() => get<Correlations>(path));
  expect([told.names, told.returns, told.rolling.length]).toEqual([names, 20, 2]);
  expect(told.clusters.flat().sort()).toEqual(names);
  const returns = candles.map((all) =>
    Float64Array.from(all.slice(1), ({ close }, k) => Math.log(close / all[k]!.close)),
  );
  const { matrix, shrinkage } = shrunkCorrelations(returns);
  expect(told.shrinkage).toBeCloseTo(shrinkage, 12);
  expect(told.matrix[0]![1]).toBeCloseTo(matrix[0]![1]!, 12);
});

it("depth: of the best quote where no strategy needs the book", async () => {
  await eventually(
    "a quote",
    async () => (await running.ask.get("/market/depth?instrument=sandbox:BTC/USDT")).status === 200,
  );
  const told = await get<{
    readonly from: string;
    readonly middle: number;
    readonly spreadBps: number;
    readonly buy: { readonly filled: number; readonly costBps: number };
  }>("/market/depth?instrument=sandbox:BTC/USDT&quantity=0.0001");
  expect(told.from).toBe("quote");
  expect(told.spreadBps).toBeGreaterThan(0);
  expect(told.buy.filled).toBeCloseTo(0.0001, 12);
  // All of it at the best ask: half the spread.
  expect(told.buy.costBps).toBeCloseTo(told.spreadBps / 2, 6);
});

it.each([
  ["/market/movers?instruments=sandbox:XRP/USDT", "instruments: expected an instrument that is followed"],
  ["/market/movers?timeframe=7m", "timeframe: expected"],
  ["/market/movers?last=1", "last: expected"],
  [
    "/market/correlations?last=30&window=31&instruments=sandbox:BTC/USDT",
    "window: expected at most 30 candles",
  ],
  ["/market/correlations?correlation=1", "correlation: expected"],
  ["/market/depth?instrument=sandbox:BTC/USDT&quantity=0", "quantity: expected"],
  ["/market/depth", "instrument: expected a value"],
])("%s is refused", async (path, message) => {
  const { status, json } = await running.ask.get(path);
  expect(status).toBe(422);
  expect(json.error!["message"]).toContain(message);
});
