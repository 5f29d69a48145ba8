/**
 * Equity of a backtest over books at steady steps of the venues' time: what there was at the first moment before any order of ours, then at
 * whole seconds (longer steps fit a long recording), and at the end. A sample has all that happened up to its time, and nothing later.
 */
const SAMPLES_MAX = 100_000;
const steps: readonly number[] = [1_000, 10_000, 60_000, 600_000, 3_600_000];

/** Ms: the shortest step, from a second to an hour, with which so long a time has at most 100,000 samples. */
export const sampleStep = (spanMs: number): number =>
  steps.find((step) => spanMs / step <= SAMPLES_MAX) ?? steps.at(-1)!;

export class EquitySamples {
  /** Ms, rising, and equity in quote. */
  readonly at: number[] = [];
  readonly value: number[] = [];
  /** What changes after this is to be told first, by `until`. */
  due = -Infinity;
  private readonly first: number;
  /** Ms. */
  readonly step: number;

  /** Of the first and the last event, ms. */
  constructor(first: number, last: number) {
    this.first = first;
    this.step = sampleStep(last - first);
  }

  /** Something is about to change at `moment`. `value`: equity until then; NaN while nobody knows what is held is worth. */
  until(moment: number, value: number): void {
    const known = !Number.isNaN(value);
    if (this.at.length === 0) {
      if (!known) return;
      this.push(this.first, value);
      this.due = (Math.floor(this.first / this.step) + 1) * this.step;
    }
    for (; this.due < moment; this.due += this.step) if (known) this.push(this.due, value);
  }

  /** Nothing changes any more after `moment`. */
  end(moment: number, value: number): void {
    this.until(moment, value);
    if (this.at.at(-1) === moment) this.value[this.value.length - 1] = value;
    else if (!Number.isNaN(value)) this.push(moment, value);
  }

  private push(at: number, value: number): void {
    this.at.push(at);
    this.value.push(value);
  }
}
