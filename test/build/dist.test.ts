/** What `npm run build` makes runs by itself: plain JavaScript, its threads and all. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "shoal-build-"));
const shoal = (...args: string[]): Promise<{ stdout: string }> =>
  run(process.execPath, [join(folder, "dist/cli/shoal.js"), ...args], { cwd: folder });

beforeAll(async () => {
  for (const name of ["node_modules", "package.json"]) symlinkSync(join(root, name), join(folder, name));
  // Types are checked apart.
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await run(
    process.execPath,
    [tsc, "-p", "tsconfig.build.json", "--noCheck", "--outDir", join(folder, "dist")],
    {
      cwd: root,
    },
  );
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("tells its version", async () => {
  expect((await shoal("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

it("trades the demo with its sandbox and its tick store in threads of their own", async () => {
  const { stdout } = await shoal(
    "start",
    "--for",
    "4s",
    "--json",
    "--quiet",
    "--data-dir",
    join(folder, "data"),
  );
  const told = JSON.parse(stdout) as { readonly ticks: number; readonly reconciled: boolean };
  expect(told.ticks).toBeGreaterThan(0);
  expect(told.reconciled).toBe(true);
}, 60_000);
