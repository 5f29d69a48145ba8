/** How often an actor failed or was lost here of late, and when it may be started again: at once, then after 1, 2, 4 ... seconds. */
export class Troubles {
  readonly #of = new Map<string, { count: number; notBefore: number }>();
  readonly #pauseMaxMs: number;

  constructor(pauseMaxMs: number) {
    this.#pauseMaxMs = pauseMaxMs;
  }

  count(key: string): number {
    return this.#of.get(key)?.count ?? 0;
  }

  notBefore(key: string): number {
    return this.#of.get(key)?.notBefore ?? 0;
  }

  /** One more; returns the pause before the next start, ms. Forgotten after a good minute without. */
  add(key: string, now: number): number {
    const before = this.#of.get(key);
    const count = before !== undefined && now - before.notBefore < 60_000 ? before.count + 1 : 1;
    const pause = count === 1 ? 0 : Math.min(this.#pauseMaxMs, 500 * 2 ** (count - 1));
    this.#of.set(key, { count, notBefore: now + pause });
    return pause;
  }
}
