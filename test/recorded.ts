/**
 * Recorded markets for tests: the folder named by SHOAL_DATA, or ../shared/data. Without it, tests that
 * need it are skipped by name; with REQUIRE_SERVERS=1 its absence is a failure.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe } from "vitest";

const folder = resolve(process.env.SHOAL_DATA ?? `${import.meta.dirname}/../../shared/data`);

/** Path of a data set's folder or file. */
export const recordedPath = (path: string): string => `${folder}/${path}`;

/** Lines of a text file, unpacked when it ends in .gz. `path` is relative to the data folder. */
export const recordedLines = (path: string): string[] => {
  const bytes = readFileSync(`${folder}/${path}`);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").filter((line) => line !== "");
};

/** Rows of a CSV file without its header. */
export const recordedRows = (path: string): string[][] =>
  recordedLines(path)
    .slice(1)
    .map((line) => line.split(","));

/** `describe` for tests on one data set; says which one is missing. */
export const describeRecorded = (dataSet: string, tests: () => void): void => {
  const here = existsSync(`${folder}/${dataSet}`);
  if (!here && process.env.REQUIRE_SERVERS === "1")
    throw new Error(`SHOAL_DATA lacks ${dataSet} (${folder})`);
  describe.skipIf(!here)(`recorded ${dataSet}`, tests);
};
