/**
 * One server program as a child process: found on this machine, started on a free port of loopback with a
 * temporary folder, ended by pid. The programs themselves are in servers.ts.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export type ServerName = "nats-server" | "redis-server" | "influxd" | "prometheus";
/** What tests of containers need beside the servers. */
export type ContainerTool = "podman" | "runc" | "docker-compose" | "iptables" | "nsenter" | "busybox";

export interface Server {
  readonly port: number;
  /** `nats://127.0.0.1:4222`, `redis://...` or `http://...`. */
  readonly url: string;
  readonly pid: number;
  /** Ends it and removes its files. Safe to call twice and after `kill`. */
  stop(): Promise<void>;
  /** kill -9. Its files stay, so that `restart` finds them. */
  kill(): Promise<void>;
  /** Starts it again on the same port and the same files; resolves when it answers. */
  restart(): Promise<void>;
}

const folders = [
  ...(process.env["PATH"] ?? "").split(delimiter),
  "/usr/sbin",
  "/sbin",
  "/bin",
  "/usr/local/bin",
  "/usr/local/sbin",
];
const told = new Set<ServerName | ContainerTool>();

/** The path of the program, or undefined. Throws when it is missing and REQUIRE_SERVERS=1. */
export const findServer = (name: ServerName | ContainerTool): string | undefined => {
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      continue;
    }
  }
  if (process.env["REQUIRE_SERVERS"] === "1")
    throw new Error(`${name} is not installed and REQUIRE_SERVERS=1: run npm run servers`);
  if (!told.has(name))
    process.stderr.write(`${name} is not installed: its tests are skipped (npm run servers)\n`);
  told.add(name);
  return undefined;
};

/** A port that was free a moment ago. */
export const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
};

/** Resolves once `condition` holds; throws naming `what` when it does not within `withinMs`. */
export const eventually = async (
  what: string,
  condition: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> => {
  const end = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for: ${what}`);
    await pause(10);
  }
};

export interface Plan {
  readonly name: ServerName;
  readonly scheme: "nats" | "redis" | "http";
  /** Writes configuration into the folder; returns the arguments. */
  prepare(folder: string, port: number, secondPort: number): readonly string[];
  answers(port: number): Promise<boolean>;
}

const running = new Set<ChildProcess>();
const temporary = new Set<string>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of temporary) rmSync(folder, { recursive: true, force: true });
});
/** Where it exists, the kernel ends a server whose starter was itself killed. */
const guard = existsSync("/usr/bin/setpriv") ? ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"] : [];

const launch = async (
  plan: Plan,
  path: string,
  args: readonly string[],
  port: number,
): Promise<ChildProcess> => {
  const [program = path, ...rest] = [...guard, path, ...args];
  const child = spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let output = "";
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-4_000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  child.once("exit", () => running.delete(child));
  await eventually(
    `${plan.name} to answer on port ${port}`,
    async () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${plan.name} ended at once: ${output}`);
      return plan.answers(port);
    },
    20_000,
  );
  return child;
};

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
};

export const start = async (plan: Plan): Promise<Server> => {
  const path = findServer(plan.name);
  if (path === undefined) throw new Error(`${plan.name} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), `shoal-${plan.name}-`));
  temporary.add(folder);
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const args = plan.prepare(folder, port, await freePort());
    try {
      let child = await launch(plan, path, args, port);
      return {
        port,
        url: `${plan.scheme}://127.0.0.1:${port}`,
        get pid() {
          return child.pid!;
        },
        kill: () => end(child, "SIGKILL"),
        async restart() {
          await end(child, "SIGKILL");
          child = await launch(plan, path, args, port);
        },
        async stop() {
          await end(child, plan.name === "nats-server" ? "SIGKILL" : "SIGTERM");
          rmSync(folder, { recursive: true, force: true });
          temporary.delete(folder);
        },
      };
    } catch (error) {
      // Another process may have taken the port between the question and the start.
      if (attempt === 3) throw error;
    }
  }
};
