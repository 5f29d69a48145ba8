/** The trials of a search on disk: whole lines survive, half ones do not, another search is refused. */
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hashOfTrials, openTrialLog } from "../../../adapters/trials/trial-log.ts";

const folder = mkdtempSync(join(tmpdir(), "shoal-trials-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `trials-${++files}.jsonl`);
const identity = { strategy: "cross", seed: 1, axes: [{ name: "fast" }] };

describe("the log of trials", () => {
  it("gives back what was appended, and its hash is what sha256sum says", () => {
    const path = fresh();
    const log = openTrialLog(path, identity, false);
    expect(log.lines).toEqual([]);
    log.append(['{"index":0}', '{"index":1}']);
    log.append(['{"index":2}']);
    log.close();
    const again = openTrialLog(path, identity, false);
    expect(again.lines).toEqual(['{"index":0}', '{"index":1}', '{"index":2}']);
    const sum = execFileSync("sh", ["-c", `tail -n +2 ${path} | sha256sum`])
      .toString()
      .slice(0, 64);
    expect(hashOfTrials(again.lines)).toBe(sum);
    again.close();
  });

  it("drops a line that was cut off, and goes on behind the whole ones", () => {
    const path = fresh();
    const log = openTrialLog(path, identity, false);
    log.append(['{"index":0}']);
    log.close();
    appendFileSync(path, '{"index":1,"par');
    const again = openTrialLog(path, identity, false);
    expect(again.lines).toEqual(['{"index":0}']);
    again.append(['{"index":1}']);
    again.close();
    expect(readFileSync(path, "utf8").split("\n").slice(1)).toEqual(['{"index":0}', '{"index":1}', ""]);
  });

  it("begins anew where not even the first line is whole", () => {
    const path = fresh();
    writeFileSync(path, '{"search":{"strat');
    const log = openTrialLog(path, identity, false);
    log.append(['{"index":0}']);
    log.close();
    expect(readFileSync(path, "utf8")).toBe(`{"search":${JSON.stringify(identity)}}\n{"index":0}\n`);
  });

  it("refuses another search, naming what differs; fresh throws it away", () => {
    const path = fresh();
    openTrialLog(path, identity, false).close();
    expect(() => openTrialLog(path, { ...identity, seed: 2 }, false)).toThrow(
      /trials-\d+\.jsonl: expected the trials of this search, whose seed is 2 \(--fresh begins anew\), found "1"/,
    );
    const log = openTrialLog(path, { ...identity, seed: 2 }, true);
    expect(log.lines).toEqual([]);
    log.close();
    openTrialLog(path, { ...identity, seed: 2 }, false).close();
  });

  it("refuses a file of something else", () => {
    const path = fresh();
    writeFileSync(path, "ts,open\n1,2\n");
    expect(() => openTrialLog(path, identity, false)).toThrow(
      /expected a file of trials, whose first line tells the search/,
    );
  });
});
