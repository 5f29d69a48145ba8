/**
 * A second listener on the first account at the sandbox: which stop orders are open at the venue, event by event, in the order
 * in which the venue itself tells them. Nothing between two questions can be missed.
 */
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { userData } from "../sandbox/clients.ts";
import { temporaryFolder } from "./processes.ts";

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

const PRINT_MS = 250;

/** Half a coin a print, and a price that falls by a cent every five seconds: forty minutes of it. */
export const fallingTape = (): string => {
  const folder = temporaryFolder();
  const rows = ["ts_ms,price,amount,side,id"];
  for (let k = 0; k < 9_600; k += 1)
    rows.push(
      `${1_700_000_000_000 + k * PRINT_MS},${(100 - Math.floor(k / 20) / 100).toFixed(2)},0.500,sell,${k + 1}`,
    );
  writeFileSync(join(folder, "BTC_USDT-trades.csv"), `${rows.join("\n")}\n`);
  return folder;
};
