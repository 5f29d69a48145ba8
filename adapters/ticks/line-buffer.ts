/**
 * Text of numbers written straight into bytes: strings of 5,000 lines put together from pieces cost three times as
 * much, nearly all of it garbage collection on the thread that trades. A double with at most eight decimals is
 * written from its whole number of units, which reads back as the same double, since a quotient of two exact
 * integers is the nearest double; any other takes JavaScript's own text.
 */
const UNITS = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8] as const;
/** Below it a value has at most 15 digits with eight decimals. */
const SHORT_MAX = 1e7;
/** No number takes more bytes. */
const NUMBER_BYTES = 32;
const [ZERO, DOT, BILLION] = [48, 46, 1e9];

export class LineBuffer {
  length = 0;
  #bytes = Buffer.allocUnsafe(65_536);

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** A whole number from 0 to 2^53 - 1, filled with zeros to at least `width` digits. */
  whole(value: number, width = 1): void {
    this.#reserve(NUMBER_BYTES);
    let count = width;
    for (let power = 10 ** width; value >= power; power *= 10) count += 1;
    const start = this.length;
    this.length += count;
    let at = this.length;
    let rest = value;
    // 32-bit division is many times faster, so only the upper digits of a long number take the slow one.
    while (rest >= BILLION) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[--at] = ZERO + (rest - tenth * 10);
      rest = tenth;
    }
    let small = rest | 0;
    while (at > start) {
      const tenth = (small / 10) | 0;
      this.#bytes[--at] = ZERO + (small - tenth * 10);
      small = tenth;
    }
  }

  /** Any finite double, so that it reads back as itself. */
  number(value: number): void {
    if (value >= 0 && value < SHORT_MAX)
      for (let decimals = 0; decimals < UNITS.length; decimals += 1) {
        const unit = UNITS[decimals]!;
        const units = Math.round(value * unit);
        if (units / unit !== value) continue;
        const whole = Math.floor(units / unit);
        this.whole(whole);
        if (decimals === 0) return;
        this.#bytes[this.length++] = DOT;
        this.whole(units - whole * unit, decimals);
        return;
      }
    this.#reserve(NUMBER_BYTES);
    this.length += this.#bytes.write(String(value), this.length, "latin1");
  }

  /** All bytes so far, as a copy; begins anew. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }

  #reserve(more: number): void {
    if (this.length + more + NUMBER_BYTES <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * this.#bytes.length + more);
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}
