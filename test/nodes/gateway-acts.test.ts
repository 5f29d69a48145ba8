/** What the gateway lets people do to a running engine: halt, stop, reload; and what is kept of it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verify } from "../../adapters/journal/verify.ts";
import { eventually } from "../servers.ts";
import { folder, startDemo, type RunningEngine } from "./running.ts";

const own = (exposure: string): string => `
const genes = {};
export const strategy = {
  name: "own", about: "the user's own", genes,
  needs: () => ({ timeframes: ["1m"], warmupCandles: 1 }),
  start: () => { let seen = 0; return {
    onCandle(_candle, i, _timeframe, desk) { seen += 1; desk.aim(i, ${exposure}, "own"); },
    save: () => ({ seen, written: "${exposure}" }),
    load(saved) { seen = saved.seen; },
  }; },
};
`;

let running: RunningEngine;
let file: string;

beforeAll(async () => {
  const strategiesDir = join(folder(), "mine");
  mkdirSync(strategiesDir);
  file = join(strategiesDir, "own.ts");
  writeFileSync(file, own("0.25"));
  const instruments = ["sandbox:BTC/USDT"];
  running = await startDemo(
    {},
    {
      strategiesDir,
      strategies: [
        { id: "cross-btc-usdt", strategy: "moving-average-cross", instruments, capital: "5000" },
        { id: "own-1", strategy: "own", instruments, capital: "1000" },
        {
          id: "grid",
          strategy: "grid",
          instruments,
          capital: "5000",
          params: { below: 2, above: 2, cells: 4 },
        },
        {
          id: "grid-2",
          strategy: "grid",
          instruments,
          capital: "5000",
          params: { below: 2, above: 2, cells: 4 },
        },
        { id: "guided", strategy: "own", instruments, capital: "1000", guide: { mode: "scale" } },
      ],
    },
  );
});
afterAll(async () => {
  await running.stop();
  rmSync(dirname(dirname(file)), { recursive: true, force: true });
});

it("remembers a strategy from its first ask on, so that a crash finds what its orders belong to", async () => {
  const { journal } = running.engine;
  await eventually("own-1 is saved", async () => (await journal.snapshot("strategy.own-1")) !== undefined);
  const state = (await journal.snapshot("strategy.own-1"))!.state as { readonly proposals: number };
  expect(state).toMatchObject({ saved: { written: "0.25" } });
  expect(state.proposals).toBeGreaterThan(0);
});

describe("what it does", () => {
  it("halts and resumes a portfolio, and the ledger keeps who did", async () => {
    const { ask } = running;
    const halt = await ask.post("/halt", { level: "all", reason: "by a test" }, ask.tokens.trader);
    expect(halt.json).toEqual({ halted: ["main"], level: "all", openLegs: [], unheard: [] });
    const { json } = await ask.get("/portfolios/main");
    expect(json["halted"]).toMatchObject({ level: "all", by: "trader", reason: "by a test" });
    await ask.post("/resume");
    expect((await ask.get("/portfolios/main")).json["halted"]).toBeNull();
  });

  it("switches everything off, which each portfolio acknowledges and journals", async () => {
    const { ask } = running;
    const on = await ask.post("/kill-switch/on", { reason: "prices are wrong" }, ask.tokens.trader);
    expect(on.json).toMatchObject({ acknowledged: [{ actor: "portfolio.main" }], silent: [] });
    const halted = { level: "all", by: "trader", reason: "prices are wrong" };
    expect((await ask.get("/kill-switch")).json).toMatchObject({
      on: true,
      portfolios: [{ answers: true, halted }],
    });
    // To lift it takes more than to trade.
    expect((await ask.post("/kill-switch/off", {}, ask.tokens.trader)).status).toBe(403);
    await ask.post("/kill-switch/off");
    expect((await ask.get("/kill-switch")).json).toMatchObject({ on: false, portfolios: [{ halted: null }] });
  });

  it("tells a strategy what its model says; what is wrong is refused by name, and what it is told lasts", async () => {
    const { ask } = running;
    const say = (id: string, ...predictions: object[]) =>
      ask.post(`/strategies/${id}/predictions`, { predictions }, ask.tokens.trader);
    const up = { symbol: "BTC/USDT", score: 0.5, confidence: 0.8 };
    const at = running.engine.marketNow();
    expect((await ask.get("/strategies/guided")).json).toMatchObject({ proposals: 0 });

    expect((await say("own-1", up)).json).toMatchObject({ error: { code: 409, type: "UNGUIDED" } });
    for (const [wrong, field] of [
      [{ ...up, symbol: "ETH/USDT" }, "symbol"],
      [{ ...up, score: 2 }, "score"],
      // In microseconds.
      [{ ...up, at: at * 1_000 }, "at"],
    ] as const)
      expect((await say("guided", up, wrong)).json).toMatchObject({
        error: { code: 422, field: `predictions.1.${field}` },
      });
    expect((await say("guided", { ...up, at })).json).toMatchObject({ taken: 1, known: 0 });
    expect((await say("guided", { ...up, at }, up)).json).toMatchObject({ taken: 1, known: 1 });
    const held = async (): Promise<number> => {
      const { json } = await ask.get("/strategies/guided");
      return (json["exposures"] as unknown as readonly number[])[0]!;
    };
    await eventually("it buys a part", async () => (await held()) > 0.05);
    // 0.25 of equity, of which the model agrees with 0.4.
    expect(await held()).toBeLessThan(0.15);
    const saved = (await running.engine.journal.snapshot("strategy.guided"))!.state as {
      readonly saved: { readonly heard: readonly unknown[] };
    };
    expect(saved.saved.heard).toHaveLength(2);
  });

  it("closes a part of what a strategy holds; what cannot be is refused by name", async () => {
    const { ask } = running;
    const held = async (): Promise<number> => {
      const { json } = await ask.get("/strategies/own-1");
      return (json["positions"] as unknown as readonly number[])[0]!;
    };
    await eventually("own-1 holds something", async () => (await held()) > 0);
    await ask.post("/strategies/own-1/stop", { orders: "keep" }, ask.tokens.trader);
    const before = await held();
    const close = (part: object) =>
      ask.post("/strategies/own-1/close", { instrument: "sandbox:BTC/USDT", ...part }, ask.tokens.trader);
    for (const [part, field] of [
      [{}, "percent"],
      [{ percent: 0 }, "percent"],
      [{ quantity: "1000" }, "quantity"],
      [{ quantity: "some" }, "quantity"],
      [{ instrument: "sandbox:XRP/USDT", percent: 50 }, "instrument"],
    ] as const)
      expect(await close(part)).toMatchObject({ status: 422, json: { error: { field } } });
    expect((await close({ percent: 50 })).json).toEqual({
      ...{ strategy: "own-1", instrument: "sandbox:BTC/USDT", percent: 50 },
    });
    await eventually("half of it is sold", async () => (await held()) < before * 0.6);
    expect(await held()).toBeGreaterThan(before * 0.4);
    await ask.post("/strategies/own-1/start", undefined, ask.tokens.trader);
  });

  it("stops a strategy and lets it trade again", async () => {
    const { ask } = running;
    await ask.post("/strategies/cross-btc-usdt/stop", { orders: "flatten" });
    expect((await ask.get("/strategies/cross-btc-usdt")).json["running"]).toBe(false);
    await ask.post("/strategies/cross-btc-usdt/start");
    expect((await ask.get("/strategies/cross-btc-usdt")).json["running"]).toBe(true);
  });

  it("flattens a strategy whose orders offer all that it holds", async () => {
    const { ask } = running;
    interface Rows {
      readonly orders: readonly { readonly strategy: string; readonly side: string }[];
    }
    const offers = async (): Promise<number> =>
      ((await ask.get("/orders")).json as unknown as Rows).orders.filter(
        ({ strategy, side }) => strategy === "grid" && side === "sell",
      ).length;
    const held = async (): Promise<number> =>
      ((await ask.get("/strategies/grid")).json["exposures"] as unknown as readonly number[])[0]!;
    await eventually("it offers", async () => (await offers()) > 0);
    await ask.post("/strategies/grid/stop", { orders: "flatten" });
    await eventually("all of it is sold", async () => (await held()) < 0.01);
    expect(await offers()).toBe(0);
  });

  it("goes on flattening in its next life, and when a halt that was in the way is over", async () => {
    const { ask } = running;
    const held = async (): Promise<number> =>
      ((await ask.get("/strategies/grid-2")).json["exposures"] as unknown as readonly number[])[0]!;
    await eventually("it holds something", async () => (await held()) > 0.01);
    await ask.post("/halt", { level: "all", reason: "in the way" });
    await ask.post("/strategies/grid-2/stop", { orders: "flatten" });
    await ask.post("/strategies/grid-2/reload");
    expect((await ask.get("/strategies/grid-2")).json["running"]).toBe(false);
    await eventually("it knows what it holds, which the halt keeps", async () => (await held()) > 0.01);
    await ask.post("/resume");
    await eventually("all of it is sold", async () => (await held()) < 0.01);
  });

  it("reads a changed strategy again, which goes on from what it had saved", async () => {
    const { ask } = running;
    const seen = async (): Promise<number> =>
      ((await ask.get("/strategies/own-1")).json as never as { state: { seen: number } }).state.seen;
    await eventually("a candle", async () => (await seen()) > 0);
    const before = await seen();
    writeFileSync(file, own("0.5"));
    const answer = await ask.post("/strategies/own-1/reload");
    expect(answer.json).toEqual({ strategy: "own-1", host: running.engine.wire.hostId });
    const { json } = await ask.get("/strategies/own-1");
    expect(json["state"]).toMatchObject({ written: "0.5" });
    expect(await seen()).toBeGreaterThanOrEqual(before);
  });

  it("leaves a running strategy alone when its new file is broken, and says what is wrong", async () => {
    const { ask } = running;
    writeFileSync(file, "export const strategy = { name: 'own' };");
    const answer = await ask.post("/strategies/own-1/reload");
    expect(answer.status).toBe(422);
    expect(answer.json.error!["message"]).toContain("needs and start");
    expect((await ask.get("/strategies/own-1")).json["running"]).toBe(true);
    writeFileSync(file, own("0.25"));
  });

  it("keeps a chained record of who did what, with what outcome", async () => {
    const { ask, engine } = running;
    await ask.post("/halt", { reason: "audited" }, ask.tokens.trader);
    await ask.post("/resume", {}, ask.tokens.trader);
    await ask.post("/resume");
    const { last } = (await ask.get("/journal/audit.gateway")).json as never as { last: number };
    const { entries } = (await ask.get(`/journal/audit.gateway?after=${last - 3}`)).json as never as {
      entries: { turns: { command: { who: string; what: string; input: object }; events: object[] }[] }[];
    };
    expect(
      entries.map(({ turns: [turn] }) => [turn!.command.who, turn!.command.what, turn!.events[0]]),
    ).toEqual([
      ["trader", "POST /halt", { type: "Audited", outcome: "DONE", code: 200 }],
      ["trader", "POST /resume", { type: "Audited", outcome: "FORBIDDEN", code: 403 }],
      ["admin", "POST /resume", { type: "Audited", outcome: "DONE", code: 200 }],
    ]);
    expect(entries[0]!.turns[0]!.command.input).toEqual({ reason: "audited" });
    expect(await verify(engine.journal, "audit.gateway")).toMatchObject({ entries: last });
  });

  it("never writes a token into the log", async () => {
    const { ask } = running;
    await ask.get(`/balance?token=${ask.tokens.admin}`);
    await ask.get(`/${ask.tokens.admin}`);
    await ask.post("/halt", { reason: "x" }, ask.tokens.reader);
    const read = (): string => readFileSync(join(ask.dataDir, "shoal.log"), "utf8");
    await eventually("the log to tell of the halt", () => read().includes("reader: POST /halt: FORBIDDEN"));
    const log = read();
    for (const token of Object.values(ask.tokens)) expect(log).not.toContain(token);
  });
});
