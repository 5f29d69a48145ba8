/**
 * Keeps two engines out of one data directory.
 *
 * The lock is a listening socket named after the directory's device and inode, on Linux in the abstract namespace: the
 * kernel lets one process have it and takes it back when that process ends, however it ends, so nothing can be stale.
 * The file `engine.pid` only tells people who holds it. Processes that share the folder but not the network namespace
 * (containers over one volume) do not see each other here; the journal's conditional puts still keep them apart.
 */
import { once } from "node:events";
import { mkdir, readFile, realpath, rm, stat, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class DirectoryInUse extends Error {
  override readonly name = "DirectoryInUse";
  readonly code = 423;
  readonly retryable = false;
}

export interface DirectoryLock {
  /** Safe to call twice. */
  release(): Promise<void>;
}

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;

const address = async (directory: string): Promise<string> => {
  const { dev, ino } = await stat(directory, { bigint: true });
  const name = `shoal-${dev}-${ino}`;
  return process.platform === "linux" ? `\0${name}` : join(tmpdir(), `${name}.sock`);
};

/** Outside Linux the socket is a file, which stays behind when its process is killed. */
const removeStale = async (socket: string): Promise<void> => {
  if (process.platform === "linux") return;
  const probe = connect(socket);
  try {
    await once(probe, "connect");
  } catch (error) {
    if (isCode(error, "ECONNREFUSED")) await rm(socket, { force: true });
  } finally {
    probe.destroy();
  }
};

/** Makes the directory when it is not there. Throws `DirectoryInUse` naming the holder's pid. */
export const lockDataDirectory = async (path: string): Promise<DirectoryLock> => {
  await mkdir(path, { recursive: true });
  const directory = await realpath(path);
  const pidFile = join(directory, "engine.pid");
  const socket = await address(directory);
  await removeStale(socket);
  const server = createServer((client) => client.destroy());
  try {
    server.listen(socket);
    await once(server, "listening");
  } catch (error) {
    if (!isCode(error, "EADDRINUSE")) throw error;
    const pid = await readFile(pidFile, "utf8").catch(() => "that has just started");
    throw new DirectoryInUse(
      `the data directory ${directory} is in use by process ${pid.trim()}: stop that one first, or choose another directory`,
    );
  }
  server.unref();
  await writeFile(pidFile, `${process.pid}\n`);
  let held = true;
  return {
    async release() {
      if (!held) return;
      held = false;
      await rm(pidFile, { force: true });
      server.close();
      await once(server, "close");
    },
  };
};
