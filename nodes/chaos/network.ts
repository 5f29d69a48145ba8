/**
 * The roads between machines, the store (journal and leases) and the venue, with seeded trouble: loss, delay, repeats,
 * reordering, and cuts in one direction or both. What is dropped is dropped in silence, as on a real network.
 */
import type { Chance } from "../../domain/values/chance.ts";
import type { VirtualTime } from "./virtual-time.ts";

export interface Trouble {
  /** Share of messages lost, told twice, and delayed by up to `slowMs`. */
  readonly lossRatio: number;
  readonly repeatRatio: number;
  readonly slowRatio: number;
  readonly slowMs: number;
}

export const calm: Trouble = { lossRatio: 0, repeatRatio: 0, slowRatio: 0, slowMs: 0 };

const POST_SLOW_MS = 5;

export class Network {
  readonly counts = { sent: 0, lost: 0, repeated: 0, slow: 0 };
  trouble: Trouble = calm;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #cuts = new Set<string>();
  /** Streams (a TCP connection) keep their order: nothing arrives before what was sent earlier. */
  readonly #arrived = new Map<string, number>();

  constructor(time: VirtualTime, chance: Chance) {
    this.#time = time;
    this.#chance = chance;
  }

  cut(from: string, to: string): void {
    this.#cuts.add(`${from}>${to}`);
  }

  mend(from: string, to: string): void {
    this.#cuts.delete(`${from}>${to}`);
  }

  heal(): void {
    this.#cuts.clear();
    this.trouble = calm;
  }

  open(from: string, to: string): boolean {
    return !this.#cuts.has(`${from}>${to}`);
  }

  /** One message of its own: may be lost and may overtake others; one that is not sent `once` may be repeated. */
  send(from: string, to: string, arrive: () => void, once = false): void {
    if (!this.#passes(from, to)) return;
    this.#time.after(this.#delay(), arrive);
    if (!once) this.#repeat(arrive);
  }

  /**
   * Through the one server that all are connected to: in order behind what was sent to the same place, and never held up so long that
   * what was sent in answer to it comes first.
   */
  post(from: string, to: string, arrive: () => void): void {
    if (!this.#passes(from, to)) return;
    this.#inOrder(`${from}>${to}`, arrive, POST_SLOW_MS);
    this.#repeat(arrive);
  }

  /** One message of a connection: in order, and never lost while the connection stands. */
  stream(connection: string, arrive: () => void): void {
    this.counts.sent += 1;
    this.#inOrder(connection, arrive);
  }

  #passes(from: string, to: string): boolean {
    const { lossRatio } = this.trouble;
    this.counts.sent += 1;
    if (this.open(from, to) && (lossRatio === 0 || this.#chance.next() >= lossRatio)) return true;
    this.counts.lost += 1;
    return false;
  }

  #repeat(arrive: () => void): void {
    const { repeatRatio } = this.trouble;
    if (repeatRatio === 0 || this.#chance.next() >= repeatRatio) return;
    this.counts.repeated += 1;
    this.#time.after(this.#delay(), arrive);
  }

  #inOrder(connection: string, arrive: () => void, longestMs = Infinity): void {
    const at = Math.max(
      this.#time.now + Math.min(longestMs, this.#delay()),
      this.#arrived.get(connection) ?? 0,
    );
    this.#arrived.set(connection, at);
    this.#time.schedule(at, arrive);
  }

  #delay(): number {
    const { slowRatio, slowMs } = this.trouble;
    if (slowRatio > 0 && this.#chance.next() < slowRatio) {
      this.counts.slow += 1;
      return this.#chance.next() * slowMs;
    }
    return 0.2 + 2 * this.#chance.next();
  }
}
