/**
 * `speed: "max"`: the market moves only when its reader is idle. Per slice: market messages, `slice market`, wait
 * for `done`; then, while user data or market messages caused by requests wait, send them, `slice user`, wait. So
 * the order of everything a reader hears is the same in every run. The protocol is in docs/sandbox.md.
 */
import type { WebSocket } from "ws";
import { Invalid } from "../domain/values/invalid.ts";
import type { Floor } from "./floor.ts";
import type { Streams } from "./streams.ts";
import type { UserCounts, UserData } from "./user-data.ts";

type Phase = "market" | "user";

interface Message {
  readonly type?: unknown;
  readonly n?: unknown;
  readonly phase?: unknown;
}

/** Slices that nobody hears are run together; after so many other work gets its turn. */
const MERGED_MAX = 256;

export class Lockstep {
  readonly #floor: Floor;
  readonly #streams: Streams;
  readonly #userData: UserData;
  #reader: WebSocket | undefined;
  #awaited: { readonly n: number; readonly phase: Phase; readonly done: () => void } | undefined;
  #before: Readonly<UserCounts> = { user: 0, reports: 0, positions: 0 };
  #running = false;
  #stopped = false;

  constructor(floor: Floor, streams: Streams, userData: UserData) {
    this.#floor = floor;
    this.#streams = streams;
    this.#userData = userData;
    streams.hold();
    userData.hold();
  }

  stop(): void {
    this.#stopped = true;
    this.#awaited?.done();
  }

  /** The newest reader leads; an older one is sent away. */
  attach(socket: WebSocket): void {
    socket.on("message", (data) => {
      try {
        this.#hear(socket, JSON.parse((data as Buffer).toString()) as Message);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        socket.send(JSON.stringify({ type: "error", code: 422, message }));
      }
    });
    socket.on("close", () => {
      if (this.#reader === socket) this.#reader = undefined;
    });
  }

  #hear(socket: WebSocket, message: Message): void {
    if (message.type === "ready") {
      if (this.#reader !== undefined && this.#reader !== socket)
        this.#reader.close(1000, "another reader leads");
      if (this.#reader !== socket) this.#countAnew();
      this.#reader = socket;
      if (this.#floor.ended && !this.#running) socket.send('{"type":"end"}');
      else if (!this.#running) void this.#run();
      // The phase that an earlier reader left unanswered is over: this one has just subscribed.
      else this.#awaited?.done();
      return;
    }
    if (message.type !== "done") throw new Invalid("type", "ready or done", message.type);
    const awaited = this.#awaited;
    if (awaited === undefined || message.n !== awaited.n)
      throw new Invalid("n", awaited === undefined ? "nothing is awaited" : String(awaited.n), message.n);
    if (message.phase !== awaited.phase) throw new Invalid("phase", awaited.phase, message.phase);
    awaited.done();
  }

  /** A new reader has heard nothing of what was sent before it came. */
  #countAnew(): void {
    this.#floor.telling.forgetSent();
    this.#before = { ...this.#userData.counts };
  }

  async #run(): Promise<void> {
    this.#running = true;
    let merged = 0;
    await this.#userPhases();
    while (!this.#stopped) {
      const sentBefore = this.#streams.sentCount;
      this.#releaseMarket();
      this.#streams.pass();
      const moved = this.#floor.step();
      this.#streams.hold();
      if (!moved) break;
      if (this.#streams.sentCount > sentBefore) await this.#phase("market");
      else {
        merged += 1;
        if (merged % MERGED_MAX === 0) await new Promise(setImmediate);
      }
      await this.#userPhases();
    }
    this.#running = false;
    if (!this.#stopped) this.#reader?.send('{"type":"end"}');
    this.#streams.pass();
    this.#userData.pass();
  }

  async #userPhases(): Promise<void> {
    while (!this.#stopped && (this.#userData.heldCount > 0 || this.#streams.heldCount > 0)) {
      this.#releaseMarket();
      this.#userData.release();
      await this.#phase("user");
    }
  }

  #releaseMarket(): void {
    this.#streams.pass();
    this.#streams.hold();
  }

  async #phase(phase: Phase): Promise<void> {
    const n = this.#floor.slice;
    const { trades, quotes, books } = this.#floor.telling.sent;
    const { counts } = this.#userData;
    const user = counts.user - this.#before.user;
    const reports = counts.reports - this.#before.reports;
    const positions = counts.positions - this.#before.positions;
    const expect = { trades, quotes, books, user, reports, positions };
    const message = { type: "slice", n, phase, at: this.#floor.now, expect };
    await new Promise<void>((done) => {
      this.#awaited = { n, phase, done };
      this.#reader?.send(JSON.stringify(message));
    });
    this.#awaited = undefined;
  }
}
