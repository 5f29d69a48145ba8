/** What is wished for a position, and how keeping it goes, for people and programs. */
import { keeperOf } from "./kept-orders.ts";
import type { Protection } from "./protection.ts";
import type { PriceTarget } from "./targets.ts";

export interface ProtectionView {
  /** Of the stop that it shall have; null for none. `order` while one is live, `lost` when no more are tried. */
  readonly stopPrice: bigint | null;
  readonly keptBy: ReturnType<typeof keeperOf> | null;
  readonly order: string | null;
  readonly tries: number;
  readonly lost: boolean;
  /** Those not reached yet, kept by the engine; of reached ones, what is still to be sold. */
  readonly targets: readonly PriceTarget[];
  readonly owed: bigint;
}

export const protectionView = (protection: Protection | undefined): ProtectionView | null => {
  if (protection?.wished !== true) return null;
  const { stopPrice = null, stop, tries, lost, targets } = protection;
  const kept = { keptBy: stop ? keeperOf(stop) : null, order: stop?.order.id ?? null };
  return { stopPrice, ...kept, tries, lost, targets: targets.left, owed: targets.owed };
};
