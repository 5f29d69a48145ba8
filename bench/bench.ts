/** `npm run bench [-- NAME ...] [--json]`: one line per figure of performance, with its reference beside it. */
import { readdirSync } from "node:fs";
import type { Figure, Result } from "./figure.ts";

const json = process.argv.includes("--json");
const wanted = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const show = (n: number): string =>
  Math.abs(n) >= 1_000 ? Math.round(n).toLocaleString("en") : n.toPrecision(3);

const results: Result[] = [];
for (const file of readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".bench.ts"))
  .sort()) {
  const { figure } = (await import(`./${file}`)) as { figure: Figure };
  if (wanted.length > 0 && !wanted.some((name) => figure.name.toLowerCase().includes(name.toLowerCase())))
    continue;
  for (const result of await figure.run()) {
    results.push(result);
    if (!json)
      process.stdout.write(
        `${result.figure.padEnd(5)} ${result.met ? "met   " : "MISSED"} ${result.what}: ${show(result.ours)} ${result.unit}; ` +
          `${result.referenceName} ${show(result.reference)}; ratio ${result.ratio.toPrecision(3)} (target ${result.target})` +
          `${result.note === undefined ? "" : `; ${result.note}`}\n`,
      );
  }
}
if (json) process.stdout.write(`${JSON.stringify(results)}\n`);
process.exit(0);
