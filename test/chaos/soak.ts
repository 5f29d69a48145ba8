/** `node test/chaos/soak.ts [--minutes 45] [--rate 20000] [--seed 1] [--json] [--out FILE]`: a soak by hand; exits 1 when anything broke. */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { soak } from "./soak-run.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "45" },
    rate: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
// Its servers and engines end with it.
process.once("SIGTERM", () => process.exit(1));
const say = (text: string): void => {
  if (!values.json) process.stdout.write(`${text}\n`);
};
const result = await soak({
  minutes: Number(values.minutes),
  perSecond: Number(values.rate),
  seed: Number(values.seed),
  tell: say,
});
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(result));
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
else {
  say(
    `${values.minutes} min, ${Math.round(result.ticksPerSecond)} ticks/s at node one, ${result.orders} orders, ${result.fills} fills, ${result.faults.length} faults`,
  );
  say(
    `node one: heap ${result.heapMb.toFixed(0)} MB, ${result.heapSlope.toFixed(2)} MB/min; anonymous ${result.anonMb.toFixed(0)} MB, ${result.anonSlope.toFixed(2)} MB/min; rss with mapped files ${result.rssMb.toFixed(0)} MB`,
  );
  say(`lag of all nodes: p99 ${result.lagP99Ms.toFixed(1)} ms, max ${result.lagMaxMs.toFixed(0)} ms`);
  say(`broken: ${result.broken.length === 0 ? "nothing" : `\n  ${result.broken.join("\n  ")}`}`);
}
process.exit(result.broken.length === 0 ? 0 : 1);
