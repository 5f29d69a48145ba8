/**
 * The soak of five minutes waits far more than it reckons. In a run of all tests it is a process of its own, begun with the
 * first and read by the last, `test/e2e/soak.test.ts`; asked for alone that runs it itself.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { findServer } from "./servers.ts";

/** Fewer files than this were chosen by somebody who waits for them. */
const MANY = 50;

const begin = (): void => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-soak-"));
  const answer = join(folder, "answer.json");
  const log = openSync(join(folder, "log"), "w");
  const program = join(import.meta.dirname, "chaos/soak.ts");
  const args = [program, "--minutes", "5", "--rate", "3000", "--seed", "4", "--out", answer];
  const child = spawn(process.execPath, args, { stdio: ["ignore", log, log] });
  process.env["SHOAL_SOAK"] = folder;
  process.env["SHOAL_SOAK_PID"] = `${child.pid!}`;
  process.once("exit", () => {
    child.kill("SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  });
};

export class SoakBeside extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const soak = sorted.find(({ moduleId }) => moduleId.endsWith("/e2e/soak.test.ts"));
    if (soak === undefined || sorted.length < MANY || findServer("nats-server") === undefined) return sorted;
    begin();
    return [...sorted.filter((file) => file !== soak), soak];
  }
}
