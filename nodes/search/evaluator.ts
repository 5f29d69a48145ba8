/** Who evaluates the trials of a search: threads of this process or, with NATS, trainers, and threads here that help them. */
import { hostname } from "node:os";
import type { Compute } from "../../adapters/compute/compute.ts";
import { shareCandles } from "../../adapters/compute/shared-candles.ts";
import { threads } from "../../adapters/compute/threads.ts";
import type { Trainer, TrainerSettings } from "../../adapters/compute/trainer.ts";
import type { Evaluation } from "../../simulation/search/objectives.ts";
import { likenessOf } from "./likeness.ts";
import type { PreparedSearch } from "./prepare.ts";
import type { TrialData, TrialTask } from "./trial-thread.ts";

export type Evaluator = Compute<TrialTask, Evaluation>;

export interface Evaluating {
  readonly strategiesDir?: string | undefined;
  /** Threads of this process. */
  readonly workers: number;
  /** Address of the trainers' NATS; without it this process evaluates alone. */
  readonly nats?: string | undefined;
  readonly tell: (line: string) => void;
}

/** Candles are shared between threads, not copied. Throws `Invalid`, or what the connection threw. */
export const evaluatorOf = async (
  prepared: PreparedSearch,
  { strategiesDir, workers, nats, tell }: Evaluating,
): Promise<Evaluator> => {
  const data = dataOf(prepared, strategiesDir);
  if (nats === undefined) return trialThreads(data, { workers, tell });
  const [{ connectPatiently }, { trainers }] = await Promise.all([
    import("../../adapters/nats/connect.ts"),
    import("../../adapters/compute/trainers.ts"),
  ]);
  const connection = await connectPatiently(nats, "--nats", "shoal hyperopt");
  let helper: Trainer | undefined;
  try {
    const evaluator = await trainers<TrialTask, Evaluation>({
      connection,
      about: `${prepared.strategy.name}, ${String(prepared.identity["sampler"])}`,
      likeness: likenessOf(strategiesDir),
      data,
      tell,
    });
    if (workers > 0)
      helper = await trialTrainer({
        ...{ connection, threads: workers, strategiesDir },
        name: `${hostname()}-${process.pid}-here`,
        tell: () => undefined,
      });
    return {
      evaluate: (tasks) => evaluator.evaluate(tasks),
      async close() {
        await helper?.close();
        await evaluator.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
};

/** Helps every search that is offered on this connection and that is of the same code and strategies. */
export const trialTrainer = async ({
  strategiesDir,
  ...settings
}: Pick<TrainerSettings, "connection" | "name" | "threads" | "tell"> & {
  readonly strategiesDir: string | undefined;
}): Promise<Trainer> => {
  const { openTrainer } = await import("../../adapters/compute/trainer.ts");
  return openTrainer({
    ...settings,
    likeness: (wanted) => likenessOf(wanted["strategies"] === undefined ? undefined : (strategiesDir ?? "")),
    open: (data) => {
      const searched = data as TrialData;
      // The same files, where they lie here.
      const own = searched.strategiesDir === undefined ? undefined : strategiesDir;
      return trialThreads({ ...searched, strategiesDir: own }, { workers: 1, tell: settings.tell });
    },
  });
};

const dataOf = (
  { testing: { strategy, markets, ...testing }, judgement, around }: PreparedSearch,
  strategiesDir: string | undefined,
): TrialData => ({
  strategy: strategy.name,
  strategiesDir,
  markets: markets.map((market) => ({ ...market, candles: shareCandles(market.candles) })),
  testing,
  judgement,
  around,
});

const trialThreads = <Task, Found>(
  data: TrialData,
  { workers, tell }: Pick<Evaluating, "workers" | "tell">,
): Compute<Task, Found> => {
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
  return threads({ program: new URL(`./trial-thread${extension}`, import.meta.url), data, workers, tell });
};
