/** Which decisions may differ since orders before them fared otherwise: of strategies that place orders, and from then on only. */
import { describe, expect, it } from "vitest";
import type { StrategyId } from "../../../domain/values/values.ts";
import type { Decision, Decisions } from "../../../simulation/explain/decisions.ts";
import { Fates } from "../../../simulation/explain/fates.ts";
import type { OrderPath } from "../../../simulation/explain/order-path.ts";

const decision = (at: number, type: "place" | "aim" = "place"): Decision =>
  ({ strategy: "one", at, takenAt: at, ask: { type } }) as unknown as Decision;

/** The strategy came to stand otherwise at these times. */
const decided = (all: readonly Decision[], changed: readonly number[] = []): Decisions => ({
  ...{ all, marks: [], stoodAt: () => "", begunAt: () => 0 },
  changedWithin: (_: StrategyId, from, to) => changed.some((at) => at > from && at <= to),
});

const order = (at: number, status: "filled" | "cancelled", fillAt: number, closedAt = fillAt): OrderPath =>
  ({
    order: { strategy: "one", at },
    closed: { status, at: closedAt },
    fills: status === "filled" ? [{ at: fillAt, quantity: 5n, price: 7n }] : [],
    crosses: [],
  }) as unknown as OrderPath;

type Paths = ConstructorParameters<typeof Fates>[0];
const alike: Paths = {
  // Known later, but the same.
  pairs: [[order(10, "filled", 20, 90), order(10, "filled", 20, 20)]],
  onlyFirst: [],
  onlySecond: [],
};
const otherwise = (orders: Paths, at: number, asks: "place" | "aim" = "place", changed: number[] = []) =>
  new Fates(orders, [decided([decision(1, asks)]), decided([], changed)], 5).otherwise(decision(at));

describe("fates of orders", () => {
  it("that are the same allow nothing", () => {
    expect(otherwise(alike, 1_000)).toBe(false);
  });

  it.each<[string, Partial<Paths>, number]>([
    ["filled at another time", { pairs: [[order(10, "filled", 30), order(10, "filled", 20)]] }, 20],
    ["filled in one, cancelled in the other", { pairs: [[order(10, "filled", 30), order(10, "cancelled", 40)]] }, 30], // prettier-ignore
    ["placed in one of the two alone", { onlySecond: [order(10, "filled", 30)] }, 10],
  ])("%s: what is decided later may differ, and nothing before", (_, orders, since) => {
    const found = { ...alike, ...orders };
    expect([otherwise(found, since), otherwise(found, since + 1)]).toEqual([false, true]);
    // A strategy that only wishes takes no account of its orders.
    expect(otherwise(found, since + 1, "aim")).toBe(false);
  });

  it("that are still on their way may have been known in one and not in the other", () => {
    expect([96, 100, 104, 105].map((at) => otherwise(alike, at, "place", [100]))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
