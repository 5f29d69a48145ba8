/**
 * The real `shoal` command in a directory of its own: as a child process, or by the same function in this one, where a start
 * of Node would cost more than what it is to do.
 */
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

const surroundings = (env: Surroundings["env"]): NodeJS.ProcessEnv => ({
  ...{ PATH: process.env["PATH"], HOME: process.env["HOME"], NO_COLOR: "1" },
  ...env,
});

const ranOf = (code: number | null, out: string, err: string): Ran => ({
  ...{ code, out, err },
  get json() {
    return JSON.parse(out) as Record<string, unknown>;
  },
});

export const begin = (args: readonly string[], { cwd, env }: Surroundings = {}): Running => {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: cwd ?? tmpdir(),
    stdio: ["ignore", "pipe", "pipe"],
    env: surroundings(env),
  });
  started.add(child);
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => (out += data.toString()));
  child.stderr.on("data", (data: Buffer) => (err += data.toString()));
  const ended = once(child, "close").then(([code]) => {
    started.delete(child);
    return ranOf(code as number | null, out, err);
  });
  return { child, ended };
};

export const shoal = (args: readonly string[], around: Surroundings = {}): Promise<Ran> =>
  begin(args, around).ended;

type Written = (chunk: string | Uint8Array) => boolean;
let before: Promise<unknown> = Promise.resolve();

/** What `shoal.ts` does, without a process: one after the other, since directory, environment and output are this process's. */
export const shoalHere = (args: readonly string[], around: Surroundings = {}): Promise<Ran> => {
  const ran = before.then(() => runHere(args, around));
  before = ran.catch(() => undefined);
  return ran;
};

const runHere = async (args: readonly string[], { cwd, env }: Surroundings): Promise<Ran> => {
  const own = { cwd: process.cwd(), env: process.env };
  const { stdout, stderr } = process;
  const real = { out: stdout.write.bind(stdout), err: stderr.write.bind(stderr) };
  const said = { out: "", err: "" };
  const into =
    (which: keyof typeof said): Written =>
    (chunk) => {
      said[which] += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
      return true;
    };
  process.env = surroundings(env);
  process.chdir(cwd ?? tmpdir());
  stdout.write = into("out");
  stderr.write = into("err");
  try {
    // Not before: what it loads looks at once whether it may colour.
    const { main } = await import("../../cli/program.ts");
    return ranOf(await main(args), said.out, said.err);
  } finally {
    stdout.write = real.out;
    stderr.write = real.err;
    process.chdir(own.cwd);
    process.env = own.env;
  }
};
