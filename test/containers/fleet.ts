/**
 * compose.yaml, brought up for a test: engines in containers on a network without a way out, and beside them one process
 * of ours on the same bus that runs no actors and asks. Whatever was started is gone after `down`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ActorView } from "../../contracts/host.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { candleProblems } from "../e2e/candle-witness.ts";
import { engineProcess, type EngineProcess } from "../e2e/processes.ts";
import { eventually, freePort } from "../servers.ts";
import { ownersOf, type Owners } from "./owners.ts";
import type { Container, Podman } from "./podman.ts";
import { leftOf, projectName, removeProject, removeVolumes, namelessVolumes } from "./sweep.ts";

export interface FleetOptions {
  readonly podman: Podman;
  readonly images: Readonly<Record<"SHOAL_IMAGE" | "NATS_IMAGE" | "REDIS_IMAGE" | "INFLUX_IMAGE", string>>;
  /** Of the engines; venue, servers and the folder of strategies are filled in. */
  readonly settings: object;
  readonly speed: number;
}

const repository = join(import.meta.dirname, "../..");

/** A host that is cut off is still listed for a while: its silence must not hold up the next look. */
const ANSWER_MS = 3_000;
const soon = <T>(answer: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("no answer")), ANSWER_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
};

export class Fleet {
  readonly #options: FleetOptions;
  readonly #project = projectName();
  readonly #gone: () => void;
  /** They carry no label: what is there at the end, unused, and was not at the beginning is ours. */
  readonly #volumesBefore: readonly string[];
  /** Of the gateway, on this machine's loopback. */
  #port = 0;
  #asker: EngineProcess | undefined;
  #owners: Owners | undefined;
  sandboxUrl = "";

  constructor(options: FleetOptions) {
    this.#options = options;
    const settings = {
      ...options.settings,
      strategiesDir: "/repository/test/e2e/strategies",
      venues: { sandbox: { url: "http://sandbox:9300", sandbox: {} } },
    };
    writeFileSync(this.#config, JSON.stringify(settings));
    this.#volumesBefore = namelessVolumes(options.podman);
    // For a run that is broken off.
    this.#gone = () => removeProject(options.podman, this.#project);
    process.once("exit", this.#gone);
  }

  get #config(): string {
    return join(this.#options.podman.folder, "shoal.config.yaml");
  }

  get asker(): EngineProcess {
    if (this.#asker === undefined) throw new Error("the fleet is not up");
    return this.#asker;
  }

  /** Who owns what by the table of leases, and what passes on its way into the journal. */
  get owners(): Owners {
    if (this.#owners === undefined) throw new Error("the fleet is not up");
    return this.#owners;
  }

  /** docker-compose with our files. */
  compose(...args: readonly string[]): Promise<string> {
    const { podman, images, speed } = this.#options;
    const files = ["compose.yaml", "test/containers/compose.test.yaml"].flatMap((file) => [
      "-f",
      join(repository, file),
    ]);
    return podman.run("docker-compose", ["-p", this.#project, ...files, ...args], {
      ...images,
      SHOAL_CONFIG: this.#config,
      SHOAL_REPOSITORY: repository,
      SHOAL_PORT: `${this.#port}`,
      SANDBOX_SPEED: `${speed}`,
    });
  }

  /** Resolves when that many engines and the asker share the bus. */
  async up(engines: number): Promise<void> {
    this.#port = await freePort();
    await this.compose("up", "-d", "--no-build", "nats", "redis", "influxdb", "sandbox");
    await this.scale(engines);
    const [nats] = await this.containers("nats");
    const [sandbox] = await this.containers("sandbox");
    this.sandboxUrl = `http://${sandbox!.address}:9300`;
    this.#owners = await ownersOf(`nats://${nats!.address}:4222`);
    this.#asker = await engineProcess({
      ...this.#options.settings,
      roles: ["gateway"],
      node: "asker",
      dataDir: join(this.#options.podman.folder, "data"),
      nats: { url: `nats://${nats!.address}:4222` },
      venues: { sandbox: { url: this.sandboxUrl, sandbox: {} } },
    });
  }

  /** As a user does it. */
  async scale(engines: number): Promise<void> {
    await this.compose("up", "-d", "--no-build", "--no-recreate", "--scale", `shoal=${engines}`, "shoal");
  }

  /** `shoal <words>` in the gateway's container, as the guide has it; starts that one when it does not run. */
  async shoal(...words: readonly string[]): Promise<string> {
    await this.compose("up", "-d", "--no-build", "--no-recreate", "--no-deps", "gateway");
    let told = "";
    await eventually(
      "the gateway answers",
      () =>
        this.compose("exec", "-T", "gateway", "shoal", ...words).then(
          (text) => ((told = text), true),
          () => false,
        ),
      30_000,
    );
    return told;
  }

  /** That run, are paused or have ended, in the order of their numbers. */
  async containers(service: string): Promise<readonly Container[]> {
    const { podman } = this.#options;
    const filters = [
      `label=com.docker.compose.project=${this.#project}`,
      `label=com.docker.compose.service=${service}`,
    ].flatMap((filter) => ["--filter", filter]);
    const ids = await podman.do("ps", "--all", "--quiet", ...filters);
    const found = await Promise.all(
      ids
        .split("\n")
        .filter((id) => id !== "")
        .map((id) => podman.inspect(id)),
    );
    return found.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
  }

  /** Everything that runs, with the host that runs it. Hosts that do not answer are left out. */
  async actors(): Promise<readonly ActorView[]> {
    const hosts =
      await this.asker.call<readonly { readonly id: string; readonly roles: readonly string[] }[]>("hosts");
    const told = await Promise.allSettled(
      hosts
        .filter(({ roles }) => roles.length > 0)
        .map(({ id }) => soon(this.asker.ask<readonly ActorView[]>("host", id, "actors"))),
    );
    return told.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
  }

  /** The container that owns a portfolio or an account. */
  async ownerOf(actor: string): Promise<Container> {
    const host = await this.owners.of(actor);
    const container = (await this.containers("shoal")).find(
      ({ hostname }) => host?.startsWith(`${hostname}-`) === true,
    );
    if (container === undefined) throw new Error(`${actor} is owned by no container`);
    return container;
  }

  view(): Promise<PortfolioView> {
    return this.asker.ask("portfolio", "main", "view");
  }

  /** Fills, and a minute of the market and more in them. */
  async goesOn(withinMs = 30_000): Promise<void> {
    const { counters } = await this.view();
    await eventually(
      "fills go on",
      () =>
        this.view().then(
          (now) => now.counters.fills > counters.fills + 10,
          () => false,
        ),
      withinMs,
    );
  }

  /** What strategies were told and should not have been, or the other way round. */
  async candleProblems(ids: readonly string[], symbols: readonly string[]): Promise<readonly string[]> {
    const views: (StrategyView & { readonly id: string })[] = [];
    for (const id of ids)
      views.push({ id, ...(await this.asker.ask<StrategyView>("strategy", id, "inspect")) });
    return candleProblems(views, { url: this.sandboxUrl, symbols, least: 8 });
  }

  /** Every one of `count` actors runs once, on as many hosts as there are engines. */
  settled(count: number, engines: number, withinMs = 30_000): Promise<void> {
    return eventually(`${count} actors on ${engines} engines`, () => this.complete(count, engines), withinMs);
  }

  async complete(count: number, engines?: number): Promise<boolean> {
    const all = await this.actors().catch(() => []);
    const once = new Set(all.map(({ kind, id }) => `${kind}.${id}`));
    const hosts = new Set(all.map(({ host }) => host));
    return all.length === count && once.size === count && (engines ?? hosts.size) === hosts.size;
  }

  /** Throws when anything is left. */
  async down(): Promise<void> {
    await this.#asker?.kill();
    await this.#owners?.close();
    const { podman } = this.#options;
    removeProject(podman, this.#project);
    // docker-compose leaves those of engines that were scaled away.
    removeVolumes(
      podman,
      namelessVolumes(podman).filter((name) => !this.#volumesBefore.includes(name)),
    );
    process.off("exit", this.#gone);
    const left = leftOf(podman, this.#project);
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  }
}
