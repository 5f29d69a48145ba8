/** Predictions out of a file that a model goes on writing: appended, half written, wrong, written anew, gone. */
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { followedPredictions } from "../../../adapters/predictions/followed-file.ts";
import { refused } from "../../refused.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-predictions-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HEADER = "ts_ms,symbol,score,confidence\n";
let files = 0;
const written = (text: string): string => {
  const path = join(folder, `${++files}.csv`);
  writeFileSync(path, text);
  return path;
};
const follow = (path: string) => {
  const told: string[] = [];
  let at = 0;
  const clock = { monotonic: () => at };
  const source = followedPredictions({ path, field: "strategies.0.predictions", clock, tell: (line) => told.push(line) }); // prettier-ignore
  return {
    told,
    /** A second or more later. */
    score: (now: number): number | undefined => {
      at += 1_000;
      return source.latest("A/USDT", now)?.score;
    },
    atOnce: (now: number): number | undefined => source.latest("A/USDT", now)?.score,
  };
};

describe("a file of predictions that is followed", () => {
  it("is read whole, and no prediction is known before its time", () => {
    const { score } = follow(written(`${HEADER}10,A/USDT,1,1\n20,A/USDT,-1,1\n20,B/USDT,0.5,1\n`));
    expect([9, 10, 19, 20].map(score)).toEqual([undefined, 1, 1, -1]);
  });

  it("is looked at once a second, and a line counts when it has ended", () => {
    const path = written(`${HEADER}10,A/USDT,1,1\n`);
    const { score, atOnce } = follow(path);
    appendFileSync(path, "20,A/USDT,-0.");
    expect([score(99), atOnce(99)]).toEqual([1, 1]);
    appendFileSync(path, "5,1\n");
    expect([atOnce(99), score(99)]).toEqual([1, -0.5]);
  });

  it("tells what is wrong in what was appended, with its line, and goes on behind it", () => {
    const path = written(`${HEADER}10,A/USDT,1,1\n`);
    const { score, told } = follow(path);
    appendFileSync(path, "20,A/USDT,7,1\n30,A/USDT,0.25,1\n25,A/USDT,1,1\n");
    // 25 comes behind 30: too late to be of use.
    expect(score(99)).toBe(0.25);
    expect(told).toEqual([
      `a prediction is passed over: ${path}:3.score: expected a number from -1 to 1, found 7`,
    ]);
    score(99);
    expect(told).toHaveLength(1);
  });

  it("written anew is read again from its start: at another place of the disk, shorter, or longer with another beginning", () => {
    const path = written(`${HEADER}10,A/USDT,1,1\n11,A/USDT,1,1\n`);
    const { score, told } = follow(path);
    const other = written(`${HEADER}20,A/USDT,0.2,1\n21,A/USDT,0.21,1\n22,A/USDT,0.22,1\n`);
    renameSync(other, path);
    expect(score(99)).toBe(0.22);
    writeFileSync(path, `${HEADER}30,A/USDT,0.3,1\n`);
    expect(score(99)).toBe(0.3);
    writeFileSync(path, `${HEADER}40,A/USDT,0.4,1\n41,A/USDT,0.41,1\n42,A/USDT,0.42,1\n`);
    expect(score(99)).toBe(0.42);
    // What was known is known.
    expect(score(25)).toBe(0.22);
    expect(told).toEqual([]);
  });

  it("gone, it is told once, and what is known stays until it comes back", () => {
    const path = written(`${HEADER}10,A/USDT,1,1\n`);
    const { score, told } = follow(path);
    rmSync(path);
    expect([score(99), score(99)]).toEqual([1, 1]);
    expect(told).toEqual([expect.stringMatching(/^no predictions are read: ENOENT/)]);
    writeFileSync(path, `${HEADER}20,A/USDT,-1,1\n`);
    expect(score(99)).toBe(-1);
  });

  it("is refused at the start where there is none, or where it is wrong", () => {
    expect(refused(() => follow(join(folder, "none.csv")))).toBe("strategies.0.predictions");
    const path = written(`${HEADER}10,A/USDT,1,2\n`);
    expect(refused(() => follow(path))).toBe(`${path}:2.confidence`);
    const headless = written("10,A/USDT,1,1\n");
    expect(refused(() => follow(headless))).toBe(`${headless}:1`);
  });
});
