/**
 * P18: from the start of the process `shoal start` to the first answer of its gateway, and to the first answer that needs
 * the whole engine. Beside it, in turn: a process of Node that does nothing, and one with a bare Moleculer broker.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../test/servers.ts";
import { median, type Figure } from "./figure.ts";

const ROUNDS = 10;
const root = join(import.meta.dirname, "..");

const exited = async (args: readonly string[]): Promise<number> => {
  const started = performance.now();
  await once(spawn(process.execPath, args, { cwd: root, stdio: "ignore" }), "exit");
  return performance.now() - started;
};
const bareBroker =
  'const { ServiceBroker } = require("moleculer"); new ServiceBroker({ logger: false }).start().then(() => process.exit())';

/** Asked every 10 ms until it answers well. */
const answer = async (url: string, token = ""): Promise<void> => {
  for (;;) {
    try {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      if (response.ok) return;
    } catch {
      // Not there yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const startOnce = async (): Promise<{ readonly first: number; readonly whole: number }> => {
  const dataDir = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  const port = await freePort();
  const started = performance.now();
  const child = spawn(
    process.execPath,
    ["cli/shoal.ts", "start", "--quiet", "--data-dir", dataDir, "--port", `${port}`],
    { cwd: root, stdio: "ignore" },
  );
  const gone = once(child, "exit").then(([code]) => {
    throw new Error(`shoal start ended with ${String(code)}`);
  });
  const base = `http://127.0.0.1:${port}/api/v1`;
  await Promise.race([answer(`${base}/ping`), gone]);
  const first = performance.now() - started;
  const { tokens } = JSON.parse(readFileSync(join(dataDir, "gateway.json"), "utf8")) as {
    readonly tokens: readonly { readonly token: string }[];
  };
  await Promise.race([answer(`${base}/status`, tokens[0]!.token), gone]);
  const whole = performance.now() - started;
  child.kill("SIGTERM");
  await gone.catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
  return { first, whole };
};

export const figure: Figure = {
  name: "P18 start",
  async run() {
    const [first, whole, node, broker]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const ours = await startOnce();
      const [empty, bare] = [await exited(["-e", "0"]), await exited(["-e", bareBroker])];
      if (round === 0) continue; // Warms the disk's cache.
      first.push(ours.first);
      whole.push(ours.whole);
      node.push(empty);
      broker.push(bare);
    }
    return [
      {
        figure: "P18",
        what: "process start to the gateway's first answer",
        ours: median(first),
        reference: median(broker),
        unit: "ms",
        referenceName: "a process with a bare Moleculer broker",
        ratio: median(first.map((ms, i) => ms / broker[i]!)),
        target: "at most 3 s",
        met: median(first) <= 3_000,
        note: `slowest ${Math.round(Math.max(...first))} ms; the whole engine answers after ${Math.round(median(whole))} ms; node -e 0 ${Math.round(median(node))} ms`,
      },
    ];
  },
};
