/**
 * `npm run image [name] [-- --build-arg NODE_IMAGE=...]`: builds the image with docker or podman, whichever is there, and says how large it is and of
 * what: the Node image below, and what we lay upon it. `npm run image -- --size-only [name]` builds nothing.
 */
import { spawnSync } from "node:child_process";

const args = process.argv.slice(2);
const sizeOnly = args.includes("--size-only");
const options = args.filter((word) => word !== "--size-only");
const named = options[0]?.startsWith("-") === false ? options.shift() : undefined;
const image = named ?? "shoal";

const program = ["docker", "podman"].find((name) => spawnSync(name, ["--version"]).status === 0);
if (program === undefined) {
  process.stderr.write("neither docker nor podman is installed\n");
  process.exit(2);
}
if (!sizeOnly) {
  const { status } = spawnSync(program, ["build", "--tag", image, ...options, "."], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

const asked = spawnSync(
  program,
  ["history", "--format", "{{.Size}}\t{{.CreatedBy}}", "--no-trunc", "--human=false", image],
  {
    encoding: "utf8",
  },
);
if (asked.status !== 0) {
  process.stderr.write(asked.stderr);
  process.exit(1);
}
const layers = asked.stdout
  .trim()
  .split("\n")
  .map((line) => ({ bytes: Number(line.split("\t")[0]), by: line.split("\t")[1] ?? "" }));
const total = (some) => some.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
// The latest layer is told first; ours begin where the folder of the program is made.
const first = layers.findLastIndex(({ by }) => by.includes("WORKDIR /app") || by.includes("node_modules"));
const ours = layers.slice(0, first + 1);
const megabytes = (n) => `${n.toFixed(0)} MB`;
process.stdout.write(
  `${image}: ${megabytes(total(layers))}, of these Node ${megabytes(total(layers) - total(ours))}, ours ${megabytes(total(ours))}\n`,
);
