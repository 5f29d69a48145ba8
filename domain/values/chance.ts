/**
 * Seeded chance: sfc32 (Doty-Humphrey's small fast counting generator, from PractRand), 128 bits of state.
 * Equal seeds give equal numbers on every machine. `fork` derives an independent stream from the seed and a
 * label, whatever was drawn before, so that adding a drawer disturbs no other.
 */
export class Chance {
  private readonly seed: string;
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 1;
  private spare = NaN;

  constructor(seed: number | string) {
    this.seed = String(seed);
    // FNV-1a over the seed's text, a different offset for each word of the state.
    this.a = hash(this.seed, 0x811c9dc5);
    this.b = hash(this.seed, 0x9e3779b9);
    this.c = hash(this.seed, 0x85ebca6b);
    for (let i = 0; i < 15; i += 1) this.bits();
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  next(): number {
    return ((this.bits() >>> 5) * 0x4000000 + (this.bits() >>> 6)) / 0x20000000000000;
  }

  /** Uniform integer in [0, below). */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** Standard normal, by Marsaglia's polar method. */
  gaussian(): number {
    if (!Number.isNaN(this.spare)) {
      const { spare } = this;
      this.spare = NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * scale;
      return x * scale;
    }
  }

  /** Exponential with the given mean: the wait until the next arrival. */
  wait(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  fork(label: string): Chance {
    return new Chance(`${this.seed}/${label}`);
  }
}

const hash = (text: string, offset: number): number => {
  let h = offset | 0;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h ^ (h >>> 15);
};
