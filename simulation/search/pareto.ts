/**
 * Who is better when several losses count: non-dominated sorting and crowding distance of NSGA-II (Deb, Pratap, Agarwal and
 * Meyarivan 2002). a dominates b when it is nowhere worse and somewhere better. The first front is dominated by nobody, the
 * next only by fronts before it. With one loss this is plain sorting. Ties keep their order, so equal input gives equal output.
 */
export type Losses = readonly number[];

export const dominates = (a: Losses, b: Losses): boolean => {
  let better = false;
  for (let i = 0; i < a.length; i += 1) {
    if (a[i]! > b[i]!) return false;
    if (a[i]! < b[i]!) better = true;
  }
  return better;
};

/** Places in `all`, front by front; those without losses are in none. By insertion in lexical order (Zhang et al. 2015). */
export const frontsOf = (all: readonly (Losses | null)[]): readonly (readonly number[])[] => {
  const order = all
    .map((losses, place) => ({ losses, place }))
    .filter((each): each is { losses: Losses; place: number } => each.losses !== null)
    .sort((a, b) => lexical(a.losses, b.losses) || a.place - b.place);
  const fronts: number[][] = [];
  for (const { losses, place } of order) {
    // Nobody later in lexical order dominates an earlier one, so members are never thrown out again.
    const front = fronts.find((members) => !dominated(all, members, losses));
    if (front === undefined) fronts.push([place]);
    else front.push(place);
  }
  return fronts;
};

/** The first front alone, in lexical order: its first member has the lowest first loss of all. */
export const firstFront = (all: readonly (Losses | null)[]): readonly number[] => {
  const order = all
    .flatMap((losses, place) => (losses === null ? [] : [place]))
    .sort((a, b) => lexical(all[a]!, all[b]!) || a - b);
  const members: number[] = [];
  for (const place of order) if (!dominated(all, members, all[place]!)) members.push(place);
  return members;
};

/** From the last member back: neighbours in lexical order are the likeliest to dominate. */
const dominated = (all: readonly (Losses | null)[], members: readonly number[], losses: Losses): boolean => {
  for (let i = members.length - 1; i >= 0; i -= 1) if (dominates(all[members[i]!]!, losses)) return true;
  return false;
};

const lexical = (a: Losses, b: Losses): number => {
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
};

/**
 * For each of the points the sum over the losses of the gap between its two neighbours, over the range of the loss; Infinity
 * for the ends of each. Large: alone, and worth keeping.
 */
export const crowdingOf = (points: readonly Losses[]): Float64Array => {
  const distance = new Float64Array(points.length);
  for (let each = 0; each < (points[0]?.length ?? 0); each += 1) {
    const order = points.map((_, i) => i).sort((a, b) => points[a]![each]! - points[b]![each]! || a - b);
    const value = (place: number): number => points[order[place]!]![each]!;
    const range = value(order.length - 1) - value(0);
    distance[order[0]!] = Infinity;
    distance[order.at(-1)!] = Infinity;
    if (!(range > 0)) continue;
    for (let place = 1; place < order.length - 1; place += 1)
      distance[order[place]!]! += (value(place + 1) - value(place - 1)) / range;
  }
  return distance;
};

/** All places, best first: by front, within a front the less crowded first, those without losses last. */
export const ranking = (all: readonly (Losses | null)[]): readonly number[] => {
  const single = all.every((losses) => losses === null || losses.length === 1);
  const none = all.flatMap((losses, place) => (losses === null ? [place] : []));
  if (single) {
    const rated = all.flatMap((losses, place) => (losses === null ? [] : [place]));
    return [...rated.sort((a, b) => all[a]![0]! - all[b]![0]! || a - b), ...none];
  }
  const ranked = frontsOf(all).flatMap((front) => {
    const crowding = crowdingOf(front.map((place) => all[place]!));
    return front
      .map((place, i) => ({ place, alone: crowding[i]! }))
      .sort((a, b) => (a.alone === b.alone ? a.place - b.place : b.alone - a.alone))
      .map(({ place }) => place);
  });
  return [...ranked, ...none];
};
