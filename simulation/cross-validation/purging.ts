/**
 * Which samples may train when others test (López de Prado, "Advances in financial machine learning", 2018, chapter 7).
 * Sample i is known from the numbers of i up to `ends[i]` (its label looks ahead). Purged is what overlaps a test block
 * in time; the embargo leaves out a little more after each test block, for what is still correlated with it.
 */
import { Invalid } from "../../domain/values/invalid.ts";

/** Samples from `from` up to, not including, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Purge {
  /** Samples that a label looks ahead: sample i is known at i + horizon. 0: a sample knows only itself. */
  readonly horizon?: number;
  /** The same for each sample: the last one that its label uses. Stands instead of `horizon`. */
  readonly ends?: ArrayLike<number>;
  /** Share of all samples left out behind each test block; 0.01 where nothing is said. */
  readonly embargo?: number;
}

/** The samples that may train, in order, as ranges as long as they can be. `test` are the blocks that test. */
export const trainingRanges = (
  count: number,
  test: readonly Range[],
  { horizon = 0, ends, embargo = 0.01 }: Purge = {},
): readonly Range[] => {
  if (!(horizon >= 0)) throw new Invalid("horizon", "samples from 0", horizon);
  if (!(embargo >= 0 && embargo < 1)) throw new Invalid("embargo", "a share from 0, below 1", embargo);
  if (ends !== undefined && ends.length !== count)
    throw new Invalid("ends", `${count} numbers, one a sample`, ends.length);
  const endOf = (i: number): number => ends?.[i] ?? i + horizon;
  const left = Math.ceil(embargo * count);
  const trains = new Uint8Array(count).fill(1);
  for (const { from, to } of test) {
    let known = to - 1;
    for (let i = from; i < to; i += 1) known = Math.max(known, endOf(i));
    for (let i = 0; i < count; i += 1) if (i <= known + left && endOf(i) >= from) trains[i] = 0;
  }
  return rangesOf(trains);
};

const rangesOf = (trains: Uint8Array): readonly Range[] => {
  const ranges: Range[] = [];
  let from = -1;
  for (let i = 0; i <= trains.length; i += 1) {
    if (trains[i] === 1) {
      if (from < 0) from = i;
    } else if (from >= 0) {
      ranges.push({ from, to: i });
      from = -1;
    }
  }
  return ranges;
};

/** `parts` blocks of all samples in order, whose lengths differ by one at most. */
export const blocksOf = (count: number, parts: number): readonly Range[] => {
  if (!Number.isInteger(parts) || parts < 2 || parts > count)
    throw new Invalid("parts", `a whole number from 2 to ${count}, the samples`, parts);
  return Array.from({ length: parts }, (_, i) => ({
    from: Math.floor((i * count) / parts),
    to: Math.floor(((i + 1) * count) / parts),
  }));
};
