/** Where this program's packages stand, whether it runs from its sources or from dist/, and which version it is. */
import { readFileSync } from "node:fs";

/** Ends with a slash. */
export const root = new URL(import.meta.url.includes("/dist/nodes/") ? "../../" : "../", import.meta.url);

export const version = (
  JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as { readonly version: string }
).version;
