/**
 * What an account is told on /ws-api/v3: executionReport, outboundAccountPosition, balanceUpdate, listStatus,
 * in the order in which they happened. In lock-step they wait for `release`.
 */
import type { WebSocket } from "ws";
import { Way, type StreamFaults } from "./faults/stream-faults.ts";

/** Events sent so far, each counted once however many sockets listen. */
export interface UserCounts {
  user: number;
  reports: number;
  positions: number;
}

interface Listener {
  readonly account: string;
  readonly socket: WebSocket;
  /** Undefined: a socket of one account, which is sent the bare events. */
  readonly subscriptionId: number | undefined;
  readonly way: Way;
  silent: boolean;
}

interface Told {
  readonly account: string;
  readonly kind: keyof UserCounts;
  readonly json: string;
}

export class UserData {
  readonly counts: UserCounts = { user: 0, reports: 0, positions: 0 };
  readonly byAccount = new Map<string, UserCounts>();
  readonly #listeners = new Set<Listener>();
  readonly #faults: StreamFaults;
  #held: Told[] | undefined;

  constructor(faults: StreamFaults) {
    this.#faults = faults;
  }

  get heldCount(): number {
    return this.#held?.length ?? 0;
  }

  listen(account: string, socket: WebSocket, subscriptionId?: number): void {
    const way = new Way(this.#faults, (text) => {
      if (!listener.silent) socket.send(text);
    });
    const listener: Listener = { account, socket, subscriptionId, way, silent: false };
    this.#listeners.add(listener);
    socket.on("close", () => this.#listeners.delete(listener));
  }

  stop(socket: WebSocket): void {
    for (const listener of this.#listeners) if (listener.socket === socket) this.#listeners.delete(listener);
  }

  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was held, and goes on holding. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = [];
    for (const told of held) this.#send(told);
  }

  /** Sends what was held, and everything from now on. */
  pass(): void {
    this.release();
    this.#held = undefined;
  }

  tell(account: string, kind: keyof UserCounts, json: string): void {
    const told = { account, kind, json };
    if (this.#held === undefined) this.#send(told);
    else if (this.#hears(account)) this.#held.push(told);
  }

  drop(): void {
    for (const { socket } of this.#listeners) socket.terminate();
  }

  /** As of market sockets. */
  silence(pongs: boolean): void {
    for (const listener of this.#listeners) {
      listener.silent = true;
      if (!pongs) listener.socket.removeAllListeners("ping");
    }
  }

  #hears(account: string): boolean {
    for (const listener of this.#listeners) if (listener.account === account) return true;
    return false;
  }

  #send({ account, kind, json }: Told): void {
    if (!this.#hears(account)) return;
    let own = this.byAccount.get(account);
    if (own === undefined) {
      own = { user: 0, reports: 0, positions: 0 };
      this.byAccount.set(account, own);
    }
    for (const counts of [this.counts, own]) {
      counts.user += 1;
      if (kind !== "user") counts[kind] += 1;
    }
    for (const { account: whose, subscriptionId, way } of this.#listeners)
      if (whose === account)
        way.send(
          subscriptionId === undefined ? json : `{"subscriptionId":${subscriptionId},"event":${json}}`,
        );
  }
}
