/** The gateway before a running engine: who may do what over the whole table of routes, bad input, the document. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import swagger from "@apidevtools/swagger-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { routes } from "../../nodes/gateway/routes.ts";
import { eventually } from "../servers.ts";
import { startDemo, type RunningEngine } from "./running.ts";

let running: RunningEngine;

beforeAll(async () => {
  running = await startDemo();
});
afterAll(() => running.stop());

/** A path of the table with real names in it, and a body that is right. */
const filled = (path: string): string =>
  path
    .replace("/market/depth", "/market/depth?instrument=sandbox:BTC/USDT")
    .replace("{kind}/{id}", "symbol/sandbox%3ABTC%2FUSDT")
    .replace("{kind}", "strategy")
    .replace("/portfolios/{id}", "/portfolios/main")
    .replace("/dead-letters/{id}", "/dead-letters/1")
    .replace("{id}", "cross-btc-usdt")
    .replace("{stream}", "portfolio.main");
const bodies: Readonly<Record<string, unknown>> = {
  "/halt": { reason: "test" },
  "/kill-switch/on": { reason: "test" },
  "/limits/change": { portfolio: "main", limits: {} },
  "/limits/approve": { portfolio: "main", number: 1 },
  "/limits/withdraw": { portfolio: "main", number: 1 },
  "/strategies/{id}/close": { instrument: "sandbox:XRP/USDT", percent: 50 },
  "/strategies/{id}/predictions": {
    predictions: [{ symbol: "BTC/USDT", score: 0.5, confidence: 0.5 }],
  },
};

describe("tokens and scopes", () => {
  const granted = { reader: ["read"], trader: ["read", "trade"], admin: ["read", "trade", "admin"] };
  const cases = routes.flatMap((route) =>
    (["nobody", "stranger", "reader", "trader", "admin"] as const).map((who) => ({ route, who })),
  );

  it.each(cases.map(({ route, who }) => [route.method, route.path, who, route.scope, route] as const))(
    "%s %s by %s (needs %s)",
    async (method, path, who, scope, route) => {
      const { ask } = running;
      const token = who === "nobody" ? "" : who === "stranger" ? "x".repeat(43) : ask.tokens[who];
      const known = who !== "nobody" && who !== "stranger";
      const may = scope === "none" || (known && granted[who].includes(scope));
      // No letter lies there: nothing has gone wrong yet.
      // Nor does a raise wait.
      const noRaise = path === "/limits/approve" || path === "/limits/withdraw";
      // And no model guides that strategy.
      const unguided = path.endsWith("/predictions");
      // Nor does it hold anything of that.
      const nothing = noRaise || path === "/strategies/{id}/close";
      const found = path.startsWith("/dead-letters/{id}") ? 404 : nothing ? 422 : unguided ? 409 : 200;
      const answer =
        method === "GET"
          ? await ask.get(filled(path), token)
          : await ask.post(filled(path), bodies[path] ?? (route.body === undefined ? undefined : {}), token);
      expect(answer.status, answer.text).toBe(may ? found : known ? 403 : 401);
      if (answer.status === 404)
        expect(answer.json.error).toEqual({
          code: 404,
          type: "NO_SUCH_LETTER",
          message: "there is no dead letter 1",
        });
      if (!may) expect(answer.json.error!["type"]).toBe(known ? "FORBIDDEN" : "UNAUTHORIZED");
      if (token !== "") expect(answer.text).not.toContain(token);
      if (answer.status === 401) expect(answer.headers.get("www-authenticate")).toBe("Bearer");
    },
  );

  it("lie in a file that only the owner reads", () => {
    const path = join(running.ask.dataDir, "gateway.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const before = JSON.parse(readFileSync(path, "utf8")) as { url: string };
    expect(before.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  it("may be exchanged for a session, which cannot be prolonged by itself", async () => {
    const { ask } = running;
    const { json } = await ask.post("/token/login", undefined, ask.tokens.reader);
    const session = json["access_token"]!;
    expect((await ask.get("/balance", session)).status).toBe(200);
    expect((await ask.post("/halt", { reason: "x" }, session)).status).toBe(403);
    expect((await ask.post("/token/login", undefined, session)).status).toBe(403);
    const forged = `${String(session).slice(0, -4)}AAAA`;
    expect((await ask.get("/balance", forged)).status).toBe(401);
  });
});

describe("what comes in", () => {
  const bad: readonly (readonly [string, string, unknown, number, string | undefined])[] = [
    ["GET", "/trades?limit=x", undefined, 422, "limit"],
    ["GET", "/trades?limit=0", undefined, 422, "limit"],
    ["GET", "/trades?limit=1e9", undefined, 422, "limit"],
    ["GET", "/trades?limit=1&limit=2", undefined, 422, "limit"],
    ["GET", "/trades?limits=1", undefined, 422, "limits"],
    ["GET", "/journal/portfolio.main?after=-1", undefined, 422, "after"],
    ["GET", "/journal/nowhere", undefined, 404, undefined],
    ["GET", "/actors/planet/mars", undefined, 422, "kind"],
    ["GET", "/actors/symbol/sandbox:DOGE/USDT", undefined, 404, undefined],
    ["GET", "/actors/symbol/%ZZ", undefined, 400, undefined],
    ["GET", "/portfolios/nope", undefined, 404, undefined],
    ["GET", "/strategies/nope", undefined, 404, undefined],
    ["GET", "/nowhere", undefined, 404, undefined],
    ["POST", "/strategies/nope/stop", {}, 404, undefined],
    ["POST", "/strategies/cross-btc-usdt/stop", { orders: "sell" }, 422, "orders"],
    ["POST", "/strategies/cross-btc-usdt/start", { now: true }, 422, "now"],
    ["POST", "/halt", undefined, 422, "reason"],
    ["POST", "/halt", { reason: "x".repeat(501) }, 422, "reason"],
    ["POST", "/halt", { reason: "x", level: "some" }, 422, "level"],
    ["POST", "/halt", { reason: "x", portfolio: "nope" }, 404, undefined],
    ["POST", "/halt", "{not json", 400, undefined],
    ["POST", "/halt", "[1]", 422, "body"],
    ["POST", "/halt", JSON.stringify({ reason: "x".repeat(70_000) }), 413, undefined],
    ["POST", "/resume", { portfolio: 7 }, 422, "portfolio"],
  ];
  it.each(bad)("%s %s %j is refused with %i, naming %s", async (method, path, body, status, field) => {
    const { ask } = running;
    const answer = method === "GET" ? await ask.get(path) : await ask.post(path, body);
    expect(answer.status, answer.text).toBe(status);
    const { error } = answer.json;
    expect(error).toMatchObject({ code: status });
    expect([typeof error!["message"], typeof error!["type"]]).toEqual(["string", "string"]);
    expect(error!["field"]).toBe(field);
  });

  it("finds an actor by percent-encoding, by plain slashes and by ?id=", async () => {
    const { ask } = running;
    for (const path of [
      "/actors/symbol/sandbox%3ABTC%2FUSDT",
      "/actors/symbol/sandbox:BTC/USDT",
      "/actors/symbol?id=sandbox:BTC/USDT",
    ])
      expect((await ask.get(path)).json["instrument"]).toMatchObject({
        id: "sandbox:BTC/USDT",
        tickSize: "0.01",
      });
  });

  it("refuses a body that is not JSON by its type", async () => {
    const { url, tokens } = running.ask;
    const headers = { authorization: `Bearer ${tokens.admin}`, "content-type": "text/plain" };
    const answer = await fetch(`${url}/api/v1/resume`, { method: "POST", headers, body: "portfolio=main" });
    expect(answer.status).toBe(415);
  });
});

describe("what it tells", () => {
  it("documents exactly its routes, in valid OpenAPI", async () => {
    const { json } = await running.ask.get("/openapi.json");
    const document = await swagger.validate(structuredClone(json) as never);
    const told = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
      Object.keys(operations as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it("sums up the cluster, and what is held equals what was put in", async () => {
    const { ask, engine } = running;
    await eventually("ticks", async () => Number((await ask.get("/status")).json["ticks"]) > 0);
    const { json } = await ask.get("/status");
    expect(json).toMatchObject({
      version: "0.1.0",
      node: engine.wire.hostId,
      actors: { exchange: 1, symbol: 1, portfolio: 1, execution: 1, strategy: 2, recorder: 1 },
      silent: [],
    });
    const { accounts } = (await ask.get("/balance")).json as never as {
      accounts: { currencies: { currency: string; balance: string }[]; unaccounted: object }[];
    };
    expect(accounts[0]!.unaccounted).toEqual({});
    expect(accounts[0]!.currencies.find(({ currency }) => currency === "USDT")!.balance).toMatch(
      /^\d+(\.\d+)?$/,
    );
  });

  it("says where to look at /", async () => {
    const answer = await fetch(running.ask.url);
    expect(await answer.text()).toContain("/api/v1/openapi.json");
  });
});
