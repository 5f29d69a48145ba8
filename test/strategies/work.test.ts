/** A strategy works no longer and keeps no more as its history grows: counted (work-process.ts), for all that there are. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { strategies } from "../../strategies/index.ts";
import { planted } from "./planted.ts";
import type { Work } from "./work-process.ts";

let works: Readonly<Record<string, Work>>;

beforeAll(async () => {
  const program = fileURLToPath(new URL("work-process.ts", import.meta.url));
  // Code out of the cache was compiled without counters.
  const env = { ...process.env, NODE_COMPILE_CACHE: "" };
  const { stdout } = await promisify(execFile)(process.execPath, ["--no-opt", "--no-maglev", program], {
    env,
  });
  works = JSON.parse(stdout) as Record<string, Work>;
});

/** The market of the late period is the early one's, so the work is nearly the same. */
const worksLonger = ({ early, late }: Work): boolean => late > early * 1.1;
/** Counters get longer by their digits. */
const keepsMore = ({ small, large }: Work): boolean => large > small * 1.05 + 100;

it.each([...strategies.keys()])("%s", (name) => {
  const work = works[name]!;
  expect(work.early).toBeGreaterThan(1_000);
  expect(work.orders).toBeGreaterThan(50);
  expect(worksLonger(work), JSON.stringify(work)).toBe(false);
  expect(keepsMore(work), JSON.stringify(work)).toBe(false);
});

it("finds each of those that are planted, by what it does or by what it keeps", () => {
  expect(planted.map(({ name }) => [name, worksLonger(works[name]!), keepsMore(works[name]!)])).toEqual([
    ["planted-loop", true, false],
    ["planted-callback", true, false],
    ["planted-keeper", false, true],
  ]);
});
