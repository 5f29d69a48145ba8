/** One scrape of the role `trainer`: what its threads do, and for whom. */
import type { TrainerNode } from "../trainer.ts";
import type { Board } from "./board.ts";

export const training = (trainer: TrainerNode, board: Board): void => {
  const stats = trainer.stats();
  board.set("trainer_threads", stats.threads);
  board.set("trainer_tasks_running", stats.running);
  board.set("trainer_tasks_waiting", stats.waiting);
  board.raise("trainer_tasks_done_total", stats.done);
  board.raise("trainer_tasks_failed_total", stats.failed);
  board.set("trainer_searches", stats.searches, { helped: "yes" });
  board.set("trainer_searches", stats.refused, { helped: "no" });
  board.raise("trainer_fetched_bytes_total", stats.fetchedBytes);
};
