/**
 * The engine's half of lock-step (docs/sandbox.md): the sandbox releases a slice of its replay, says what it has sent,
 * and waits until all of that has arrived and everything it caused has come to rest: mailboxes, outboxes, requests.
 * Event-sourced actors take their turns only then, gate by gate, so two runs form the same batches in the same order.
 */
import WebSocket from "ws";
import type { Timestamp } from "../domain/values/values.ts";
import type { Activity } from "../mixins/activity.ts";

export interface LockStepPorts {
  readonly activity: Activity;
  /** Last trade id received of each venue symbol (`XRPETH`). */
  tradesReceived(): Readonly<Record<string, number>>;
  /** User-data events received so far. */
  userReceived(): number;
  /** The market's time has come to `at`: quiet instruments learn it. */
  tellTime(at: Timestamp): void;
}

interface Slice {
  readonly type: "slice" | "end";
  readonly n: number;
  readonly phase: "market" | "user";
  readonly at: number;
  readonly expect: { readonly trades: Readonly<Record<string, number>>; readonly user: number };
}

export interface LockStep {
  /** Resolves when the replay has ended and all it caused is at rest; rejects when the sandbox goes away before. */
  readonly ended: Promise<void>;
  readonly slices: number;
  close(): void;
}

/** Connects, and says "ready": from now on the replay runs. */
export const driveLockStep = async (adminUrl: string, ports: LockStepPorts): Promise<LockStep> => {
  const { activity } = ports;
  const socket = new WebSocket(adminUrl);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  let slices = 0;
  let closed = false;

  const arrived = ({ expect }: Slice): boolean => {
    if (ports.userReceived() < expect.user) return false;
    const received = ports.tradesReceived();
    for (const symbol in expect.trades) if ((received[symbol] ?? -1) < expect.trades[symbol]!) return false;
    return true;
  };
  const step = async (slice: Slice): Promise<void> => {
    slices += 1;
    while (!arrived(slice)) {
      if (closed) return;
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (slice.phase === "market") ports.tellTime(slice.at as Timestamp);
    await activity.settle();
    if (!closed) socket.send(JSON.stringify({ type: "done", n: slice.n, phase: slice.phase }));
  };

  const ended = new Promise<void>((resolve, reject) => {
    socket.on("message", (data: Buffer) => {
      const told = JSON.parse(data.toString()) as Slice;
      if (told.type === "slice") void step(told).catch(reject);
      else void activity.settle().then(resolve, reject);
    });
    socket.once("close", () => {
      if (closed) resolve();
      else reject(new Error("the sandbox ended the lock-step connection"));
    });
    socket.on("error", reject);
  });
  await activity.settle();
  socket.send(JSON.stringify({ type: "ready" }));
  return {
    ended,
    get slices() {
      return slices;
    },
    close: () => {
      closed = true;
      socket.close();
    },
  };
};
