/** How far a long verb is: on a terminal one line that is written over, otherwise a line now and then, always on stderr. */
import { say } from "./terminal.ts";

/** Between two lines where there is no terminal. */
const LINE_EVERY_MS = 5_000;

export interface ProgressLine {
  /** `done`: share of the work, from 0 to 1. `text` is followed by the time left. */
  show(text: string, done: number): void;
  /** Leaves the line as it is. */
  end(): void;
}

export const progressLine = (): ProgressLine => {
  const begun = performance.now();
  let [told, open] = [begun, false];
  return {
    show(text, done) {
      const now = performance.now();
      const leftS = Math.round(((now - begun) / 1_000) * (1 / Math.max(done, 1e-9) - 1));
      const line = `${text}, ${leftS} s left`;
      if (process.stderr.isTTY) {
        process.stderr.write(`\r${line}\u001b[K`);
        open = true;
      } else if (now - told >= LINE_EVERY_MS) {
        told = now;
        say(line);
      }
    },
    end() {
      if (open) process.stderr.write("\n");
    },
  };
};
