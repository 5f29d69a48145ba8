/**
 * Every fault of the sandbox, alone and then mixed by seed: the engine trades under it, and afterwards ledger and venue
 * agree to the last unit, no order was sent twice, and every approved order has its fate. A third of the faults and one
 * mix always run, all of them with SHOAL_CHAOS=1; SHOAL_FAULT_SEEDS=200 runs so many mixes.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import type { Summary } from "../../nodes/summary.ts";
import { sandboxThread, type SandboxThread } from "../../nodes/sandbox-thread.ts";
import { eventually } from "../servers.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import { halted, nothingOpen, restless } from "./settings.ts";

const symbols = ["BTC/USDT", "ETH/USDT", "SOL/USDT"];
const ALL = process.env["SHOAL_CHAOS"] !== undefined;
const SEEDS = Number(process.env["SHOAL_FAULT_SEEDS"] ?? (ALL ? 20 : 1));
/** Market time under each fault: two and a half seconds. */
const UNDER_MS = 150_000;

let sandbox: SandboxThread;
let engine: EngineProcess;

beforeAll(async () => {
  sandbox = await sandboxThread({
    speed: 60,
    market: { kind: "synthetic", symbols, stepMs: 600 },
    accounts: [
      { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "100000" } },
    ],
  });
  const { strategies, ...settings } = restless({ strategies: 3, symbols });
  const fidgety = symbols.map((symbol, k) => ({
    id: `fidgety-${k}`,
    strategy: "fidgety",
    instruments: [`sandbox:${symbol}`],
    capital: "5000",
    params: { seed: k },
  }));
  engine = await engineProcess({
    ...settings,
    strategies: [...strategies, ...fidgety],
    dataDir: temporaryFolder(),
    node: "one",
    venues: { sandbox: { url: sandbox.url, sandbox: {} } },
  });
}, 60_000);
afterAll(async () => {
  await engine.kill();
  await sandbox.stop();
});

const admin = async <T>(path: string, body?: object): Promise<T> => {
  const answer = await fetch(
    `${sandbox.url}/admin/${path}`,
    body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
  );
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
};
const met = async (): Promise<Readonly<Record<string, number>>> =>
  (await admin<{ counts: { faults: Record<string, number> } }>("state")).counts.faults;
const marketTime = async (): Promise<number> => (await admin<{ marketTime: number }>("state")).marketTime;
const counters = async (): Promise<PortfolioView["counters"]> =>
  (await engine.ask<PortfolioView>("portfolio", "main", "view")).counters;
const resumed = async (): Promise<void> => {
  const at = await engine.call<number>("marketNow");
  await engine.ask("portfolio", "main", "resume", { by: "test", at }, "command");
};

/** Halts, and compares once nothing is open; the venue may have to be asked again while a breaker is still open. */
const agreed = async (): Promise<void> => {
  await halted(engine);
  await nothingOpen(engine);
  let mismatches: readonly string[] = [];
  await eventually(
    "ledger and venue agree",
    async () => {
      const asked = engine.call<Summary>("summary");
      const summary = await asked.catch((error: unknown) => ({
        mismatches: [String(error)],
        reconciled: false,
      }));
      ({ mismatches } = summary);
      return summary.reconciled;
    },
    20_000,
  ).catch(() => undefined);
  expect(mismatches).toEqual([]);
  expect(await engine.call("ordersBroken", await admin("orders"))).toEqual([]);
  // Nothing of a strategy's was booked as unexplained.
  expect(await engine.call("adjusted")).toEqual({});
};

/** `counted`: the fault's count, which must have grown; how soon it does is chance. */
const under = async (plan: object, counted?: string, halfway?: object): Promise<void> => {
  const before = await counters();
  const metBefore = await met();
  await resumed();
  await admin("faults", plan);
  const begun = await marketTime();
  await eventually(
    "half the time under the fault",
    async () => (await marketTime()) >= begun + UNDER_MS / 2,
    30_000,
  );
  if (halfway !== undefined) await admin("faults", halfway);
  await eventually("time under the fault", async () => (await marketTime()) >= begun + UNDER_MS, 30_000);
  if (counted !== undefined)
    await eventually(`${counted}: met`, async () => (await met())[counted]! > metBefore[counted]!, 30_000);
  await admin("faults", {});
  // It traded, if not under the fault then after it.
  await eventually("fills", async () => (await counters()).fills > before.fills + 3, 30_000);
  await agreed();
};

/** `halfway`: what is done at once in the middle of the plan. */
type Case = readonly [what: string, plan: object, counted: string | undefined, halfway?: object];

const cases: readonly Case[] = [
  ["answers to orders lost", { loseRatio: 0.4, match: "POST /api/v3/order" }, "lost"],
  ["answers to cancels lost", { loseRatio: 0.6, match: "DELETE /api/v3/order" }, "lost"],
  ["500 before acceptance", { errorRatio: 0.4, errorStatus: 500, match: "/order" }, "errors"],
  ["500 after acceptance", { errorAfterRatio: 0.4, errorStatus: 500, match: "/order" }, "errorsAfter"],
  ["502 after acceptance", { errorAfterRatio: 0.4, errorStatus: 502, match: "/order" }, "errorsAfter"],
  ["503 after acceptance", { errorAfterRatio: 0.4, errorStatus: 503, match: "/order" }, "errorsAfter"],
  ["504 after acceptance", { errorAfterRatio: 0.4, errorStatus: 504, match: "/order" }, "errorsAfter"],
  ["429 three times", { limitNext: 3, retryAfterSec: 1 }, "limits"],
  ["418 three times", { limitNext: 3, retryAfterSec: 1, limitStatus: 418 }, "limits"],
  ["HTML with status 200", { garbleRatio: 0.3, garble: "html" }, "garbled"],
  ["JSON cut in its middle", { garbleRatio: 0.3, garble: "cut" }, "garbled"],
  ["nothing, with status 502", { garbleRatio: 0.3, garble: "empty", garbleStatus: 502 }, "garbled"],
  ["slow answers", { latencyMs: [0, 1_500] }, undefined],
  ["maintenance", { maintenanceForMs: 1_500 }, "maintained"],
  ["market messages lost", { streamLossRatio: 0.3 }, "streamLost"],
  ["market messages twice", { streamRepeatRatio: 0.3 }, "streamRepeated"],
  ["market messages in another order", { streamSwapRatio: 0.3 }, "streamSwapped"],
  ["market messages late", { streamDelayMs: [0, 1_000] }, "streamDelayed"],
  ["user data lost", { userLossRatio: 0.3 }, "userLost"],
  ["user data twice", { userRepeatRatio: 0.5 }, "userRepeated"],
  ["user data in another order", { userSwapRatio: 0.5 }, "userSwapped"],
  ["late fills", { userDelayMs: [500, 3_000] }, "userDelayed"],
  [
    "fills late by REST too",
    { userDelayMs: [500, 2_000], fillsLagMs: 60_000 },
    "fillsHidden",
    { drop: "user" },
  ],
  ["orders that are not known at once", { ordersLagMs: 60_000 }, "ordersHidden"],
  ["closed orders forgotten", { forgetOrdersAfterMs: 1_000, userLossRatio: 0.2 }, undefined],
  ["silent user data", { silence: "user", pongs: false }, undefined],
  ["silent market", { silence: "market" }, undefined],
  ["mute sockets, new ones too", { mute: "all" }, undefined],
  ["sockets cut", { drop: "all" }, undefined],
  ["a clock ahead", { clockSkewMs: 30_000 }, "timestampsRefused"],
  ["a clock behind", { clockSkewMs: -30_000 }, "timestampsRefused"],
  ["a clock that drifts", { clockDriftMsPerSec: 1_000 }, "timestampsRefused"],
];

/** One of each kind. */
const always: ReadonlySet<string> = new Set([
  "answers to orders lost",
  "answers to cancels lost",
  "504 after acceptance",
  "418 three times",
  "HTML with status 200",
  "maintenance",
  "market messages lost",
  "fills late by REST too",
  "user data lost",
  "mute sockets, new ones too",
  "a clock ahead",
]);

describe("each fault alone", () => {
  it.each(cases.map(([what]) => what).filter((what) => ALL || always.has(what)))(
    "%s",
    async (what) => {
      const [, plan, counted, halfway] = cases.find(([name]) => name === what)!;
      await under(plan, counted, halfway);
    },
    120_000,
  );

  it("the ones that always run are among them", () => {
    const names = new Set(cases.map(([what]) => what));
    expect([...always].filter((what) => !names.has(what))).toEqual([]);
  });
});

describe("faults mixed by seed", () => {
  it.each(Array.from({ length: SEEDS }, (_, k) => k + 1))(
    "seed %i",
    (seed) => under({ seed, mix: 0.3 }),
    120_000,
  );
});
