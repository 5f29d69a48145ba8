/** The protection of positions in a snapshot. */
import { protectionFor, type Protection } from "./protection.ts";
import type { PortfolioState } from "./state.ts";
import type { Targets } from "./targets.ts";

export const saveProtection = (protection: Protection) => ({
  account: protection.book.account.id,
  strategy: protection.book.strategy,
  instrument: protection.position.instrument,
  stopPrice: protection.stopPrice ?? null,
  reason: protection.reason,
  held: protection.held,
  tries: protection.tries,
  againAt: protection.againAt,
  lost: protection.lost,
  passed: protection.passed,
  refused: protection.refused ?? null,
  ...(protection.targets.any || protection.targets.sale !== undefined
    ? { targets: saveTargets(protection.targets) }
    : {}),
});

const saveTargets = ({ left, reached, side, owed, owedSide, owedFor, tries, againAt, refused }: Targets) => ({
  ...{ left, reached, side, owed, owedSide, owedFor, tries, againAt },
  ...(refused === undefined ? {} : { refused }),
});

export type SavedProtection = ReturnType<typeof saveProtection>;

export const loadProtection = (state: PortfolioState, saved: SavedProtection): void => {
  const book = state.accounts.get(saved.account)!.books.get(saved.strategy)!;
  const protection = protectionFor(state, book, saved.instrument);
  protection.stopPrice = saved.stopPrice ?? undefined;
  protection.reason = saved.reason;
  protection.held = saved.held;
  protection.tries = saved.tries;
  protection.againAt = saved.againAt;
  protection.lost = saved.lost;
  protection.passed = saved.passed;
  protection.refused = saved.refused ?? undefined;
  // Snapshots from before there were targets lack them.
  if (saved.targets !== undefined) Object.assign(protection.targets, saved.targets);
};
