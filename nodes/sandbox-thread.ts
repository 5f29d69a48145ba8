/**
 * The sandbox exchange in a thread of its own, so that the venue does not take the engine's time, as no venue does.
 * The thread says where it listens, or why it cannot.
 */
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Invalid } from "../domain/values/invalid.ts";
import { startSandbox, type SandboxOptions } from "../sandbox/sandbox.ts";
import type { MirrorOptions } from "./mirror.ts";

export interface SandboxThread {
  readonly url: string;
  readonly symbols: readonly string[];
  /** Rejects when the thread dies unasked. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

type Said =
  | { readonly type: "up"; readonly url: string; readonly symbols: readonly string[] }
  | { readonly type: "told"; readonly problem: string }
  | { readonly type: "failed"; readonly field: string | undefined; readonly message: string };

export interface SandboxParts {
  /** In place of the options' market: a real venue's. */
  readonly mirror?: MirrorOptions;
  /** What goes wrong with the mirrored venue, and is mended. */
  readonly tell?: (problem: string) => void;
}

/** Throws `Invalid` naming the option that is wrong, or an Error when the mirrored venue is not there. */
export const sandboxThread = async (
  options: SandboxOptions,
  { mirror, tell }: SandboxParts = {},
): Promise<SandboxThread> => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { sandbox: options, mirror } });
  const said = await new Promise<Exclude<Said, { readonly type: "told" }>>((resolve, reject) => {
    worker.on("message", (heard: Said) => (heard.type === "told" ? tell?.(heard.problem) : resolve(heard)));
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`the sandbox's thread ended with ${code}`)));
  });
  if (said.type === "failed") {
    await worker.terminate();
    throw said.field === undefined ? new Error(said.message) : Invalid.told(said.field, said.message);
  }
  let stopping = false;
  const died = new Promise<never>((_resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => {
      if (!stopping) reject(new Error(`the sandbox's thread ended with ${code}`));
    });
  });
  died.catch(() => undefined);
  return {
    url: said.url,
    symbols: said.symbols,
    died,
    stop: async () => {
      stopping = true;
      await worker.terminate();
    },
  };
};

const given = workerData as {
  readonly sandbox?: SandboxOptions;
  readonly mirror?: MirrorOptions;
} | null;
if (!isMainThread && parentPort !== null && given?.sandbox !== undefined) {
  const say = (said: Said): void => parentPort!.postMessage(said);
  // Waiting for an answer must not count as having nothing to do.
  parentPort.ref();
  const mirrored = async () => {
    if (given.mirror === undefined) return undefined;
    const { openMirror } = await import("./mirror.ts");
    return openMirror(given.mirror, (problem) => say({ type: "told", problem }));
  };
  const options = given.sandbox;
  mirrored()
    .then((market) => startSandbox(options, market))
    .then(
      ({ url, symbols }) => say({ type: "up", url, symbols }),
      (error: unknown) => {
        const { message } = error as Error;
        say({ type: "failed", field: error instanceof Invalid ? error.field : undefined, message });
      },
    );
}
