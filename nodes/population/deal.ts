/** Deals the sets of a population out to tasks: those that share most go together, and all tasks get as many, of every kind. */

/** A group that shares is cut where it is more than this part of a task. */
const PARTS = 8;

/** `keys`: one for each set; sets of equal keys have the most to share. The places of each task's sets; a task may be empty. */
export const deal = (keys: readonly (number | string)[], tasks: number): readonly (readonly number[])[] => {
  const groups = new Map<number | string, number[]>();
  for (const [place, key] of keys.entries()) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  const most = Math.max(1, Math.ceil(keys.length / tasks / PARTS));
  const dealt = Array.from({ length: tasks }, (): number[] => []);
  for (const [, group] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1)))
    for (let first = 0; first < group.length; first += most)
      fewest(dealt).push(...group.slice(first, first + most));
  return dealt;
};

/** Neighbouring groups cost alike, so each goes to another task. */
const fewest = (dealt: readonly number[][]): number[] =>
  dealt.reduce((least, each) => (each.length < least.length ? each : least));
