/**
 * How much a NATS connection holds that the server has not confirmed. The client buffers without a bound: a server that
 * reads slowly, or not at all, would fill this process's memory.
 */

/** Bytes from which the server is asked, and beyond which there is no room. */
const ASK = 1 << 18;
export const UNCONFIRMED_MAX = 1 << 25;

export class Unconfirmed {
  bytes = 0;
  #asking = false;

  get full(): boolean {
    return this.bytes > UNCONFIRMED_MAX;
  }

  /** `flush` resolves when the server has taken all that was given so far; after a lost connection nothing waits. */
  add(bytes: number, flush: () => Promise<void>): void {
    this.bytes += bytes;
    if (!this.#asking) this.#ask(flush);
  }

  #ask(flush: () => Promise<void>): void {
    const asked = this.bytes;
    this.#asking = asked > ASK;
    if (!this.#asking) return;
    const confirmed = (): void => {
      this.bytes -= asked;
      this.#ask(flush);
    };
    flush().then(confirmed, confirmed);
  }
}
