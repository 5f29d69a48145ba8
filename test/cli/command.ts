/** The real `shoal` command as a child process, in a directory of its own. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const entry = resolve(import.meta.dirname, "../../cli/shoal.mjs");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Stdout as the one JSON value that it must be. */
  readonly json: Record<string, unknown>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
}

const started = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of started) child.kill("SIGKILL");
});

/** A folder that nobody else uses; `remove` deletes it. */
export const scratch = (): { readonly path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), "shoal-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

export interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const begin = (args: readonly string[], { cwd, env }: Surroundings = {}): Running => {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: cwd ?? tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1", ...env },
  });
  started.add(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const ended = once(child, "close").then(([code]) => {
    started.delete(child);
    return {
      code: code as number | null,
      out,
      err,
      get json() {
        return JSON.parse(out) as Record<string, unknown>;
      },
    };
  });
  return { child, ended };
};

export const shoal = (args: readonly string[], around: Surroundings = {}): Promise<Ran> =>
  begin(args, around).ended;
