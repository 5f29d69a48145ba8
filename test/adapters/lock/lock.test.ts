import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { DirectoryInUse, lockDataDirectory } from "../../../adapters/lock/lock.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "shoal-lock-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Starts a process that wants the lock; tells what it said first. */
const holder = async (directory: string): Promise<{ child: ChildProcess; said: string }> => {
  const script = join(import.meta.dirname, "hold-process.ts");
  const child = spawn(process.execPath, [script, directory], { stdio: ["pipe", "pipe", "inherit"] });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { child, said: said.toString().trim() };
};

const end = async (child: ChildProcess, how: () => void): Promise<void> => {
  const gone = once(child, "exit");
  how();
  await gone;
};

describe("the lock of a data directory", () => {
  it("makes the directory, and is free again after its release", async () => {
    const directory = join(folder, "new", "data");
    const lock = await lockDataDirectory(directory);
    await expect(lockDataDirectory(directory)).rejects.toBeInstanceOf(DirectoryInUse);
    await lock.release();
    await lock.release();
    expect(existsSync(join(directory, "engine.pid"))).toBe(false);
    await (await lockDataDirectory(directory)).release();
  });

  it("refuses another process and names the holder and the directory, through a symbolic link too", async () => {
    const directory = join(folder, "shared");
    const { child, said } = await holder(directory);
    expect(said).toBe("held");
    const told = `the data directory ${directory} is in use by process ${child.pid}: `;
    await expect(lockDataDirectory(directory)).rejects.toThrow(told);
    symlinkSync(directory, join(folder, "link"));
    const second = await holder(join(folder, "link"));
    expect(second.said).toContain(told);
    const other = await lockDataDirectory(join(folder, "another"));
    await other.release();
    await end(child, () => child.stdin!.write("let go\n"));
    await (await lockDataDirectory(directory)).release();
  });

  it("is free as soon as its holder was killed with -9, whatever the holder left behind", async () => {
    const directory = join(folder, "killed");
    const { child, said } = await holder(directory);
    expect(said).toBe("held");
    await end(child, () => child.kill("SIGKILL"));
    expect(existsSync(join(directory, "engine.pid"))).toBe(true);
    const lock = await lockDataDirectory(directory);
    await expect(lockDataDirectory(directory)).rejects.toThrow(`process ${process.pid}:`);
    await lock.release();
  });

  it("lets exactly one of six processes in that start at once", async () => {
    const starts = await Promise.all(Array.from({ length: 6 }, () => holder(join(folder, "raced"))));
    expect(starts.filter(({ said }) => said === "held")).toHaveLength(1);
    expect(starts.filter(({ said }) => said.startsWith("DirectoryInUse: "))).toHaveLength(5);
    for (const { child, said } of starts) if (said === "held") await end(child, () => child.kill("SIGKILL"));
  });
});
