/**
 * Several tests at once: Holm's step-down procedure (1979). Adjusted p-values keep the chance of any false finding at or
 * below the level, however the tests depend on one another.
 */

/** One adjusted p-value for each; NaN stays NaN and counts for nothing. */
export const holm = (pValues: readonly number[]): readonly number[] => {
  const known = pValues.flatMap((p, i) => (Number.isNaN(p) ? [] : [i]));
  const rising = known.sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = [...pValues];
  let least = 0;
  for (const [rank, i] of rising.entries()) {
    least = Math.max(least, Math.min(1, (rising.length - rank) * pValues[i]!));
    adjusted[i] = least;
  }
  return adjusted;
};
