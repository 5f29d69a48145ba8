/**
 * A second listener on the first account at the sandbox: which stop orders are open at the venue, event by event, in the order
 * in which the venue itself tells them. Nothing between two questions can be missed.
 */
import { once } from "node:events";
import { WebSocket } from "ws";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { userData } from "../sandbox/clients.ts";

export interface StopWatch {
  /** Stops taken so far, and the most that were open at one moment; in hedge mode of one leg. */
  readonly taken: () => number;
  readonly most: () => number;
  /** `quantity@price` of each stop that is open now. */
  readonly open: () => readonly string[];
  close(): void;
}

const ended: ReadonlySet<unknown> = new Set(["CANCELED", "FILLED", "EXPIRED", "REJECTED"]);

/** The same of a sandbox of futures, where stops stand in a list of their own. */
export const watchContractStops = async (url: string): Promise<StopWatch> => {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/private/ws?listenKey=listen-1`);
  await once(socket, "open");
  const open = new Map<number, { readonly leg: string; readonly text: string }>();
  let taken = 0;
  let most = 0;
  socket.on("message", (data) => {
    const { e, o } = JSON.parse((data as Buffer).toString()) as { e: string; o: Record<string, unknown> };
    if (e !== "ALGO_UPDATE") return;
    const id = o["aid"] as number;
    if (o["X"] !== "NEW") open.delete(id);
    else {
      taken += 1;
      const leg = String(o["ps"]);
      open.set(id, { leg, text: `${Number(o["q"])}@${Number(o["tp"])}` });
      most = Math.max(most, [...open.values()].filter((one) => one.leg === leg).length);
    }
  });
  return {
    taken: () => taken,
    most: () => most,
    open: () => [...open.values()].map(({ text }) => text),
    close: () => socket.close(),
  };
};

export const watchStops = async (sandbox: Sandbox): Promise<StopWatch> => {
  const ear = await userData(sandbox);
  const open = new Map<number, string>();
  let taken = 0;
  let most = 0;
  ear.socket.on("message", (data) => {
    const message = JSON.parse((data as Buffer).toString()) as { event?: Record<string, unknown> };
    const event = message.event ?? {};
    if (event["e"] !== "executionReport" || event["o"] !== "STOP_LOSS") return;
    const id = event["i"] as number;
    if (event["x"] === "NEW") {
      taken += 1;
      open.set(id, `${Number(event["q"])}@${Number(event["P"])}`);
      most = Math.max(most, open.size);
    } else if (ended.has(event["X"])) open.delete(id);
  });
  return {
    taken: () => taken,
    most: () => most,
    open: () => [...open.values()],
    close: () => ear.close(),
  };
};
