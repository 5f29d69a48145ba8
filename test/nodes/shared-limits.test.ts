/** Two portfolios of a running engine under one limit: grants, refusals, raises by two people, and what happens when nobody grants any more. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { verify } from "../../adapters/journal/verify.ts";
import { RISK } from "../../contracts/risk.ts";
import type { LimitsAnswer } from "../../nodes/limit-controls.ts";
import { shoalHere } from "../cli/command.ts";
import { eventually } from "../servers.ts";
import { folder, startDemo, type RunningEngine } from "./running.ts";

const eager = `
export const strategy = {
  name: "eager", about: "wants all that it can have", genes: {},
  needs: () => ({ timeframes: ["1m"], warmupCandles: 0 }),
  start: () => ({
    onCandle(candle, i, _timeframe, desk) {
      desk.place({ i, side: "buy", type: "market", quantity: 500 / candle.close }, "more");
    },
    save: () => ({}), load() {},
  }),
};
`;

const names = ["main", "other"];
let running: RunningEngine;
let root: string;

beforeAll(async () => {
  root = folder();
  const strategiesDir = join(root, "mine");
  mkdirSync(strategiesDir);
  writeFileSync(join(strategiesDir, "eager.ts"), eager);
  running = await startDemo(
    {},
    {
      strategiesDir,
      accounts: Object.fromEntries(
        names.map((id) => [id, { venue: "sandbox", apiKey: `${id}-key`, secret: `${id}-secret` }]),
      ),
      portfolios: Object.fromEntries(
        names.map((id) => [id, { accounts: [id], limits: { orderNotionalMax: "2000" } }]),
      ),
      sharedLimits: { gross: "6000", venues: { sandbox: "6000" }, grantSeconds: 5 },
      strategies: names.map((id) => ({
        ...{ id: `eager-${id}`, strategy: "eager", portfolio: id, account: id },
        ...{ instruments: ["sandbox:BTC/USDT"], capital: "20000" },
      })),
    },
  );
}, 150_000);
afterAll(async () => {
  await running.stop();
  rmSync(root, { recursive: true, force: true });
});

const limits = async (): Promise<LimitsAnswer & { shared: { grants: { limits: Granted[] } } }> =>
  (await running.ask.get("/limits")).json as never;

interface Granted {
  readonly limit: string;
  readonly max: string;
  readonly granted: string;
  readonly portfolios: { readonly portfolio: string; readonly granted: string; readonly used: string }[];
}

const view = async (id: string) =>
  (await running.ask.get(`/portfolios/${id}`)).json as never as {
    readonly grant: { readonly ended: boolean; readonly used: { readonly gross: string } };
    readonly counters: { readonly orders: number; readonly refusals: Record<string, number> };
  };

it("grants both of them parts of the limit, and refuses what does not fit", async () => {
  await eventually(
    "both are full",
    async () => {
      const views = await Promise.all(names.map(view));
      return views.every(({ counters }) => (counters.refusals["shared-gross"] ?? 0) > 0);
    },
    30_000,
  );
  const [gross] = (await limits()).shared.grants.limits;
  expect(gross).toMatchObject({ limit: "gross", max: "6000" });
  // Prices move after an entry: what is held may be worth a little more than its grant.
  expect(Number(gross!.granted)).toBeLessThan(6_300);
  const used = gross!.portfolios.map((one) => Number(one.used));
  expect(Math.max(...used)).toBeGreaterThan(900);
  const scraped = await (await fetch(running.engine.metrics!.urls.trading)).text();
  expect(scraped).toContain('shoal_shared_limit{limit="gross"} 6000');
  expect(scraped).toMatch(/shoal_grant_used\{portfolio="other",limit="gross"\} \d/);
});

it("raises a limit by two people, and lowers it by one", async () => {
  const { ask } = running;
  const { trader, admin } = ask.tokens;
  const raise = await ask.post("/limits/change", { limits: { gross: "7000" } }, admin);
  expect(raise.json).toMatchObject({ outcome: "asked", number: 1 });
  expect((await ask.post("/limits/approve", { number: 1 }, trader)).status).toBe(403);
  const own = await ask.post("/limits/approve", { number: 1 }, admin);
  expect([own.status, own.json.error!["type"]]).toEqual([403, "SAME_PERSON"]);
  expect((await limits()).shared.waiting).toMatchObject([
    { number: 1, by: "admin", change: { gross: "7000" } },
  ]);
  expect((await ask.post("/limits/withdraw", { number: 1 }, trader)).json).toMatchObject({
    outcome: "withdrawn",
  });

  await ask.post("/limits/change", { limits: { gross: "7000" } }, trader);
  expect((await ask.post("/limits/approve", { number: 2 }, admin)).json).toEqual({
    outcome: "approved",
    number: 2,
  });
  expect((await limits()).shared).toMatchObject({ limits: { gross: "7000" }, configured: { gross: "6000" } });
  const beyond = await ask.post("/limits/change", { limits: { "venue:sandbox": "8000" } }, trader);
  expect(beyond.json.error!["message"]).toContain("sharedLimits.venues.sandbox: expected at most gross");

  const main = { portfolio: "main", limits: { orderNotionalMax: "1500" } };
  expect((await ask.post("/limits/change", main, trader)).json).toEqual({ outcome: "changed" });
  const again = { portfolio: "main", limits: { orderNotionalMax: null } };
  expect((await ask.post("/limits/change", again, trader)).json).toMatchObject({
    outcome: "asked",
    number: 1,
  });
  const [first] = (await limits()).portfolios;
  expect(first).toMatchObject({
    limits: { orderNotionalMax: "1500" },
    configured: { orderNotionalMax: "2000" },
  });
  expect((await ask.post("/limits/approve", { portfolio: "main", number: 9 }, admin)).status).toBe(422);
  expect((await ask.post("/limits/approve", { portfolio: "nobody", number: 9 }, admin)).status).toBe(404);
  const journaled = (await ask.get("/journal/risk.main?limit=1000")).text;
  for (const event of ["LimitRaiseAsked", "LimitRaiseRefused", "LimitRaiseEnded", "SharedLimitsChanged"])
    expect(journaled).toContain(event);
  expect((await verify(running.engine.journal, "risk.main")).problem).toBeUndefined();
});

it("goes on by its grant when nobody grants any more, and then lets exits pass only", async () => {
  await running.engine.wire.close("risk", RISK);
  expect((await view("main")).grant.ended).toBe(false);
  await eventually(
    "the grants end",
    async () => (await Promise.all(names.map(view))).every(({ grant }) => grant.ended),
    15_000,
  );
  const before = (await view("main")).counters;
  await eventually(
    "an entry is refused",
    async () =>
      ((await view("main")).counters.refusals["grant-ended"] ?? 0) > (before.refusals["grant-ended"] ?? 0),
    10_000,
  );
  expect((await view("main")).counters.orders).toBe(before.orders);
});

it("decides its past again out of the journal, and shows what was granted at any moment", async () => {
  const of = ["--data-dir", running.ask.dataDir, "--json"];
  const again = await shoalHere(["journal", "replay", "risk.main", ...of]);
  expect(again.code, again.err).toBe(0);
  const { hashes, commands } = again.json as { hashes: Record<string, string>; commands: number };
  expect(commands).toBeGreaterThan(5);
  expect(hashes["decided"]).toBe(hashes["folded"]);
  const first = await shoalHere(["journal", "state", "risk.main", "--at", "1", ...of]);
  expect(first.json["view"]).toMatchObject({
    limits: { gross: "6000", "venue:sandbox": "6000" },
    grants: {
      portfolios: [
        { portfolio: "main", version: 0 },
        { portfolio: "other", version: 0 },
      ],
    },
  });
  const last = await shoalHere(["journal", "state", "risk.main", ...of]);
  expect(last.json["view"]).toMatchObject({ limits: { gross: "7000" }, waiting: [] });
  const none = await shoalHere(["journal", "replay", "audit", ...of]);
  expect([none.code, none.err]).toMatchObject([2, expect.stringContaining("risk.main")]);
});
