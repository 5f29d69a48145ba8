/** Files that a backtest leaves: the page, trades and orders, by the ending of their names; and what is refused before anything runs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, it } from "vitest";
import { checkExport, reportChoice, writeExport, writeHtml } from "../../cli/backtesting/outputs.ts";
import { readTrades } from "../../cli/performance/trades-file.ts";
import { savedResult, worked } from "../domain/reports/worked.ts";
import { scratch } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());
const path = (name: string): string => join(folder.path, name);

const exported = {
  trades: worked.trades,
  result: savedResult(worked),
  orders: [{ id: "1" }],
  ordersCsv: () => "at\n",
};

it("writes trades or the whole result, and orders, packed where the name says so", () => {
  for (const name of ["a.csv", "a.json", "a.csv.gz"]) {
    expect(writeExport({ exportFilename: path(name) }, exported)).toBe(path(name));
    expect(readTrades("--trades", path(name)).map(({ profit }) => profit)).toEqual([20, -10, 30, 0, -20]);
  }
  writeExport({ export: "signals", exportFilename: path("o.json.gz") }, exported);
  expect(gunzipSync(readFileSync(path("o.json.gz"))).toString()).toBe('[{"id":"1"}]');
  expect(writeExport({ export: "none", exportFilename: path("n.csv") }, exported)).toBeUndefined();
});

it("writes the page", () => {
  writeHtml(path("r.html"), worked, [], "shoal");
  expect(readFileSync(path("r.html"), "utf8")).toContain("<h1>by-hand</h1>");
  expect(() => writeHtml(path("no/r.html"), worked, [], "shoal")).toThrow(
    /--html: expected a file that can be/,
  );
});

it("refuses names and periods that there are not", () => {
  expect(() => checkExport({ export: "trades" })).toThrow(/--export-filename: expected a file/);
  expect(() => checkExport({ exportFilename: "x.txt" })).toThrow(/ends in .csv, .json/);
  expect(() => reportChoice({ breakdown: ["decade"] })).toThrow(/--breakdown/);
});
