/** Over NATS: a halt without a gateway, and a journal that moves between a directory and a cluster. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, findServer, freePort, startNats, type Server } from "../servers.ts";
import { begin, scratch, shoal, shoalHere, type Running } from "./command.ts";

describe.skipIf(findServer("nats-server") === undefined)("a cluster", () => {
  const folder = scratch();
  const dir = join(folder.path, "data");
  let nats: Server;
  let engine: Running | undefined;

  beforeAll(async () => {
    nats = await startNats();
  });
  afterAll(async () => {
    engine?.child.kill("SIGKILL");
    await engine?.ended;
    await nats.stop();
    folder.remove();
  });

  it("says with 3 that nobody listens, and that there is no server", async () => {
    const nobody = await shoal(["halt", "--nats", nats.url, "--json"]);
    expect([nobody.code, nobody.err]).toEqual([3, expect.stringContaining("nothing was halted")]);
    const url = `nats://127.0.0.1:${await freePort()}`;
    const away = await shoal(["halt", "--nats", url]);
    expect([away.code, away.err]).toEqual([3, expect.stringContaining(`NATS at ${url} cannot be reached`)]);
  });

  it("start waits for NATS and says so; a signal ends it at once", async () => {
    const url = `nats://joe:hunter22@127.0.0.1:${await freePort()}`;
    const waiting = begin(["start", "--nats", url, "--data-dir", join(folder.path, "waiting")], {
      cwd: folder.path,
    });
    let told = "";
    waiting.child.stderr!.on("data", (data: Buffer) => (told += data.toString()));
    await eventually("a word of it", () => told.includes("has not let us in"));
    waiting.child.kill("SIGTERM");
    const { code, err } = await waiting.ended;
    expect([code, err]).toEqual([3, expect.stringContaining("nothing was started")]);
    expect(err).not.toContain("hunter22");
  }, 30_000);

  it("takes several addresses: one of them is enough, and a bad one is named without its password", async () => {
    const dead = `nats://127.0.0.1:${await freePort()}`;
    const nobody = await shoalHere(["halt", "--nats", `${dead},${nats.url}`]);
    expect([nobody.code, nobody.err]).toEqual([3, expect.stringContaining("nothing was halted")]);
    const streams = await shoalHere(["journal", "streams", "--nats", `${dead},${nats.url}`, "--json"]);
    expect(streams.json).toMatchObject({ streams: [] });
    const bad = await shoalHere(["halt", "--nats", "nats://joe:hunter22@127.0.0.1:1,127.0.0.1:2"]);
    expect([bad.code, bad.err]).toEqual([2, expect.stringContaining("--nats: expected addresses such as")]);
    const away = await shoalHere(["journal", "streams", "--nats", `nats://joe:hunter22@127.0.0.1:1`]);
    expect([away.code, away.err]).toEqual([3, expect.not.stringContaining("hunter22")]);
  }, 30_000);

  it("halts straight over NATS, acknowledged by the node that holds the portfolio", async () => {
    const args = [
      "start",
      "--node",
      "one",
      "--nats",
      nats.url,
      "--data-dir",
      dir,
      "--seed",
      "7",
      "--json",
      "--quiet",
    ];
    engine = begin(args, { cwd: folder.path });
    await eventually(
      "the engine",
      async () => (await shoalHere(["status", "--data-dir", dir])).code === 0,
      20_000,
    );
    const leases = await shoalHere(["leases", "--data-dir", dir, "--json"]);
    expect(leases.json).toMatchObject({ clustered: true, host: "one", holds: true });
    const owners = leases.json["owners"] as { epoch: number }[];
    expect(owners).toMatchObject([
      { actor: "execution.main", host: "one", live: true },
      { actor: "portfolio.main", host: "one", live: true },
    ]);
    // Every claim has a number of its own, after that of the lease.
    const epochs = owners.map(({ epoch }) => epoch);
    expect(Math.min(...epochs)).toBeGreaterThan(leases.json["epoch"] as number);
    expect(new Set(epochs).size).toBe(2);
    expect((await shoalHere(["leases", "--data-dir", dir])).out).toMatch(
      /^portfolio\.main +one +\d+ +stands$/mu,
    );
    const { code, json } = await shoalHere([
      "halt",
      "--nats",
      nats.url,
      "--level",
      "all",
      "--reason",
      "line",
      "--json",
    ]);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      halted: ["main"],
      missing: [],
      acknowledged: [{ node: "one", failed: [] }],
    });
    const status = await shoalHere(["status", "--data-dir", dir, "--json"]);
    expect(status.json).toMatchObject({ portfolios: [{ halted: { level: "all", reason: "line" } }] });
    engine.child.kill("SIGTERM");
    const ended = await engine.ended;
    expect([ended.code, ended.json["reconciled"]]).toEqual([0, true]);
  });

  it("carries the journal into a directory and back, hashes and all", async () => {
    const back = join(folder.path, "back");
    const out = await shoalHere(["journal", "migrate", "--from-nats", nats.url, "--to-dir", back, "--json"]);
    expect(out.code).toBe(0);
    const [there, here] = await Promise.all([
      shoalHere(["journal", "verify", "portfolio.main", "--nats", nats.url, "--json"]),
      shoalHere(["journal", "verify", "portfolio.main", "--data-dir", back, "--json"]),
    ]);
    expect(here.json).toEqual(there.json);
    expect((there.json["verdicts"] as { entries: number }[])[0]?.entries).toBeGreaterThan(3);
    const again = await shoalHere([
      "journal",
      "migrate",
      "--from-dir",
      back,
      "--to-nats",
      nats.url,
      "--json",
    ]);
    expect(again.json).toMatchObject({ copied: 0 });
  });
});
