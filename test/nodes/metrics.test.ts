/** Metrics of a running engine as a real Prometheus sees them, and what happens when a port is taken. */
import { execFileSync } from "node:child_process";
import { createServer, type Server as Listener } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Board, type Instrument, type Labels } from "../../nodes/metrics/board.ts";
import { catalog, PREFIX, type Name } from "../../nodes/metrics/catalog.ts";
import { eventually, findServer, freePort, startPrometheus, type Server } from "../servers.ts";
import { startDemo, type RunningEngine } from "./running.ts";

let running: RunningEngine;
let taken: Listener;

beforeAll(async () => {
  const metricsPort = await freePort();
  taken = createServer((_request, response) => response.end("somebody else")).listen(
    metricsPort,
    "127.0.0.1",
  );
  running = await startDemo({ metricsPort });
});
afterAll(async () => {
  taken.close();
  await running.stop();
});

const scrape = async (url: string): Promise<string> => (await fetch(url)).text();

/** What a running demo must show within seconds; the others need outages or fills. */
const living: readonly Name[] = [
  "ticks_received_total",
  "tick_age_seconds",
  "candles_total",
  "ws_reconnects_total",
  "breaker_state",
  "rate_limit_weight_used",
  "equity",
  "drawdown_ratio",
  "halted",
  "unaccounted",
  "strategy_equity",
  "actors",
  "mailbox_depth",
  "messages_processed_total",
  "outbox_depth",
  "road_missed_total",
  "journal_sequence",
  "tick_store_written_total",
  "cache_misses_total",
  "event_loop_lag_seconds",
  "http_requests_total",
];

describe("the endpoints", () => {
  it("take free ports when theirs are taken; the gateway tells which", async () => {
    const { json } = await running.ask.get("/metrics");
    expect(json).toEqual(running.engine.metrics!.urls);
    expect(await scrape(String(json["moleculer"]))).toContain("moleculer_node_type");
    expect(await scrape(String(json["trading"]))).toContain("shoal_equity");
  });

  it("count a span whose error is null, as moleculer leaves it where nothing failed, and those behind it", async () => {
    const span = (name: string) => ({ type: "action", name, duration: 1, tags: {}, error: null });
    await running.engine.broker.broadcastLocal("$tracing.spans", [span("first"), span("second")] as never);
    const { moleculer, trading } = running.engine.metrics!.urls;
    const text = `${await scrape(moleculer)}${await scrape(trading)}`;
    for (const name of ["first", "second"])
      expect(text).toMatch(new RegExp(`moleculer_req_total\\{.*action="${name}"`));
  });

  it("keep promtool's rules for our own names", async () => {
    const text = await scrape(running.engine.metrics!.urls.trading);
    const own = text
      .split("\n\n")
      .filter((block) => block.includes(`# HELP ${PREFIX}`))
      .join("\n\n");
    expect(own.split("\n").filter((line) => line.startsWith("# HELP"))).toHaveLength(
      Object.keys(catalog).length,
    );
    const told = execFileSync("promtool", ["check", "metrics"], { input: `${own}\n`, encoding: "utf8" });
    expect(told).toBe("");
  });

  it("count and time asks that came over the bus, by moleculer-prometheus' own names", async () => {
    await running.engine.broker.call("portfolio.ask", { id: "main", message: "view" });
    await eventually("the span", async () =>
      (await scrape(running.engine.metrics!.urls.trading)).includes(
        'moleculer_req_duration_ms_count{action="portfolio.ask"',
      ),
    );
  });

  it("tell what is left of a venue's budgets, who waited for them and who was refused", async () => {
    const budget = { key: "weight.test.default", limit: 100, windowMs: 60_000 };
    const { limits, metrics } = running.engine;
    await limits.take([{ budget, amount: 60 }], "data");
    await expect(limits.take([{ budget, amount: 1 }], "data")).rejects.toThrow("no room for data");
    await limits.take([{ budget, amount: 1 }], "cancel");
    let text = "";
    await eventually("the budget", async () => {
      text = await scrape(metrics!.urls.trading);
      return /rate_limit_used\{.*budget="weight\.test\.default".*\} 61$/m.test(text);
    });
    expect(text).toMatch(/shoal_rate_limit_limit\{.*budget="weight\.test\.default".*\} 100$/m);
    expect(text).toMatch(/shoal_rate_limit_refused_total\{.*priority="data".*\} 1$/m);
    expect(text).toMatch(/shoal_rate_limit_waited_total\{.*priority="cancel".*\} 0$/m);
    expect(text).toMatch(/shoal_rate_limit_fallback(\{.*\})? 0$/m);
  });

  it("ask the actors at most once a second, however often they are scraped", async () => {
    const { url } = { url: running.engine.metrics!.urls.trading };
    const before = processed();
    await Promise.all(Array.from({ length: 50 }, () => scrape(url)));
    expect(processed() - before).toBeLessThan(10);
  });
});

/** Messages of the execution actor, which only scrapes ask in a quiet moment. */
const processed = (): number =>
  running.engine.host.actors().find(({ kind }) => kind === "execution")!.processed;

describe.skipIf(findServer("prometheus") === undefined)("a real Prometheus", () => {
  let server: Server;
  beforeAll(async () => {
    const { moleculer, trading } = running.engine.metrics!.urls;
    server = await startPrometheus({ targets: [moleculer, trading].map((url) => new URL(url).host) });
  });
  afterAll(() => server.stop());

  const query = async (
    expression: string,
  ): Promise<readonly { metric: Labels; value: [number, string] }[]> => {
    const answer = await fetch(`${server.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { data } = (await answer.json()) as {
      data: { result: { metric: Labels; value: [number, string] }[] };
    };
    return data.result;
  };

  it("has both endpoints up and a value for every living series", async () => {
    await eventually("both up", async () => (await query("up == 1")).length === 2);
    await running.ask.get("/ping");
    await eventually(
      "ticks",
      async () => Number((await query("sum(shoal_ticks_received_total)"))[0]?.value[1]) > 0,
    );
    for (const name of living) await eventually(name, async () => (await query(PREFIX + name)).length > 0);
    const [equity] = await query('shoal_equity{portfolio="main",asset="USDT"}');
    // 100,000 put in, a few trades of 5,000 each since.
    expect(Number(equity!.value[1])).toBeGreaterThan(90_000);
    expect(Number((await query('shoal_actors{kind="strategy"}'))[0]!.value[1])).toBe(2);
    expect((await query("moleculer_broker_local_services_total")).length).toBe(1);
  });

  it("sees a halt and its end", async () => {
    await running.ask.post("/halt", { reason: "scraped", level: "all" });
    await eventually("halted", async () => (await query("shoal_halted == 2")).length === 1);
    await running.ask.post("/resume");
    await eventually("resumed", async () => (await query("shoal_halted == 0")).length === 1);
  });
});

describe("the board", () => {
  const made = () => {
    const counts: number[] = [];
    const gauges = new Map<string, number>();
    const counter: Instrument = {
      inc: (_labels, value) => counts.push(value),
      reset: () => counts.splice(0),
    };
    const gauge: Instrument = {
      set: (labels, value) => void gauges.set(JSON.stringify(labels), value),
      reset: () => gauges.clear(),
    };
    const board = new Board({ candles_total: counter, equity: gauge } as never);
    return { board, counts, gauges };
  };

  it("raises a counter by what was added, and from zero when its actor began anew", () => {
    const { board, counts } = made();
    for (const total of [5, 9, 9, 2]) board.raise("candles_total", total, { instrument: "a" });
    // 5, +4, +0, then a new actor that has counted 2.
    expect(counts).toEqual([5, 4, 0, 2]);
  });

  it("forgets the gauges of an actor that has moved away, and no counts", () => {
    const { board, counts, gauges } = made();
    board.set("equity", 7, { portfolio: "a" });
    board.set("equity", Number.NaN, { portfolio: "b" });
    board.raise("candles_total", 3);
    expect(gauges.size).toBe(1);
    board.clear();
    expect([gauges.size, counts]).toEqual([0, [3]]);
  });
});
