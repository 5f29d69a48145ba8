/**
 * The sandbox exchange in a thread of its own, so that the venue does not take the engine's time, as no venue does.
 * The thread says where it listens, or why it cannot.
 */
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Invalid } from "../domain/values/invalid.ts";
import { startSandbox, type SandboxOptions } from "../sandbox/sandbox.ts";

export interface SandboxThread {
  readonly url: string;
  readonly symbols: readonly string[];
  /** Rejects when the thread dies unasked. */
  readonly died: Promise<never>;
  stop(): Promise<void>;
}

type Said =
  | { readonly type: "up"; readonly url: string; readonly symbols: readonly string[] }
  | { readonly type: "invalid"; readonly field: string; readonly message: string };

/** Throws `Invalid` naming the option that is wrong. */
export const sandboxThread = async (options: SandboxOptions): Promise<SandboxThread> => {
  const worker = new Worker(new URL(import.meta.url), { workerData: { sandbox: options } });
  const [said] = (await once(worker, "message")) as [Said];
  if (said.type === "invalid") {
    await worker.terminate();
    throw new Invalid(said.field, said.message, undefined);
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

const given = workerData as { readonly sandbox?: SandboxOptions } | null;
if (!isMainThread && parentPort !== null && given?.sandbox !== undefined) {
  const say = (said: Said): void => parentPort!.postMessage(said);
  startSandbox(given.sandbox).then(
    ({ url, symbols }) => say({ type: "up", url, symbols }),
    (error: unknown) => {
      const { field = "sandbox", message } = error as Partial<Invalid> & Error;
      say({ type: "invalid", field, message });
    },
  );
}
