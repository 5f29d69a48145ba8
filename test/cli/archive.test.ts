/** The verbs of the archive: put away, verified, brought back, and what is past its time deleted. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoal } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());
const cwd = folder.path;
const run = (...args: readonly string[]) => shoal([...args, "--json"], { cwd });

describe("an archive on the command line", () => {
  it("is made, verified, restored, and kept by a policy", async () => {
    const DAY = 86_400_000;
    // Two days of this week, one of last year.
    const today = Math.floor(Date.now() / DAY) * DAY;
    const rows = [today - 400 * DAY, today - 2 * DAY, today - DAY].flatMap((day) =>
      Array.from({ length: 24 }, (_, hour) => `${day + hour * 3_600_000},1,2,0.5,1.5,0.1`),
    );
    const text = `ts_ms,open,high,low,close,volume\n${rows.join("\n")}\n`;
    mkdirSync(join(cwd, "history", "mine"), { recursive: true });
    writeFileSync(join(cwd, "history", "mine", "A_B-1h.csv.gz"), gzipSync(text));

    const made = await run("archive");
    expect(made.code).toBe(0);
    expect(made.json).toMatchObject({
      series: [{ venue: "mine", symbol: "A/B", written: 3, rows: 72, left: 0 }],
    });
    expect((await run("restore", "archive", "--dir", "back")).json).toMatchObject({
      series: [{ candles: 72 }],
    });
    expect(gunzipSync(readFileSync(join(cwd, "back", "mine", "A_B-1h.csv.gz"))).toString()).toBe(text);

    const wished = ["retain", "archive", "--policy", "1h=1y"];
    expect((await run(...wished)).json).toMatchObject({ deleted: false, files: [{ rows: 24 }], kept: 2 });
    const done = (await run(...wished, "--yes")).json as { files: [{ path: string }] };
    expect(done).toMatchObject({ deleted: true, kept: 2 });

    const manifest = JSON.parse(readFileSync(join(cwd, "archive", "manifest.json"), "utf8")) as {
      files: { path: string }[];
    };
    writeFileSync(join(cwd, "archive", manifest.files[0]!.path), "not this");
    const verified = await run("verify-archive", "archive");
    expect(verified.code).toBe(5);
    expect(verified.json).toMatchObject({
      files: 2,
      sound: false,
      problems: [{ path: manifest.files[0]!.path, what: "damaged" }],
    });
  }, 90_000);
});
