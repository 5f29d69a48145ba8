/** Questions over two processes on NATS: the gateway of one, the actors of the other; and when that one is gone. */
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { overview } from "../../nodes/overview.ts";
import { configure } from "../../nodes/configuration.ts";
import { eventually, findServer, startNats } from "../servers.ts";
import { folder, startDemo } from "./running.ts";

describe("an actor that does not answer", () => {
  it("is named in a 503 after a while", async () => {
    const wire = { hosts: () => [], ask: () => new Promise(() => undefined) };
    const ask = overview({ wire, settings: configure({}, {}), instruments: [], marketNow: () => 0 } as never);
    await expect(ask.portfolio("main")).rejects.toMatchObject({
      code: 503,
      message: expect.stringContaining("portfolio.main does not answer") as string,
    });
  });
});

describe.skipIf(findServer("nats-server") === undefined)("a gateway without actors of its own", () => {
  it("answers for the whole cluster, and says who is silent when the other has gone", async () => {
    const nats = await startNats();
    const dataDir = folder();
    const shared = { dataDir, nats: nats.url };
    const roles = ["venue", "market", "strategy", "portfolio", "recorder"];
    const engine = await startDemo({ ...shared, node: "engine", roles });
    const door = await startDemo({ ...shared, node: "door", roles: ["gateway"] });
    try {
      expect(engine.engine.gateway).toBeUndefined();
      await eventually("ticks", async () => Number((await door.ask.get("/status")).json["ticks"]) > 0);
      const { json } = await door.ask.get("/status");
      expect(json).toMatchObject({ node: "door", actors: { strategy: 2, portfolio: 1 }, silent: [] });
      const { actors } = (await door.ask.get("/actors")).json as never as { actors: { host: string }[] };
      expect(new Set(actors.map(({ host }) => host))).toEqual(new Set(["engine"]));
      expect((await door.ask.get("/actors/symbol/sandbox:BTC/USDT")).status).toBe(200);
      expect((await door.ask.post("/strategies/cross-btc-usdt/reload")).json).toMatchObject({
        host: "engine",
      });
      expect((await door.ask.post("/halt", { reason: "afar" })).json).toMatchObject({ halted: ["main"] });
      await engine.stop();
      const silent = await door.ask.get("/portfolios/main");
      expect(silent.status).toBe(503);
      expect(silent.json.error!["message"]).toContain("portfolio.main does not answer");
      const status = (await door.ask.get("/status")).json as never as { silent: string[] };
      expect(status.silent.join()).toContain("portfolio.main");
      const halt = await door.ask.post("/halt", { reason: "nobody there" });
      expect(halt.status).toBe(503);
      expect(halt.json.error!["message"]).toContain("main");
    } finally {
      await door.stop();
      await engine.stop();
      await nats.stop();
      rmSync(dataDir, { recursive: true, force: true });
    }
  }, 60_000);
});
