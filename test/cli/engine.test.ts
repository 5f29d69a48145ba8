/** Live verbs against one engine that runs for the whole file, and what is left when it has ended. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../servers.ts";
import { begin, scratch, shoal, shoalHere, type Ran, type Running } from "./command.ts";

const folder = scratch();
const dir = join(folder.path, "data");
const ask = (...args: string[]): Promise<Ran> =>
  (args[0] === "start" ? shoal : shoalHere)([...args, "--data-dir", dir, "--json"]);
let engine: Running;

beforeAll(async () => {
  engine = begin(["start", "--seed", "7", "--data-dir", dir, "--json"], { cwd: folder.path });
  await eventually(
    "an engine that trades",
    async () => {
      const { code, json } = await ask("trades");
      return code === 0 && (json["trades"] as unknown[]).length > 0;
    },
    25_000,
  );
}, 30_000);

afterAll(async () => {
  engine.child.kill("SIGKILL");
  await engine.ended;
  folder.remove();
});

describe("looking", () => {
  it("keeps the address and tokens where only the owner reads them", () => {
    expect(statSync(join(dir, "gateway.json")).mode & 0o777).toBe(0o600);
  });

  it("status tells counts, portfolios, hosts and positions", async () => {
    const { code, json, err } = await shoal(["status", "--data-dir", dir, "--json"]);
    expect(code).toBe(0);
    expect(err).toBe("");
    expect(json).toMatchObject({ silent: [], portfolios: [{ portfolio: "main", halted: null }] });
    expect(json["ticks"]).toBeGreaterThan(0);
    expect(json["positions"]).toBeInstanceOf(Array);
  });

  it("trades, newest last and no more than asked for", async () => {
    const { json } = await ask("trades", "--limit", "1");
    const [trade] = json["trades"] as Record<string, string>[];
    expect(json["trades"]).toHaveLength(1);
    expect(trade).toMatchObject({
      portfolio: "main",
      side: expect.stringMatching(/^(buy|sell)$/) as unknown,
    });
    expect(Number(trade!["quantity"]) * Number(trade!["price"])).toBeGreaterThan(0);
  });

  it("balance sums what is free and reserved", async () => {
    const { json } = await ask("balance");
    const [account] = json["accounts"] as {
      currencies: Record<"currency" | "balance" | "used" | "free", string>[];
    }[];
    const usdt = account!.currencies.find(({ currency }) => currency === "USDT")!;
    expect(Number(usdt.free) + Number(usdt.used)).toBeCloseTo(Number(usdt.balance), 9);
    expect(Number(usdt.balance)).toBeLessThan(100_000);
  });

  it("profit, orders and actors have their lists", async () => {
    const [profit, orders, actors] = await Promise.all([
      ask("profit"),
      ask("orders"),
      ask("actors", "--kind", "strategy"),
    ]);
    expect((profit.json["portfolios"] as { strategies: unknown[] }[])[0]?.strategies).toHaveLength(9);
    expect(orders.json["orders"]).toBeInstanceOf(Array);
    expect(actors.json["actors"]).toHaveLength(8);
    expect((actors.json["actors"] as { kind: string }[]).every(({ kind }) => kind === "strategy")).toBe(true);
  });

  it("prints tables for people", async () => {
    expect((await ask("leases")).json).toMatchObject({ clustered: false, holds: true, owners: [] });
    const { out } = await shoalHere(["actors", "--data-dir", dir]);
    expect(out).toMatch(/^portfolio\.main +node-\d+ /m);
    expect((await shoalHere(["trades", "--data-dir", dir])).out).toMatch(
      /^Date \(UTC\) +Strategy +Pair +Side +Amount +Rate/,
    );
    expect((await shoalHere(["inspect", "symbol.sandbox:BTC/USDT", "--data-dir", dir])).out).toMatch(
      /^ {2}id: sandbox:BTC\/USDT$/m,
    );
  });

  it("shows and verifies the journal while the engine writes it", async () => {
    const shown = await ask("journal", "show", "portfolio.main", "--limit", "2");
    expect(shown.json["entries"]).toMatchObject([{ sequence: 1 }, { sequence: 2 }]);
    const verified = await ask("journal", "verify");
    expect(verified.code).toBe(0);
    const unknown = await ask("journal", "show", "nix");
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('portfolio.main, found "nix"')]);
  });
});

describe("acting", () => {
  it("halts and resumes", async () => {
    expect((await ask("halt", "--reason", "a test")).json).toMatchObject({
      ...{ halted: ["main"], level: "entries" },
      ...{ openLegs: [] },
    });
    expect((await ask("status")).json).toMatchObject({
      portfolios: [{ halted: { level: "entries", reason: "a test" } }],
    });
    expect((await ask("resume")).json).toEqual({ resumed: ["main"] });
    expect((await ask("status")).json).toMatchObject({ portfolios: [{ halted: null }] });
  });

  it("stops, starts and reloads one strategy", async () => {
    const id = "revert-btc-usdt";
    expect((await ask("strategy", "stop", id, "--orders", "flatten")).json).toMatchObject({
      running: false,
      orders: "flatten",
    });
    expect((await ask("inspect", `strategy.${id}`)).json).toMatchObject({ running: false });
    expect((await ask("strategy", "start", id)).json).toMatchObject({ running: true });
    expect((await ask("strategy", "reload", id)).code).toBe(0);
  });

  it.each([
    [["strategy", "stop", "nobody"], 2, "nobody"],
    [["inspect", "teapot.main"], 2, "kind: expected one of"],
    [["status", "--token", "not-a-token-of-this-engine"], 4, "token"],
    [["status", "--url", "http://127.0.0.1:1"], 3, "no engine answers at http://127.0.0.1:1"],
    [["start", "--quiet"], 1, "in use by process"],
  ])("%j ends with %i and says %j", async (args, exit, message) => {
    const { code, err, json } = await ask(...args);
    expect(err).toContain(message);
    expect(code).toBe(exit);
    expect(json).toMatchObject({ error: { exitCode: exit } });
  });

  it("refuses a reader who wants to act", async () => {
    const { tokens } = JSON.parse(readFileSync(join(dir, "gateway.json"), "utf8")) as {
      readonly tokens: readonly { readonly name: string; readonly token: string }[];
    };
    const reader = tokens.find(({ name }) => name === "reader")!.token;
    expect((await ask("status", "--token", reader)).code).toBe(0);
    const refused = await ask("halt", "--token", reader);
    expect([refused.code, refused.err]).toEqual([4, expect.stringContaining("lacks the scope trade")]);
  });
});

/** Last in this file: it ends the engine. */
describe("the end", () => {
  it("stops in good order at SIGINT, with sums that are right", async () => {
    engine.child.kill("SIGINT");
    const { code, json } = await engine.ended;
    expect(json).toMatchObject({ reconciled: true, duplicates: 0, lost: 0, mismatches: [] });
    expect(code).toBe(0);
    const sequence = (json["journalSequence"] as Record<string, number>)["main"];
    const { json: told } = await ask("journal", "streams");
    expect(told["streams"]).toContainEqual({ stream: "portfolio.main", entries: sequence });
  });

  it("says that the engine cannot be reached", async () => {
    const { code, err } = await ask("status");
    expect([code, err]).toEqual([3, expect.stringContaining("is not running")]);
    expect((await shoal(["status", "--data-dir", folder.path])).code).toBe(3);
  });

  it("finds an entry that was changed, with 5", async () => {
    const { json } = await ask("journal", "verify", "portfolio.main");
    const [{ hash }] = json["verdicts"] as [{ hash: string }];
    // The last hash stands in the last entry only: a digit of it is changed in the file itself.
    const file = join(dir, "journal", "data.mdb");
    const bytes = readFileSync(file);
    const changed = `${hash.startsWith("0") ? "1" : "0"}${hash.slice(1)}`;
    for (let at = bytes.indexOf(hash); at >= 0; at = bytes.indexOf(hash, at + 1)) bytes.write(changed, at);
    rmSync(join(dir, "journal", "lock.mdb"), { force: true });
    writeFileSync(file, bytes);
    const { code, err } = await ask("journal", "verify", "portfolio.main");
    expect([code, err]).toEqual([5, expect.stringMatching(/^portfolio\.main entry \d+: /)]);
  });
});
