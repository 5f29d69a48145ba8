/** The verbs of the archive: put away, verified, brought back, and what is past its time deleted. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { scratch, shoalHere } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());
const cwd = folder.path;
const run = (...args: readonly string[]) => shoalHere([...args, "--json"], { cwd });

describe("a folder of history", () => {
  it("is cut by a policy: rows past their time, a file that is all past it", async () => {
    const now = Date.now();
    const MINUTE = 60_000;
    const header = "ts_ms,open,high,low,close,volume\n";
    const rowsAt = (times: readonly number[]) => times.map((at) => `${at},1,2,0.5,1.5,0.1\n`).join("");
    const grid = Math.floor(now / MINUTE) * MINUTE;
    mkdirSync(join(cwd, "kept", "mine"), { recursive: true });
    const put = (name: string, text: string): void =>
      writeFileSync(join(cwd, "kept", "mine", name), gzipSync(text));
    const day = 1_440 * MINUTE;
    put("A_B-1m.csv.gz", header + rowsAt([grid - 3 * day, grid - 2 * day, grid - 5 * MINUTE]));
    put("C_D-1m.csv.gz", header + rowsAt([grid - 3 * day]));
    put("A_B-1h.csv.gz", header + rowsAt([Math.floor(now / 3_600_000) * 3_600_000 - 9 * day]));
    put(
      "A_B-trades.csv.gz",
      `ts_ms,price,amount,side,id\n${now - 2 * day},1,1,buy,1\n${now - 1_000},2,1,sell,2\n`,
    );
    const wished = ["retain", "kept", "--policy", "1m=1d,trades=1d"];
    const told = (await run(...wished)).json as { files: { path: string; rows: number; of: number }[] };
    expect(told).toMatchObject({ deleted: false });
    expect(told.files.map(({ path, rows, of }) => [path, rows, of])).toEqual([
      ["kept/mine/A_B-1m.csv.gz", 2, 3],
      ["kept/mine/C_D-1m.csv.gz", 1, 1],
      ["kept/mine/A_B-trades.csv.gz", 1, 2],
    ]);
    const text = (name: string): string =>
      gunzipSync(readFileSync(join(cwd, "kept", "mine", name))).toString();
    expect(text("A_B-1m.csv.gz").split("\n").length).toBe(5);
    expect((await run(...wished, "--yes")).json).toMatchObject({ deleted: true });
    expect(text("A_B-1m.csv.gz")).toBe(header + rowsAt([grid - 5 * MINUTE]));
    expect(text("A_B-trades.csv.gz")).toBe(`ts_ms,price,amount,side,id\n${now - 1_000},2,1,sell,2\n`);
    expect(() => text("C_D-1m.csv.gz")).toThrow("ENOENT");
    expect(text("A_B-1h.csv.gz").split("\n").length).toBe(3);
  }, 90_000);
});

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
