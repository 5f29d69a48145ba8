/** A strategy's wish for a stop and targets, put on the grid. The stop is placed, and targets are watched, when the turn settles. */
import { isContract } from "../market/instrument.ts";
import { refusal, type Refusal } from "../risk/risk.ts";
import { checkTargets, NO_TARGETS, sameTarget, wayOf } from "../strategy/targets.ts";
import { Invalid } from "../values/invalid.ts";
import type { Price, Side } from "../values/values.ts";
import { listedFor, onGrid } from "./asked.ts";
import type { Book, Position } from "./book.ts";
import type { Ask } from "./commands.ts";
import type { Draft } from "./draft.ts";
import { isDust } from "./keep-stops.ts";
import { PROTECT_TAG, type Protection } from "./protection.ts";
import type { PriceTarget } from "./targets.ts";
import type { Listed } from "./state.ts";

type Protect = Extract<Ask, { type: "protect" }>;

export const decideProtect = (draft: Draft, book: Book, ask: Protect, field: string): void => {
  const listed = listedFor(draft, book, ask.instrument);
  const position = book.positions.get(ask.instrument);
  const known = position?.protection;
  const wish = { instrument: ask.instrument, tag: PROTECT_TAG, side: "sell" } as const;
  if (listed === undefined) {
    draft.refuse(book, wish, refusal("unknown-instrument"), { known: undefined, protects: true });
    return;
  }
  // Never more eager than asked: down under a long, up over a short.
  const way = (position?.quantity ?? 0n) < 0n ? "up" : "down";
  const stopPrice = stopPriceOf(ask.stopPrice, listed, way, `${field}.stopPrice`);
  const side = sideOf(draft, listed, position, ask);
  const targets = targetsOf(ask, listed, side, `${field}.targets`);
  if (isKnown(known, stopPrice, targets)) return;
  const loosened = loosens(draft, known, stopPrice);
  if (loosened !== undefined) {
    draft.refuse(book, wish, loosened, { known: known?.refused, protects: true });
    return;
  }
  const wished = stopPrice !== undefined || targets.length > 0;
  draft.events.push({
    type: "ProtectionSet",
    strategy: book.strategy,
    account: book.account.id,
    instrument: ask.instrument,
    ...(stopPrice === undefined ? {} : { stopPrice }),
    held: wished && !isDust(listed, position?.quantity ?? 0n, draft.mark(listed)),
    reason: ask.reason,
    ...(targets.length === 0 ? {} : { targets, side }),
    at: draft.at,
  });
};

/** It is what stands, less what was reached. */
const isKnown = (
  known: Protection | undefined,
  stopPrice: Price | undefined,
  targets: readonly PriceTarget[],
): boolean => {
  if (stopPrice !== known?.stopPrice) return false;
  if (known === undefined) return targets.length === 0;
  // Without any, what was reached is forgotten too; what is owed goes on under a stop, and ends without one.
  if (targets.length === 0) return stopPrice === undefined ? !known.targets.any : !known.targets.remembers;
  const left = targets.filter((one) => !known.targets.isReached(one));
  return (
    left.length === known.targets.left.length &&
    left.every((one, k) => sameTarget(one, known.targets.left[k]!))
  );
};

/** Under a plan that says so, the stop of a position that stands only comes nearer. */
const loosens = (
  { state }: Draft,
  known: Protection | undefined,
  stopPrice: Price | undefined,
): Refusal | undefined => {
  const before = known?.stopPrice;
  if (state.risk?.plan.stopsNeverLoosen !== true || before === undefined || known?.held !== true)
    return undefined;
  // A short's stop comes nearer from above.
  const short = known.position.quantity < 0n;
  return stopPrice !== undefined && (short ? stopPrice <= before : stopPrice >= before)
    ? undefined
    : refusal("stop-loosened", stopPrice ?? 0n, before);
};

const stopPriceOf = (
  asked: number | undefined,
  listed: Listed,
  way: "up" | "down",
  field: string,
): Price | undefined => {
  if (asked === undefined) return undefined;
  const stopPrice = asked > 0 ? onGrid(asked, listed.instrument.tickSize, way, field) : 0n;
  if (stopPrice <= 0n) throw new Invalid(field, "a price of at least one tick, or none", asked);
  return stopPrice as Price;
};

/** By the ladder and its stop; where one target alone does not tell, by what is held, or else by where the price is. */
const sideOf = (draft: Draft, listed: Listed, position: Position | undefined, ask: Protect): Side => {
  const { targets = NO_TARGETS, stopPrice } = ask;
  const way = wayOf(targets, stopPrice);
  if (way !== 0) return way > 0 ? "sell" : "buy";
  const held = position?.quantity ?? 0n;
  if (held !== 0n || targets.length === 0 || !isContract(listed.instrument.id))
    return held < 0n ? "buy" : "sell";
  const last = draft.mark(listed)?.last;
  const [first] = targets;
  return last !== undefined && onGrid(first!.price, 1n, "down", "targets") < last ? "buy" : "sell";
};

/** Never more eager than asked: up for a long's, down for a short's. */
const targetsOf = (
  { targets = NO_TARGETS, stopPrice }: Protect,
  { instrument: { id, tickSize } }: Listed,
  side: Side,
  field: string,
): readonly PriceTarget[] => {
  if (targets.length === 0) return NO_TARGETS;
  checkTargets(targets, stopPrice, field);
  if (side === "buy" && !isContract(id))
    throw new Invalid(field, "prices that rise, above the stop: spot is never short", targets[0]!.price);
  let before: Price | undefined;
  return targets.map(({ price: asked, part, rung }, k) => {
    const name = `${field}[${k}].price`;
    const price = onGrid(asked, tickSize, side === "sell" ? "up" : "down", name) as Price;
    if (price <= 0n) throw new Invalid(name, "a price of at least one tick", asked);
    if (price === before) throw new Invalid(name, "a tick or more beyond the one before", asked);
    before = price;
    return { price, part, ...(rung !== undefined && { rung }) };
  });
};
