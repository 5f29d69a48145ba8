/**
 * The name of a process on the bus. Alone a process number is enough; in a cluster it is not: the first process of every
 * container has the number 1, and two hosts of one name would take each other's messages.
 */
import { hostname } from "node:os";
import type { Settings } from "./settings.ts";

interface Here {
  readonly host: string;
  readonly pid: number;
}

/** Letters, digits and dashes: it becomes part of NATS subjects and of file names. */
export const hostIdOf = (
  { node, nats }: Pick<Settings, "node" | "nats">,
  { host, pid }: Here = { host: hostname(), pid: process.pid },
): string =>
  node ?? (nats === undefined ? `node-${pid}` : `${host.replace(/[^a-z0-9-]+/gi, "-").slice(0, 48)}-${pid}`);
