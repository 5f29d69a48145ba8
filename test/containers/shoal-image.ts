/** The image under test, by the real Dockerfile: named after what it is built from, so that an old one is never taken for it. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { exists } from "./images.ts";
import type { Podman } from "./podman.ts";

const NAME = "localhost/shoal-under-test";
const root = join(import.meta.dirname, "../..");

/** Of everything that .dockerignore lets in, and of the Dockerfile. */
const sourcesHash = (): string => {
  const hash = createHash("sha256");
  const add = (path: string): void => {
    const full = join(root, path);
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(path).update(readFileSync(full));
  };
  const allowed = readFileSync(join(root, ".dockerignore"), "utf8").split("\n");
  for (const line of ["Dockerfile", ...allowed.filter((one) => one.startsWith("!"))])
    add(line.replace(/^!/, ""));
  return hash.digest("hex").slice(0, 12);
};

/** Builds it where it is not there yet, on `node` in place of the official Node image; removes those of other sources. */
export const shoalImage = async (podman: Podman, node: string): Promise<string> => {
  const image = `${NAME}:${sourcesHash()}`;
  if (await exists(podman, image)) return image;
  const began = performance.now();
  const old = await podman.do("images", "--quiet", NAME);
  for (const id of old.split("\n")) if (id !== "") await podman.do("rmi", "--force", id);
  const options = ["--build-arg", `NODE_IMAGE=${node}`, "--pull=never", "--layers=false", "--tag", image];
  await podman.do("build", "--quiet", ...options, root);
  console.info(`image built in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  return image;
};
