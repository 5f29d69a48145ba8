/** Engine processes of a test: started, asked, signalled, and all gone when the test file ends. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromJson, toJson } from "../../domain/values/json.ts";

export interface EngineProcess {
  readonly pid: number;
  readonly node: string;
  /** What it has written to its error and standard output. */
  readonly output: () => string;
  /** One of the answers of engine-process.ts. Rejects with the error's message, code, type and field. */
  call<T>(what: string, input?: unknown): Promise<T>;
  ask<T>(kind: string, id: string, message: string, input?: unknown, mode?: "command" | "query"): Promise<T>;
  /** SIGTERM; resolves with the exit code when it is gone. */
  end(): Promise<number | null>;
  kill(): Promise<void>;
  /** Resolves when it is gone, however that came. */
  readonly gone: Promise<unknown>;
  /** SIGSTOP and SIGCONT: a host that freezes and wakes up. */
  freeze(): void;
  thaw(): void;
}

interface Answer {
  readonly n: number;
  readonly answer?: string;
  readonly error?: string;
}

const running = new Set<ChildProcess>();
const folders = new Set<string>();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone when the tests are. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-e2e-"));
  folders.add(folder);
  return folder;
};

/** Resolves when everything that belongs there runs. */
export const engineProcess = async (
  settings: object,
  environment: Readonly<Record<string, string>> = {},
): Promise<EngineProcess> => {
  const child = fork(join(import.meta.dirname, "engine-process.ts"), [JSON.stringify(settings)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...environment },
  });
  running.add(child);
  let output = "";
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString()).slice(-20_000));
  child.stdout!.on("data", keep);
  child.stderr!.on("data", keep);
  const waiting = new Map<number, (answer: Answer) => void>();
  const gone = once(child, "exit").then(([code]) => {
    running.delete(child);
    for (const [n, answered] of waiting) answered({ n, error: toJson({ message: `it ended: ${output}` }) });
    return code as number | null;
  });
  child.on("message", (answer: Answer) => {
    waiting.get(answer.n)?.(answer);
    waiting.delete(answer.n);
  });
  const reply = <T>(n: number): Promise<T> =>
    new Promise((resolve, reject) =>
      waiting.set(n, ({ answer = "", error }) => {
        if (error === undefined) resolve((answer === "" ? undefined : fromJson(answer)) as T);
        else {
          const { message, ...rest } = fromJson(error) as { message: string };
          reject(Object.assign(new Error(message), rest));
        }
      }),
    );
  let n = 0;
  const call = <T>(what: string, input?: unknown): Promise<T> => {
    n += 1;
    const answered = reply<T>(n);
    child.send({ n, what, input: input === undefined ? "" : toJson(input) });
    return answered;
  };
  const node = await reply<string>(0);
  return {
    pid: child.pid!,
    node,
    output: () => output,
    call,
    ask: (kind, id, message, input, mode) => call("ask", { kind, id, message, input, mode }),
    end() {
      child.kill("SIGTERM");
      return gone;
    },
    async kill() {
      child.kill("SIGKILL");
      await gone;
    },
    gone,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
  };
};
