/**
 * A bucket of requests per key (a token, an address): full at first, refilled evenly. Memory is bounded: of
 * too many the one unused for longest is forgotten.
 */
import { Failure } from "../../contracts/failure.ts";

const KEYS_MAX = 10_000;

export class TooMany extends Failure {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super(
      "TooMany",
      `too many requests; try again in ${retryAfterSeconds} s`,
      429,
      "TOO_MANY_REQUESTS",
      true,
    );
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export class RateLimit {
  readonly #perMinute: number;
  readonly #nowMs: () => number;
  /** Oldest use first. */
  readonly #buckets = new Map<string, { left: number; at: number }>();

  constructor(perMinute: number, nowMs: () => number = () => performance.now()) {
    this.#perMinute = perMinute;
    this.#nowMs = nowMs;
  }

  /** Takes one; throws `TooMany` when there is none. */
  take(key: string): void {
    const now = this.#nowMs();
    const { left, at } = this.#buckets.get(key) ?? { left: this.#perMinute, at: now };
    const filled = Math.min(this.#perMinute, left + ((now - at) * this.#perMinute) / 60_000);
    this.#buckets.delete(key);
    this.#buckets.set(key, { left: filled < 1 ? filled : filled - 1, at: now });
    if (this.#buckets.size > KEYS_MAX) {
      const [oldest] = this.#buckets.keys();
      this.#buckets.delete(oldest!);
    }
    if (filled < 1) throw new TooMany(Math.ceil(((1 - filled) * 60) / this.#perMinute));
  }
}
