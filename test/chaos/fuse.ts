/**
 * Ends its own process by SIGKILL at a point that nobody outside could hit: right after an order was journaled, as its
 * request is made, when it has left, when the answer begins to arrive. Test only: engine-process.ts arms it when told.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Entry } from "../../adapters/journal/journal.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import type { Engine } from "../../nodes/engine.ts";

/**
 * `appended`: the journal has it, nobody here was told. `unsent`: the request is made, no byte has left. `sent`: all bytes
 * have left. `answered`: the venue's answer has begun to arrive, and is lost.
 */
export const points = ["appended", "unsent", "sent", "answered"] as const;
export type Point = (typeof points)[number];

export interface Fuse {
  readonly point: Point;
  /** It burns at the n-th order that comes by. */
  readonly nth: number;
}

/** What the client under ccxt tells of its requests (Node's own `fetch`). */
const channels: Readonly<Record<Exclude<Point, "appended">, string>> = {
  unsent: "undici:request:create",
  sent: "undici:request:bodySent",
  answered: "undici:request:headers",
};

const places = ({ turns }: Entry): boolean =>
  turns.some(({ events }) =>
    (events as readonly PortfolioEvent[]).some(({ type }) => type === "OrderPlaced"),
  );

export const armFuse = ({ journal }: Engine, { point, nth }: Fuse): void => {
  let left = nth;
  const burn = (): void => {
    left -= 1;
    if (left === 0) process.kill(process.pid, "SIGKILL");
  };
  if (point !== "appended") {
    subscribe(channels[point], (message) => {
      const { method, path } = (message as { readonly request: { method: string; path: string } }).request;
      if (method === "POST" && path.startsWith("/api/v3/order")) burn();
    });
    return;
  }
  const append = journal.append.bind(journal);
  journal.append = async (stream, entry, expected) => {
    const sequence = await append(stream, entry, expected);
    if (places(entry)) burn();
    return sequence;
  };
};
