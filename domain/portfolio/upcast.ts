/**
 * Every schema that a portfolio's journal has had, and how its turns are lifted to the next. A step is never edited
 * once released: journals of its age exist. docs/guides/upgrading.md tells when a step is needed.
 */
import type { Schema } from "../values/upcast.ts";

export const portfolioSchema = {
  schema: 6,
  upcasts: {
    // 2 brought rules, the protection of positions and levels of degradation; what stood before reads the same.
    1: (turn) => turn,
    // 3 brought contracts: carry, liquidation, reduce-only orders; what stood before reads the same.
    2: (turn) => turn,
    // 4 brought grants of limits over several portfolios; what stood before reads the same.
    3: (turn) => turn,
    // 5 brought stops that the portfolio keeps itself; what stood before reads the same.
    4: (turn) => turn,
    // 6 brought take-profit targets, and parts closed by hand; what stood before reads the same.
    5: (turn) => turn,
  },
} as const satisfies Schema;
