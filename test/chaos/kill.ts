/** `node test/chaos/kill.ts [--seeds 200] [--from 1] [--batch 10] [--json]`: kill -9 runs by hand; exits 1 when anything broke. */
import { parseArgs } from "node:util";
import { killBatch, TAKE_OVER_MS, type Batch } from "./kill-runs.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "200" },
    from: { type: "string", default: "1" },
    batch: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
  },
});
const say = (text: string): void => {
  if (!values.json) process.stdout.write(`${text}\n`);
};
const [seeds, from, size] = [Number(values.seeds), Number(values.from), Number(values.batch)];
const batches: Batch[] = [];
const broken: string[] = [];
for (let first = from; first < from + seeds; first += size) {
  const count = Math.min(size, from + seeds - first);
  try {
    const batch = await killBatch({
      from: first,
      seeds: count,
      tell: ({ seed, what, takeOverMs }) =>
        say(`seed ${seed}: ${what.join("; then ")}: trades again after ${Math.round(takeOverMs)} ms`),
    });
    batches.push(batch);
    broken.push(...batch.broken);
    say(
      `seeds ${first}..${first + count - 1}: ${batch.orders} orders, ${batch.fills} fills, ${batch.entries} entries, ` +
        `${batch.candles} candles told, ${(batch.wallMs / 1_000).toFixed(1)} s: ${batch.broken.length === 0 ? "nothing broken" : batch.broken.join("\n  ")}`,
    );
  } catch (error) {
    broken.push(
      `seeds ${first}..${first + count - 1}: ${error instanceof Error ? error.message : String(error)}`,
    );
    say(broken.at(-1)!);
  }
}
const takeOvers = batches
  .flatMap(({ runs }) => runs.map(({ takeOverMs }) => takeOverMs))
  .sort((a, b) => a - b);
const at = (share: number): number =>
  Math.round(takeOvers[Math.floor(share * (takeOvers.length - 1))] ?? NaN);
const sum = (of: (batch: Batch) => number): number => batches.reduce((total, batch) => total + of(batch), 0);
const result = {
  seeds: takeOvers.length,
  orders: sum(({ orders }) => orders),
  fills: sum(({ fills }) => fills),
  takeOverMs: { p50: at(0.5), p99: at(0.99), max: at(1), bound: TAKE_OVER_MS },
  broken,
};
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else
  say(
    `${result.seeds} seeds, ${result.orders} orders, ${result.fills} fills; take-over p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms; broken: ${broken.length}`,
  );
process.exit(broken.length === 0 ? 0 : 1);
