/**
 * One figure of performance: ours against a reference measured in the same run, in turn (A B A B ...),
 * at least nine rounds after a warm-up, judged by the median of the per-round ratios. Machines are shared and
 * noisy: figures are printed, never asserted.
 */
export interface Result {
  readonly figure: string;
  readonly what: string;
  readonly ours: number;
  readonly reference: number;
  readonly unit: string;
  readonly referenceName: string;
  /** Median over rounds of ours / reference. */
  readonly ratio: number;
  readonly target: string;
  readonly met: boolean;
  readonly note?: string;
}

/** bench/<name>.bench.ts exports one as `figure`; bench/bench.ts runs them all, or those named. */
export interface Figure {
  readonly name: string;
  run(): Promise<readonly Result[]>;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
};

/** Runs `ours` and `reference` in turn; both return the figure of one round (time or rate, the same unit). */
export const inTurn = async (
  ours: () => Promise<number> | number,
  reference: () => Promise<number> | number,
  rounds = 9,
): Promise<{ ours: number; reference: number; ratio: number }> => {
  await ours();
  await reference();
  const a: number[] = [];
  const b: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    a.push(await ours());
    b.push(await reference());
  }
  return { ours: median(a), reference: median(b), ratio: median(a.map((value, i) => value / b[i]!)) };
};
