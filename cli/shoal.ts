#!/usr/bin/env node
/**
 * The `shoal` command: what it does stands in program.ts, one file per verb beside it. What has been compiled once is
 * kept beside the packages (threads inherit that by the environment), so that the next start is quicker.
 */
import { constants, enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
import { root } from "../nodes/package.ts";

const cache = new URL("node_modules/.cache/shoal", root);
const { status, directory } = enableCompileCache(fileURLToPath(cache));
if (status === constants.compileCacheStatus.ENABLED) process.env["NODE_COMPILE_CACHE"] ??= directory;

// Whoever read our output has gone (`| head`): the engine still stops in good order.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

const { main } = await import("./program.ts");
const code = await main(process.argv.slice(2));
// A forgotten handle must not keep a command that has ended; what was written goes out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
