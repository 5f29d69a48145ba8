/** The gateway on a broker alone: what it answers before the engine has started, its limits, its tokens' file. */
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import { afterEach, describe, expect, it } from "vitest";
import { configure } from "../../nodes/configuration.ts";
import { startGateway, type Gateway } from "../../nodes/gateway.ts";
import { RateLimit, TooMany } from "../../nodes/gateway/rate-limit.ts";
import { routes } from "../../nodes/gateway/routes.ts";
import { openTokens } from "../../nodes/gateway/tokens.ts";
import { parseSettings } from "../../nodes/settings.ts";
import { bus } from "../../moleculer.config.ts";
import { freePort } from "../servers.ts";
import { askerOf, folder } from "./running.ts";

const ends: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const temporary = (): string => {
  const dataDir = folder();
  ends.push(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
};

const start = async (dataDir: string, gateway: object = {}): Promise<Gateway> => {
  const broker = new ServiceBroker(bus({ hostId: "early", roles: ["*"] }));
  await broker.start();
  ends.push(() => broker.stop());
  const settings = parseSettings({ ...configure({ dataDir }, {}), gateway });
  const started = await startGateway(broker, settings, { dataDir });
  ends.push(() => started.stop());
  return started;
};

describe("before the engine has started", () => {
  it("tells that it is starting, and refuses what needs the engine with 503 and a time to come back", async () => {
    const dataDir = temporary();
    await start(dataDir);
    const ask = askerOf(dataDir);
    expect((await ask.get("/ping", "")).json).toEqual({ status: "pong" });
    expect((await ask.get("/health", "")).json).toMatchObject({ status: "starting", node: "early" });
    expect((await ask.get("/version")).status).toBe(200);
    for (const { method, path, handle } of routes) {
      if (handle === undefined || method !== "GET") continue;
      const answer = await ask.get(path.replace(/\{\w+\}/g, "x"));
      expect(answer.status, path).toBe(503);
      expect(answer.json.error!["type"]).toBe("STARTING");
      expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect((await ask.post("/halt", { reason: "x" })).status).toBe(503);
  });

  it("names gateway.port when it is taken, and the process lives on", async () => {
    const port = await freePort();
    const taken = createServer().listen(port, "127.0.0.1");
    ends.push(() => void taken.close());
    await expect(start(temporary(), { port })).rejects.toMatchObject({ code: 422, field: "gateway.port" });
  });
});

describe("tokens", () => {
  it("stay the same at the next start, and the file becomes the owner's alone again", async () => {
    const dataDir = temporary();
    await start(dataDir);
    const path = join(dataDir, "gateway.json");
    const { tokens } = askerOf(dataDir);
    chmodSync(path, 0o644);
    expect(openTokens(dataDir).map(({ token }) => token)).toEqual(Object.values(tokens));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(new Set(Object.values(tokens)).size).toBe(3);
    // 32 random bytes as base64url.
    for (const token of Object.values(tokens)) expect(token).toMatch(/^[\w-]{43}$/);
  });

  it("may be written in by hand", async () => {
    const dataDir = temporary();
    const token = "a-token-of-my-own-choice";
    writeFileSync(
      join(dataDir, "gateway.json"),
      JSON.stringify({ tokens: [{ name: "dash", token, scopes: ["read"] }] }),
    );
    await start(dataDir);
    const ask = askerOf(dataDir);
    expect((await ask.get("/version", token)).status).toBe(200);
    expect((await ask.post("/halt", { reason: "x" }, token)).status).toBe(403);
  });

  it.each([
    ["{", "gateway.json"],
    [
      JSON.stringify({ tokens: [{ name: "x", token: "short", scopes: ["read"] }] }),
      "gateway.json tokens.0.token",
    ],
    [
      JSON.stringify({ tokens: [{ name: "x", token: "x".repeat(20), scopes: ["root"] }] }),
      "gateway.json tokens.0.scopes.0",
    ],
  ])("%s in the file names %s, and never what was found", (content, field) => {
    const dataDir = temporary();
    writeFileSync(join(dataDir, "gateway.json"), content);
    let told: unknown;
    try {
      openTokens(dataDir);
    } catch (error) {
      told = error;
    }
    expect(told).toMatchObject({ code: 422, field });
    expect((told as Error).message).not.toContain("short");
    expect(readFileSync(join(dataDir, "gateway.json"), "utf8")).toBe(content);
  });
});

describe("limits", () => {
  it("gives each address and token its requests a minute, then 429 with a time to come back", async () => {
    const dataDir = temporary();
    await start(dataDir, { requestsPerMinute: 5 });
    const ask = askerOf(dataDir);
    const statuses: number[] = [];
    for (let i = 0; i < 7; i += 1) statuses.push((await ask.get("/version")).status);
    // The address pays for each, the token too: five of each are there.
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    const refused = await ask.get("/ping", "");
    expect(refused.status).toBe(429);
    // 5 a minute: the next one comes within 12 s.
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(12);
  });

  it("refills evenly and forgets who has not asked", () => {
    let now = 0;
    const limit = new RateLimit(60, () => now);
    for (let i = 0; i < 60; i += 1) limit.take("a");
    expect(() => limit.take("a")).toThrow(TooMany);
    now += 999;
    expect(() => limit.take("a")).toThrow(TooMany);
    // 60 a minute is one a second; what was refused did not cost.
    now += 1;
    limit.take("a");
    expect(() => limit.take("a")).toThrow(/try again in 1 s/);
    for (let i = 0; i < 20_000; i += 1) limit.take(`stranger ${i}`);
    now += 60_000;
    for (let i = 0; i < 60; i += 1) limit.take("a");
    expect(() => limit.take("a")).toThrow(TooMany);
  });
});
