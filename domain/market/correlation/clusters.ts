/**
 * Clusters of what moves together: agglomerative, by the average distance of members (or the nearest, single linkage). The
 * distance of two instruments is sqrt((1 - correlation) / 2): 0 for the same, 1 for the opposite.
 */
import type { Matrix } from "./shrinkage.ts";

export type Linkage = "average" | "single";

/** Two clusters joined: below `count` an instrument, from there on the join of that number. `a` is the one with the lowest member. */
export interface Join {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

export const distanceOf = (correlation: number): number => Math.sqrt(Math.max(0, (1 - correlation) / 2));

/** The joins in their order, nearest first; of equal ones the lowest numbers. */
export const joinsOf = (correlations: Matrix, linkage: Linkage = "average"): readonly Join[] => {
  const count = correlations.length;
  const distances = correlations.map((row) => Array.from(row, distanceOf));
  const sizes = new Array<number>(count).fill(1);
  const names = Array.from({ length: count }, (_, i) => i);
  const open = new Set(names);
  const joins: Join[] = [];
  while (open.size > 1) {
    const [i, j, distance] = nearest(open, distances);
    joins.push({ a: names[i]!, b: names[j]!, distance });
    for (const other of open) {
      if (other === i || other === j) continue;
      const [toI, toJ] = [distances[i]![other]!, distances[j]![other]!];
      const joined =
        linkage === "single"
          ? Math.min(toI, toJ)
          : (sizes[i]! * toI + sizes[j]! * toJ) / (sizes[i]! + sizes[j]!);
      distances[i]![other] = joined;
      distances[other]![i] = joined;
    }
    sizes[i]! += sizes[j]!;
    names[i] = count + joins.length - 1;
    open.delete(j);
  }
  return joins;
};

const nearest = (
  open: ReadonlySet<number>,
  distances: readonly (readonly number[])[],
): readonly [number, number, number] => {
  let found: readonly [number, number, number] = [0, 0, Infinity];
  for (const i of open)
    for (const j of open) if (j > i && distances[i]![j]! < found[2]) found = [i, j, distances[i]![j]!];
  return found;
};

/** The cluster of each instrument, numbered in order of their first members: what is on average nearer than `correlation` belongs together. */
export const clustersOf = (correlations: Matrix, correlation: number): readonly number[] => {
  const count = correlations.length;
  const limit = distanceOf(correlation);
  const members: number[][] = Array.from({ length: count }, (_, i) => [i]);
  const cluster = Array.from({ length: count }, (_, i) => i);
  for (const { a, b, distance } of joinsOf(correlations)) {
    const joined = [...members[a]!, ...members[b]!];
    members.push(joined);
    if (distance > limit) continue;
    const first = Math.min(...joined);
    for (const member of joined) cluster[member] = first;
  }
  const numbers = [...new Set(cluster)];
  return cluster.map((first) => numbers.indexOf(first));
};

/** The instruments in the order of the tree, so that neighbours are alike (López de Prado's quasi-diagonal order). */
export const treeOrder = (count: number, joins: readonly Join[]): readonly number[] => {
  const order: number[] = [];
  const open = [count + joins.length - 1];
  while (open.length > 0) {
    const at = open.pop()!;
    if (at < count) order.push(at);
    else open.push(joins[at - count]!.b, joins[at - count]!.a);
  }
  return count === 0 ? [] : order;
};
