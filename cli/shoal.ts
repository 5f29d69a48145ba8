#!/usr/bin/env node
/** The `shoal` command: what it does stands in program.ts, one file per verb beside it. */
import { main } from "./program.ts";

const code = await main(process.argv.slice(2));
// A forgotten handle must not keep a command that has ended; what was written goes out first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(code)));
