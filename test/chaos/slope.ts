/** Growth by linear regression (least squares) over the last two thirds of the samples: the first third warms up. */
export interface Sample {
  readonly atMs: number;
  readonly value: number;
}

/** Per minute; 0 with fewer than three samples left. */
export const slopePerMinute = (samples: readonly Sample[]): number => {
  const late = samples.slice(Math.floor(samples.length / 3));
  if (late.length < 3) return 0;
  const mean = (of: (sample: Sample) => number): number =>
    late.reduce((sum, sample) => sum + of(sample), 0) / late.length;
  const [at, value] = [mean(({ atMs }) => atMs), mean((sample) => sample.value)];
  let [above, below] = [0, 0];
  for (const sample of late) {
    above += (sample.atMs - at) * (sample.value - value);
    below += (sample.atMs - at) ** 2;
  }
  return below === 0 ? 0 : (above / below) * 60_000;
};
