/**
 * Which of one run's things are which of the other's: first those of the same text and time, then, of what is left, those of
 * the same text in their order, as far apart in time as the longest delay of the run at most.
 */
export interface PairedUp<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly onlyFirst: readonly T[];
  readonly onlySecond: readonly T[];
}

export interface Likeness<T> {
  text(one: T): string;
  /** ms */
  at(one: T): number;
  /** Its text alone tells it apart from all others, however far apart in time. */
  unmistakable(one: T): boolean;
  readonly farthestMs: number;
}

export const pairUp = <T>(first: readonly T[], second: readonly T[], like: Likeness<T>): PairedUp<T> => {
  const pairs: (readonly [T, T])[] = [];
  const waiting = Map.groupBy(second, (one) => like.text(one));
  const taken = new Set<T>();
  const rest: T[] = [];
  const take = (one: T, found: T | undefined): boolean => {
    if (found === undefined) return false;
    taken.add(found);
    pairs.push([one, found]);
    return true;
  };
  for (const one of first) {
    const same = waiting.get(like.text(one)) ?? [];
    if (
      !take(
        one,
        same.find((other) => !taken.has(other) && like.at(other) === like.at(one)),
      )
    )
      rest.push(one);
  }
  const onlyFirst = rest.filter((one) => {
    const near = (other: T): boolean =>
      like.unmistakable(one) || Math.abs(like.at(other) - like.at(one)) <= like.farthestMs;
    return !take(
      one,
      waiting.get(like.text(one))?.find((other) => !taken.has(other) && near(other)),
    );
  });
  return { pairs, onlyFirst, onlySecond: second.filter((one) => !taken.has(one)) };
};
