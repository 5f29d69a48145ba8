/** A thread's program for tests: doubles numbers; 13 throws, and what `deadly` counts down ends the thread. */
import { workerData } from "node:worker_threads";
import { serve } from "../../../adapters/compute/thread.ts";

const { deadly } = workerData as { readonly deadly: SharedArrayBuffer };
/** By task: how many threads it still ends. */
const left = new Int32Array(deadly);

serve<number, { readonly twice: number }>((task) => {
  if (task === 13) throw new Error("13 cannot be doubled");
  if (task < left.length && Atomics.sub(left, task, 1) > 0) process.exit(7);
  // The later the task, the sooner it is done: answers overtake one another.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, 20 - task));
  return { twice: 2 * task };
});
