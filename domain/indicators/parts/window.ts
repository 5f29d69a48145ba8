/** The last `length` numbers, in a ring. */
export class Window {
  readonly length: number;
  seen = 0;
  private readonly ring: Float64Array;
  private next = 0;

  constructor(length: number) {
    this.length = length;
    this.ring = new Float64Array(length);
  }

  get full(): boolean {
    return this.seen === this.length;
  }

  /** The number that falls out; NaN as long as none does. */
  push(x: number): number {
    const { next, ring, length } = this;
    const full = this.seen === length;
    const gone = full ? ring[next]! : Number.NaN;
    ring[next] = x;
    this.next = next + 1 === length ? 0 : next + 1;
    if (!full) this.seen += 1;
    return gone;
  }

  /** `push` for the numbers of a column from `from` on, into a full window. */
  passOver(xs: Float64Array, from: number): void {
    const { ring, length, next } = this;
    for (let t = Math.max(from, xs.length - length); t < xs.length; t += 1)
      ring[(next + t - from) % length] = xs[t]!;
    this.next = (next + xs.length - from) % length;
  }

  /** The number pushed `age` pushes ago, 0 being the newest. Below `seen` only. */
  at(age: number): number {
    const i = this.next - 1 - age;
    return this.ring[i < 0 ? i + this.length : i]!;
  }

  /** The oldest of a full window. */
  get oldest(): number {
    return this.ring[this.next]!;
  }
}
