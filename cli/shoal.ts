#!/usr/bin/env node
/**
 * The `shoal` command: what it does stands in program.ts, one file per verb beside it. What has been compiled once is
 * kept beside the packages (threads inherit that by the environment), so that the next start is quicker.
 */
import { constants, enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

const packages = new URL(
  import.meta.url.includes("/dist/") ? "../../node_modules/" : "../node_modules/",
  import.meta.url,
);
const { status, directory } = enableCompileCache(fileURLToPath(new URL(".cache/shoal", packages)));
if (status === constants.compileCacheStatus.ENABLED) process.env["NODE_COMPILE_CACHE"] ??= directory;

const { main } = await import("./program.ts");
const code = await main(process.argv.slice(2));
// A forgotten handle must not keep a command that has ended; what was written goes out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
