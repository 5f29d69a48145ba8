/** The other end of `threads`: what a thread's program calls once, with the function that evaluates one task. */
import { parentPort } from "node:worker_threads";
import type { Answer } from "./threads.ts";

export const serve = <Task, Found>(evaluate: (task: Task) => Found): void => {
  const port = parentPort!;
  const answer = (reply: Answer<Found>): void => port.postMessage(reply);
  port.on("message", (task: Task) => {
    try {
      answer({ found: evaluate(task) });
    } catch (error) {
      answer({ failed: error instanceof Error ? error.message : String(error) });
    }
  });
};
