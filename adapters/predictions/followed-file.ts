/**
 * Predictions out of a CSV file that a model goes on writing: read whole at first, then what was appended, looked for once a second when
 * somebody asks. A line counts when it has ended. One that is wrong is told and passed over: the model is another program, and its
 * mistake stops no strategy; without newer ones what is known goes stale, and the strategy knows. A file that was written anew is read
 * again from its start; what is known stays.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { Invalid } from "../../domain/values/invalid.ts";
import {
  HEADER,
  parsePrediction,
  Predictions,
  type PredictionSource,
} from "../../domain/strategy/predictions.ts";
import type { Clock } from "../clock/clock.ts";

const LOOK_EVERY_MS = 1_000;

export interface FollowedFile {
  readonly path: string;
  /** Of the configuration, for what is wrong at the start. */
  readonly field: string;
  readonly clock: Pick<Clock, "monotonic">;
  readonly tell: (problem: string) => void;
}

/** Throws `Invalid` naming the field where there is no such file, and the line where it is wrong from the start. */
export const followedPredictions = ({ path, field, clock, tell }: FollowedFile): PredictionSource => {
  const known = new Predictions();
  let [offset, line, inode, header] = [0, 0, 0, Buffer.alloc(0)];
  let lookedAt = -Infinity;
  let away = false;

  const take = (text: string, wrong: (error: Invalid) => void): void => {
    for (const each of text.split(/\r?\n/)) {
      line += 1;
      const at = `${path}:${line}`;
      try {
        if (line === 1 && each !== HEADER) throw new Invalid(at, HEADER, each);
        if (line === 1 || each === "") continue;
        known.add(...parsePrediction(each, at));
      } catch (error) {
        if (!(error instanceof Invalid)) throw error;
        wrong(error);
      }
    }
  };

  const look = (wrong: (error: Invalid) => void): void => {
    lookedAt = clock.monotonic();
    const file = openSync(path, "r");
    try {
      const { size, ino } = fstatSync(file);
      const start = bytesOf(file, 0, Math.min(header.length, size));
      // Another file, or another text in it.
      if (ino !== inode || size < offset || !start.equals(header)) [offset, line] = [0, 0];
      inode = ino;
      const bytes = bytesOf(file, offset, size);
      const whole = bytes.lastIndexOf(10);
      if (whole < 0) return;
      if (offset === 0) header = Buffer.from(bytes.subarray(0, START_BYTES));
      offset += whole + 1;
      take(bytes.subarray(0, whole).toString(), wrong);
    } finally {
      closeSync(file);
    }
  };

  try {
    look((error) => {
      throw error;
    });
  } catch (error) {
    if (error instanceof Invalid) throw error;
    throw new Invalid(field, `a file that can be read (${(error as Error).message})`, path);
  }
  return {
    latest(symbol, now) {
      if (clock.monotonic() - lookedAt >= LOOK_EVERY_MS)
        try {
          look((error) => tell(`a prediction is passed over: ${error.message}`));
          away = false;
        } catch (error) {
          if (!away) tell(`no predictions are read: ${(error as Error).message}`);
          away = true;
        }
      return known.latest(symbol, now);
    },
  };
};

/** By which a file that was written anew is known, if it has the same place on the disk and is no shorter. */
const START_BYTES = 256;

const bytesOf = (file: number, from: number, to: number): Buffer => {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let filled = 0;
  while (filled < bytes.length) {
    const count = readSync(file, bytes, filled, bytes.length - filled, from + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
};
