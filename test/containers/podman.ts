/**
 * podman, docker-compose and iptables for tests: found on this machine, set up so that they run where there is neither
 * systemd nor cgroup v2, and everything they made removed at the end. Linux, as root.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually, findServer } from "../servers.ts";

const run = promisify(execFile);

const tools = ["podman", "runc", "docker-compose", "iptables", "nsenter", "busybox"] as const;

/** Whether containers can be run here; otherwise tells why not, and throws when REQUIRE_SERVERS=1. */
export const canRunContainers = (): boolean => {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    const why = "containers are tested on Linux, as root";
    if (process.env["REQUIRE_SERVERS"] === "1") throw new Error(why);
    process.stderr.write(`${why}: their tests are skipped\n`);
    return false;
  }
  return tools.every((tool) => findServer(tool) !== undefined);
};

/** runc and cgroupfs run anywhere; netavark brings names; the limits are those that any root may set. */
const configuration = `[containers]
default_ulimits = ["nofile=16384:16384", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
`;

export interface Container {
  readonly id: string;
  readonly name: string;
  /** Host name inside: the beginning of its node's name. */
  readonly hostname: string;
  /** Of its first process, as this machine counts. */
  readonly pid: number;
  readonly address: string;
  readonly state: string;
}

export class Podman {
  readonly folder = mkdtempSync(join(tmpdir(), "shoal-podman-"));
  readonly environment: NodeJS.ProcessEnv;
  readonly #socket = join(this.folder, "podman.sock");
  #service: ChildProcess | undefined;

  constructor() {
    const path = join(this.folder, "containers.conf");
    writeFileSync(path, configuration);
    this.environment = {
      ...process.env,
      CONTAINERS_CONF: path,
      DOCKER_HOST: `unix://${this.#socket}`,
      COMPOSE_HTTP_TIMEOUT: "120",
    };
  }

  /** What it wrote to standard output. Rejects with what it wrote to standard error. */
  async do(...args: readonly string[]): Promise<string> {
    return this.run("podman", args);
  }

  async run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<string> {
    const env = { ...this.environment, ...more };
    const { stdout } = await run(findServer(program as "podman") ?? program, [...args], {
      env,
      maxBuffer: 64e6,
    });
    return stdout.trim();
  }

  /** The Docker API that docker-compose speaks. */
  async serve(): Promise<void> {
    this.#service = spawn("podman", ["system", "service", "--time=0", `unix://${this.#socket}`], {
      env: this.environment,
      stdio: "ignore",
    });
    await eventually("podman's API", () =>
      this.run("podman", ["--url", `unix://${this.#socket}`, "version"]).then(
        () => true,
        () => false,
      ),
    );
  }

  async inspect(name: string): Promise<Container> {
    const [one] = JSON.parse(await this.do("inspect", "--type", "container", name)) as {
      readonly Id: string;
      readonly Name: string;
      readonly Config: { readonly Hostname: string };
      readonly State: { readonly Pid: number; readonly Status: string };
      readonly NetworkSettings: {
        readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
      };
    }[];
    const { Id: id, Name, Config, State, NetworkSettings } = one!;
    return {
      id,
      name: Name,
      hostname: Config.Hostname,
      pid: State.Pid,
      state: State.Status,
      address: Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "",
    };
  }

  /** Rules of the packet filter inside of that container's network alone. */
  iptables({ pid }: Container, ...rule: readonly string[]): Promise<string> {
    return this.run("nsenter", ["-t", `${pid}`, "-n", "iptables", "-w", "5", ...rule]);
  }

  close(): void {
    this.#service?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}
