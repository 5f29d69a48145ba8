/** The role `trainer` of a process: threads that evaluate trials for whoever searches over this NATS (docs/hyperopt.md). */
import { availableParallelism } from "node:os";
import type { TrainerStats } from "../adapters/compute/trainer.ts";
import { connectPatiently } from "../adapters/nats/connect.ts";
import { trialTrainer } from "./search/evaluator.ts";
import type { Settings } from "./settings.ts";

export interface TrainerNode {
  stats(): TrainerStats;
  /** Lines for people since the last call, the newest of them. */
  news(): readonly string[];
  close(): Promise<void>;
}

const NEWS_MAX = 100;

/** `nats` is there: the settings were checked. Throws `NatsAway`. */
export const startTrainer = async (
  { nats, trainer: { threads = availableParallelism() }, strategiesDir }: Settings,
  name: string,
  log: (line: string) => void,
): Promise<TrainerNode> => {
  // Not the bus's own: candles on their way would hold up its heartbeats.
  const connection = await connectPatiently(nats!.url, "nats.url", `shoal trainer ${name}`);
  const news: string[] = [];
  const tell = (line: string): void => {
    log(line);
    news.push(line);
    if (news.length > NEWS_MAX) news.shift();
  };
  const trainer = await trialTrainer({ connection, name, threads, strategiesDir, tell });
  return {
    stats: () => trainer.stats(),
    news: () => news.splice(0),
    async close() {
      await trainer.close();
      await connection.close();
    },
  };
};
