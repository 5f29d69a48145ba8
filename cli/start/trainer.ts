/** What a process that only trains shows: a header, lines as searches come and go, and the counts, now and then and at the end. */
import colours from "picocolors";
import { withoutPassword } from "../../adapters/nats/addresses.ts";
import type { Engine } from "../../nodes/engine.ts";
import type { TrainerNode } from "../../nodes/trainer.ts";
import { answer } from "../terminal.ts";
import type { Live } from "./live.ts";

const REFRESH_MS = 1_000;
/** Between two lines of counts that changed. */
const COUNTS_EVERY_MS = 10_000;

export const trainerHeader = (
  { wire, metrics, settings: { nats } }: Engine,
  trainer: TrainerNode,
  began: number,
): readonly string[] => {
  const name = (text: string): string => colours.bold(text.padEnd(11));
  const urls = Object.values(metrics?.urls ?? {});
  return [
    `${colours.bold("shoal")} ${wire.hostId}, started in ${((performance.now() - began) / 1_000).toFixed(1)} s`,
    `${name("trains")}with ${trainer.stats().threads} threads for whoever searches over ${withoutPassword(nats!.url)}`,
    `${name("search")}npx shoal hyperopt ... --nats ${withoutPassword(nats!.url)}`,
    ...(urls.length === 0 ? [] : [`${name("metrics")}${urls.join(" ")}`]),
    `${name("stop")}Ctrl-C`,
    "",
  ];
};

export const trainerLive = (trainer: TrainerNode, write: (line: string) => void): Live => {
  let [shown, shownAt] = ["", -Infinity];
  const timer = setInterval(() => {
    for (const line of trainer.news()) write(line);
    const counts = countsText(trainer);
    if (counts === shown || performance.now() - shownAt < COUNTS_EVERY_MS) return;
    [shown, shownAt] = [counts, performance.now()];
    write(counts);
  }, REFRESH_MS);
  return {
    close() {
      clearInterval(timer);
    },
  };
};

export const concludeTrainer = (
  trainer: TrainerNode,
  { json, began }: { json: boolean; began: number },
): void => {
  const { done, failed, fetchedBytes } = trainer.stats();
  const seconds = Math.round(performance.now() - began) / 1_000;
  answer(
    json,
    { tasksDone: done, tasksFailed: failed, fetchedBytes, seconds },
    () => `ended after ${seconds} s: ${done} tasks done, ${failed} failed`,
  );
};

const countsText = (trainer: TrainerNode): string => {
  const { done, failed, running, threads, searches, waiting } = trainer.stats();
  return `searches ${searches}  tasks done ${done}  failed ${failed}  waiting ${waiting}  threads busy ${running} of ${threads}`;
};
