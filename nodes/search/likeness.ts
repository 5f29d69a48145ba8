/** What a search and those who evaluate for it must have in common, or else the same trial could have other figures there. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Likeness } from "../../adapters/compute/trainer-messages.ts";
import { codeHash } from "../code.ts";
import { version } from "../package.ts";

/** `strategiesDir`: of the user's own strategies, where the search may need them. */
export const likenessOf = (strategiesDir: string | undefined): Likeness => ({
  version,
  code: codeHash(),
  // Its exp, log and pow are not those of every other one.
  V8: process.versions.v8,
  architecture: process.arch,
  ...(strategiesDir === undefined
    ? {}
    : { strategies: existsSync(strategiesDir) ? hashOfFolder(strategiesDir) : "not there" }),
});

/** The strategies' source: another one would give other results under the same name. */
export const hashOfFolder = (folder: string): string => {
  const hash = createHash("sha256");
  for (const file of readdirSync(folder).sort())
    if (/\.(ts|js|mjs)$/.test(file)) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest("hex");
};
