/** When prices are told to a risk plan next: at the first moment of each stretch of time. */
export class Looks {
  nextAt: number;
  private readonly everyMs: number;

  /** Without a stretch: never. */
  constructor(everyMs = Infinity) {
    this.everyMs = everyMs;
    this.nextAt = everyMs === Infinity ? Infinity : 0;
  }

  /** True once a stretch. */
  due(at: number): boolean {
    if (at < this.nextAt) return false;
    this.nextAt = (Math.floor(at / this.everyMs) + 1) * this.everyMs;
    return true;
  }
}
