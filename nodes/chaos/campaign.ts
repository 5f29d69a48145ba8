/**
 * Many seeds on several threads. A seed is a run of its own, so that it does not matter which thread takes it; what was
 * found is told in order of seeds. Ends after so many seeds, or when the time is over.
 */
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import type { Planted } from "./cluster.ts";
import type { Broken } from "./checks.ts";
import { groundOf, type GroundRequest } from "./ground.ts";
import { runSeed } from "./run-seed.ts";

export interface CampaignOptions {
  readonly firstSeed: number;
  /** Runs this many... */
  readonly seeds?: number | undefined;
  /** ...or as many as fit into this time. */
  readonly forMs?: number | undefined;
  readonly threads: number;
  readonly planted?: Planted | undefined;
  /** Wanderers where absent. */
  readonly ground?: GroundRequest | undefined;
  /** Stops at the first seed that breaks something. */
  readonly first?: boolean | undefined;
  readonly progress?: ((seeds: number, broken: number) => void) | undefined;
}

export interface BrokenSeed extends Broken {
  readonly seed: number;
}

export interface Campaign {
  readonly seeds: number;
  readonly events: number;
  readonly orders: number;
  /** The first broken invariant of each failing seed, in order of seeds. */
  readonly broken: readonly BrokenSeed[];
  readonly elapsedMs: number;
  readonly seedsPerMinute: number;
}

/** What a thread tells of one seed. */
interface Done {
  readonly seed: number;
  readonly events: number;
  readonly orders: number;
  readonly broken: Broken | undefined;
}

interface Share {
  readonly chaos: { readonly from: number; readonly step: number } & Pick<
    CampaignOptions,
    "planted" | "ground"
  >;
}

export const runCampaign = async (options: CampaignOptions): Promise<Campaign> => {
  const { firstSeed, seeds = Infinity, forMs = Infinity, threads } = options;
  const begun = performance.now();
  const total = { seeds: 0, events: 0, orders: 0 };
  const broken: BrokenSeed[] = [];
  const workers: Worker[] = [];
  let over = false;
  const ended = Array.from({ length: threads }, (_, k) => {
    const share: Share = {
      chaos: { from: firstSeed + k, step: threads, planted: options.planted, ground: options.ground },
    };
    const worker = new Worker(new URL(import.meta.url), {
      workerData: share,
      // A run leaves nothing behind: with room for its garbage it is a fifth faster.
      resourceLimits: { maxYoungGenerationSizeMb: 64 },
    });
    workers.push(worker);
    return new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", () => resolve());
      worker.on("message", ({ seed, broken: found, ...counts }: Done) => {
        if (!over && seed < firstSeed + seeds) {
          total.seeds += 1;
          total.events += counts.events;
          total.orders += counts.orders;
          if (found !== undefined) broken.push({ seed, ...found });
          options.progress?.(total.seeds, broken.length);
        }
        over ||= performance.now() - begun >= forMs || (options.first === true && broken.length > 0);
        // The thread waits for this before it takes the next seed.
        if (over || seed + threads >= firstSeed + seeds) void worker.terminate();
        else worker.postMessage("on");
      });
    });
  });
  await Promise.all(ended).finally(() => Promise.all(workers.map((worker) => worker.terminate())));
  const elapsedMs = Math.round(performance.now() - begun);
  broken.sort((a, b) => a.seed - b.seed);
  return { ...total, broken, elapsedMs, seedsPerMinute: Math.round((total.seeds / elapsedMs) * 60_000) };
};

/** In a thread: seed after seed, each told at its end. */
const work = async ({ chaos: { from, step, planted, ground: request } }: Share): Promise<void> => {
  const ground = request === undefined ? undefined : await groundOf(request);
  // Errors are part of every run here, and their stacks cost more than the rest.
  Error.stackTraceLimit = 0;
  const port = parentPort!;
  for (let seed = from; ; seed += step) {
    // A run that fails by itself is a finding like any other, and the seeds after it go on.
    const { events, orders, broken } = await runSeed(seed, planted, ground).catch((error: unknown) => ({
      ...{ events: 0, orders: 0 },
      broken: [{ invariant: "comes to rest", atMs: 0, detail: String(error) } as const],
    }));
    const done: Done = { seed, events, orders, broken: broken[0] };
    const next = new Promise((resolve) => port.once("message", resolve));
    port.postMessage(done);
    await next;
  }
};

const share = workerData as Partial<Share> | null;
if (!isMainThread && share?.chaos !== undefined) void work(share as Share);
