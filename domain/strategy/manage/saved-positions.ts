/**
 * What a manager remembers across a restart, as plain JSON. A plan that has changed meanwhile goes on with the same positions; only averages
 * of another length begin anew.
 */
import { loadState, saveState } from "../../indicators/state.ts";
import { readFlag } from "../exits/read-rules.ts";
import { readLanes } from "../saved.ts";
import type { Saved } from "../strategy.ts";
import type { ManagedPosition } from "./managed-position.ts";
import type { Scaling } from "./scaling.ts";
import type { OwnProtection, Wish } from "./wishes.ts";

const figures = [
  ...(["quantity", "largest", "risk", "left", "ladder", "adds", "lastEntry", "factor", "result"] as const),
  ...(["exiting", "stale", "stopReason", "held", "entries", "exits"] as const),
];
const guarded = ["openAt", "openPrice", "stop", "stopRatio", "moved"] as const;

export const saveManaged = (positions: readonly ManagedPosition[], scaling: Scaling | undefined): Saved => ({
  lanes: positions.map((one) => ({
    ...(saveState(picked(one, figures)) as Saved),
    ...{ wish: one.wish, own: one.own, short: one.guard.short },
    guard: saveState(picked(one.guard, guarded)),
    ...(one.range && { range: saveState(one.range) }),
    ...(one.addRange && { addRange: saveState(one.addRange) }),
  })),
  ...(scaling && { scaling: { factor: scaling.factor, results: [...scaling.results] } }),
});

/** Throws `Invalid` naming what is missing. */
export const loadManaged = (
  saved: Saved,
  positions: readonly ManagedPosition[],
  scaling: Scaling | undefined,
): void => {
  for (const [i, from] of readLanes(saved, positions.length).entries()) {
    const one = positions[i]!;
    const field = `saved.lanes[${i}]`;
    load(one, figures, from, field);
    one.guardAs(readFlag(from["short"], `${field}.short`), 0);
    load(one.guard, guarded, from["guard"], `${field}.guard`);
    one.wish = from["wish"] as Wish | null;
    one.own = from["own"] as OwnProtection | null;
    if (one.range) goOnWith(one.range, from["range"], `${field}.range`);
    if (one.addRange) goOnWith(one.addRange, from["addRange"], `${field}.addRange`);
  }
  const before = saved["scaling"] as Pick<Scaling, "factor" | "results"> | undefined;
  if (scaling === undefined || before === undefined) return;
  const { least, most, trades } = scaling.rule;
  scaling.factor = Math.min(most, Math.max(least, before.factor));
  scaling.results = before.results.slice(-trades);
};

const picked = <T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> =>
  Object.fromEntries(names.map((name) => [name, from[name]])) as unknown as Pick<T, K>;

const load = <T extends object, K extends keyof T>(
  into: T,
  names: readonly K[],
  from: unknown,
  field: string,
): void => {
  const plain = picked(into, names);
  loadState(plain, from, field);
  Object.assign(into, plain);
};

/** Averages of the same rule; one that differs in any number that it was made with begins anew. */
const goOnWith = (range: object, from: unknown, field: string): void => {
  if (from === undefined || shapeOf(from) !== shapeOf(saveState(range))) return;
  loadState(range, from, field);
};

/** What a range was made with. */
const shapeOf = (state: unknown): string =>
  JSON.stringify(state, (name, value: unknown) =>
    typeof value === "object" || ["length", "ranges", "hangs"].includes(name) ? value : undefined,
  );
