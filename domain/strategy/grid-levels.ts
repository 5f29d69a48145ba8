/** How a grid is laid; and its levels found again from the orders that stand on them, of a grid of which nothing else is remembered. */

export type GridMode = "long" | "short" | "neutral";

export interface GridPlan {
  readonly mode: GridMode;
  readonly lower: number;
  readonly upper: number;
  readonly geometric: boolean;
  readonly cells: number;
  /** The least distance of two levels as a part of the price; fewer cells are made to keep it, or none. */
  readonly narrowest: number;
  /** What all cells together may cost. */
  readonly quote: number;
  /** Now: `neutral` cells that lie above it are short. */
  readonly price: number;
  /** Sizes are whole multiples of it; 0 leaves them as they are. */
  readonly lot: number;
}

/** An order of a grid's cell: a buy stands at level `cell`, a sell at level `cell` + 1. `rest`: base units not yet filled. */
export interface LevelOrder {
  readonly cell: number;
  readonly buys: boolean;
  readonly price: number;
  readonly rest: number;
}

export interface Levels {
  readonly lower: number;
  readonly upper: number;
  readonly cells: number;
}

/**
 * Among as many cells as asked for or fewer, those whose levels the prices fit best; the most where several fit alike. With
 * `scaled` lower and upper are right but for one factor, that of the price they were laid about. Medians, since a sell whose
 * level had been passed stands elsewhere.
 */
export const fitLevels = (
  orders: readonly LevelOrder[],
  plan: Levels & { readonly geometric: boolean; readonly scaled: boolean },
): Levels => {
  const { lower, upper, geometric, scaled } = plan;
  let best = { lower, upper, cells: plan.cells };
  let least = Infinity;
  for (let cells = plan.cells; cells >= 1; cells -= 1) {
    const ratios = orders.map(({ cell, buys, price }) => {
      const part = (buys ? cell : cell + 1) / cells;
      return price / (geometric ? lower * (upper / lower) ** part : lower + (upper - lower) * part);
    });
    const scale = scaled ? median(ratios) : 1;
    const off = median(ratios.map((ratio) => Math.abs(ratio / scale - 1)));
    if (off >= least - 1e-12) continue;
    least = off;
    best = { lower: lower * scale, upper: upper * scale, cells };
  }
  return best;
};

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
};
