/**
 * `npm run image`: builds the image with docker or podman, whichever answers, and says how large it is and how much of
 * that is ours. After `--`: a name other than `shoal`, and options of the build (`--build-arg NODE_IMAGE=...`).
 * `--size-only` builds nothing.
 */
import { spawnSync } from "node:child_process";

const options = process.argv.slice(2).filter((word) => word !== "--size-only");
const builds = !process.argv.includes("--size-only");
const image = options[0]?.startsWith("-") === false ? options.shift() : "shoal";

const program = ["docker", "podman"].find((name) => spawnSync(name, ["info"]).status === 0);
if (program === undefined) {
  process.stderr.write("neither docker nor podman answers\n");
  process.exit(2);
}
const stop = (status) => process.exit(status ?? 1);
if (builds) {
  const { status } = spawnSync(program, ["build", "--tag", image, ...options, "."], { stdio: "inherit" });
  if (status !== 0) stop(status);
}
const ask = (...args) => {
  const { status, stdout } = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) stop(status);
  return Number.parseInt(stdout, 10);
};
const whole = ask("image", "inspect", "--format", "{{.Size}}", image) / 1e6;
const ours = (ask("run", "--rm", "--network=none", "--entrypoint", "du", image, "-sk", "/app") * 1_024) / 1e6;
process.stdout.write(
  `${image}: ${whole.toFixed(0)} MB, of these ours ${ours.toFixed(0)} MB and Node's image ${(whole - ours).toFixed(0)} MB\n`,
);
