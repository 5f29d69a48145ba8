/** Dead letters of a running engine, over HTTP and the command line: looking, replays that change nothing twice, dropping. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Undelivered } from "../../adapters/dead-letters/dead-letters.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { shoal } from "../cli/command.ts";
import { eventually } from "../servers.ts";
import { startDemo, type RunningEngine } from "./running.ts";

let running: RunningEngine;
beforeAll(async () => {
  running = await startDemo();
  // Nothing of its own changes the ledger any more.
  await eventually(
    "a fill",
    async () => ((await running.ask.get("/trades")).json["trades_count"] as never as number) > 0,
  );
  for (const { id } of running.engine.settings.strategies) await running.ask.post(`/strategies/${id}/stop`);
}, 60_000);
afterAll(() => running.stop());

const letterOf = (message: string, input: unknown): Undelivered => ({
  reason: "broken",
  error: "Error: by a test",
  attempts: 3,
  from: "test",
  to: { kind: "portfolio", id: "main", message, mode: "command" },
  input,
  trace: { order: "o1" },
  money: message === "record",
});

/** Sets it aside and tells its number. */
const aside = async (letter: Undelivered): Promise<number> => {
  const { deadLetters } = running.engine;
  deadLetters.setAside(letter);
  await deadLetters.flushed();
  return (await deadLetters.list()).at(-1)!.id;
};

const bookedFill = async (): Promise<unknown> => {
  for await (const { turns } of running.engine.journal.read("portfolio.main"))
    for (const { events } of turns)
      for (const event of events as readonly PortfolioEvent[])
        if (event.type === "OrderFilled") return event.fill;
  throw new Error("no fill was booked");
};

const ledger = async (): Promise<unknown> => {
  const [{ json }, trades] = await Promise.all([
    running.ask.get("/portfolios/main"),
    running.ask.get("/trades?limit=1000"),
  ]);
  const view = json as never as {
    accounts: { balances: object }[];
    strategies: { positions: { quantity: string }[] }[];
  };
  return [
    view.accounts.map(({ balances }) => balances),
    view.strategies.map(({ positions }) => positions.map(({ quantity }) => quantity)),
    trades.json["trades_count"],
  ];
};

describe("a dead letter", () => {
  it("is listed without its message and shown with it; readers may not send it", async () => {
    const { ask } = running;
    const id = await aside(letterOf("halt", { level: "some" }));
    const { json } = await ask.get("/dead-letters", ask.tokens.reader);
    const [listed] = (json["letters"] as never as Record<string, unknown>[]).slice(-1);
    expect(listed).toMatchObject({
      id,
      reason: "broken",
      host: running.engine.wire.hostId,
      trace: { order: "o1" },
    });
    expect(listed).not.toHaveProperty("input");
    expect((await ask.get(`/dead-letters/${id}`, ask.tokens.reader)).json).toMatchObject({
      input: { level: "some" },
    });
    expect((await ask.post(`/dead-letters/${id}/replay`, {}, ask.tokens.trader)).status).toBe(403);
    expect((await ask.get("/dead-letters/9999")).status).toBe(404);
    expect((await ask.get("/dead-letters/x")).json.error).toMatchObject({ code: 422, field: "id" });
  });

  it("that fails again stays open with one more attempt; dropped, it is sent no more", async () => {
    const { ask } = running;
    const id = await aside(letterOf("halt", { level: "none" }));
    const refused = await ask.post(`/dead-letters/${id}/replay`);
    expect(refused.json.error).toMatchObject({ code: 422, field: "level" });
    expect((await ask.get(`/dead-letters/${id}`)).json).toMatchObject({ state: "open", attempts: 4 });
    expect((await ask.post(`/dead-letters/${id}/drop`)).json).toEqual({ id, state: "dropped" });
    expect((await ask.post(`/dead-letters/${id}/replay`)).json).toEqual({
      id,
      state: "dropped",
      sent: false,
    });
  });

  it("with a fill that is booked changes nothing, however often", async () => {
    const { ask } = running;
    const fill = await bookedFill();
    const before = await ledger();
    const input = { account: "main", news: [{ type: "fill", fill }] };
    for (let n = 0; n < 2; n += 1) {
      const id = await aside(letterOf("record", input));
      expect((await ask.post(`/dead-letters/${id}/replay`)).json).toEqual({
        id,
        state: "replayed",
        sent: true,
      });
      expect((await ask.post(`/dead-letters/${id}/replay`)).json).toMatchObject({ sent: false });
    }
    expect(await ledger()).toEqual(before);
  });

  it("with a proposal is carried out once", async () => {
    const { engine, ask } = running;
    const [strategy] = engine.settings.strategies;
    const input = {
      ...{ strategy: strategy!.id, account: "main", sequence: 1_000_000, at: engine.marketNow(), marks: {} },
      asks: [{ type: "cancel", tag: "nothing" }],
    };
    const replay = async (): Promise<number> => {
      const id = await aside(letterOf("propose", input));
      expect((await ask.post(`/dead-letters/${id}/replay`)).json).toMatchObject({ sent: true });
      let taken = 0;
      for await (const { turns } of engine.journal.read("portfolio.main"))
        for (const { events } of turns)
          for (const event of events as readonly { sequence?: number }[])
            if (event.sequence === 1_000_000) taken += 1;
      return taken;
    };
    expect(await replay()).toBe(1);
    expect(await replay()).toBe(1);
  });

  it("is audited, counted, and reached by the command line", async () => {
    const { ask, engine } = running;
    const id = await aside(letterOf("resume", { by: "dlq", at: 5 }));
    const cli = (...words: string[]) => shoal(["dlq", ...words, "--data-dir", ask.dataDir]);
    expect((await cli("list")).out).toMatch(
      new RegExp(`^ *${id} .*portfolio\\.main\\.resume .*order o1 +open`, "m"),
    );
    expect((await cli("show", String(id))).out).toContain('"by": "dlq"');
    expect((await cli("replay", String(id))).out).toContain(`letter ${id} is replayed`);
    expect((await cli("replay", String(id))).out).toContain("nothing was sent");
    expect((await cli("drop", "9999")).code).toBe(2);
    const all = await cli("list", "--all", "--json");
    expect((all.json["letters"] as { id: number; by?: string }[]).find((one) => one.id === id)?.by).toBe(
      "admin",
    );
    const last = await engine.journal.lastSequence("audit.gateway");
    const said: string[] = [];
    for await (const { turns } of engine.journal.read("audit.gateway", last - 3))
      said.push((turns[0]!.command as { what: string }).what);
    expect(said.filter((what) => what === "POST /dead-letters/{id}/replay").length).toBeGreaterThan(1);
    const metrics = await (await fetch(engine.metrics!.urls.trading)).text();
    expect(metrics).toMatch(/^shoal_dlq_depth\{money="no"\} [1-9]/m);
    expect(metrics).toMatch(/^shoal_dlq_set_aside_total\{reason="broken"\} [1-9]/m);
    expect(metrics).toMatch(/^shoal_outbox_stuck 0/m);
  }, 30_000);
});
