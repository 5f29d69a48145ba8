/** The genes that all market makers have (maker.ts). */
import { countGene, realGene } from "./genes.ts";

export const makerGenes = {
  size: realGene([0.01, 0.5, 0.1], "of the exposure", "Size of each order."),
  shape: realGene(
    [0, 5, 0],
    "per order size",
    "How fast the order that leads away from the target shrinks with what is held beyond it.",
  ),
  target: realGene([0, 1, 0.5], "of the exposure", "Inventory to come back to."),
  toleranceBps: realGene([0, 100, 2], "bps", "How far an order may stand from where it should."),
  hangingBps: realGene(
    [0, 2_000, 0],
    "bps",
    "How far from the price the partner of a filled order may hang; 0: it is replaced.",
  ),
  fillDelayMs: countGene([0, 600_000, 0], "ms", "Pause before new orders after one was filled whole."),
  imbalance: realGene(
    [0, 1, 1],
    "of the best quote's size",
    "Beyond it to one side, the order that the price would run over is withdrawn; 1: never.",
  ),
  staleMs: countGene(
    [0, 600_000, 30_000],
    "ms",
    "How long the last quote is believed; then all is withdrawn. 0 for ever.",
  ),
} as const;
