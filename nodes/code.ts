/**
 * Which code evaluates: a hash over the pure folders, on which alone the figures of a trial depend. The build writes down that
 * of its sources, so that an image and a checkout of the same code know each other.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { root } from "./package.ts";

const pure = ["domain", "simulation", "strategies"];

/** The first 12 digits of a SHA-256, in hex. */
export const codeHash = (): string => {
  const here = new URL("../", import.meta.url);
  const built = new URL("code.txt", here);
  if (here.href !== root.href && existsSync(built)) return readFileSync(built, "utf8").trim();
  return hashOfCode(here);
};

/** Of the TypeScript or JavaScript below this folder; it ends with a slash. */
export const hashOfCode = (folder: URL): string => {
  const hash = createHash("sha256");
  for (const part of pure)
    for (const file of readdirSync(new URL(part, folder), { recursive: true, encoding: "utf8" }).sort())
      if (/\.(ts|js)$/.test(file))
        hash.update(`${part}/${file}\n`).update(readFileSync(new URL(`${part}/${file}`, folder)));
  return hash.digest("hex").slice(0, 12);
};
