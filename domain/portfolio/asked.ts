/**
 * What a strategy asks for, at the venue: an instrument that is listed there, prices and quantities on its grid. A millionth of a step
 * beside the grid counts as on it: doubles are.
 */
import { fromFloat, roundDown, roundUp } from "../values/values.ts";
import type { Book } from "./book.ts";
import type { Draft } from "./draft.ts";
import type { Listed } from "./state.ts";

/** Listed, and at the venue of the account; anything else is unknown here. */
export const listedFor = (draft: Draft, book: Book, id: Listed["instrument"]["id"]): Listed | undefined => {
  const listed = draft.state.instruments.get(id);
  return listed?.instrument.venue === book.account.venue ? listed : undefined;
};

export const onGrid = (value: number, step: bigint, way: "down" | "up", field: string): bigint => {
  const exact = fromFloat(value, field);
  const down = roundDown(exact, step);
  const up = roundUp(exact, step);
  if ((exact - down) * 1_000_000n <= step) return down;
  if ((up - exact) * 1_000_000n <= step) return up;
  return way === "down" ? down : up;
};
