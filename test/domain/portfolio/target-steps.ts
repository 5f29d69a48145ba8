/** What may happen to a position with targets, one step at a time. */
import fc from "fast-check";

const doing = <T extends string, R extends object>(what: T, rest: { [K in keyof R]: fc.Arbitrary<R[K]> }) =>
  fc.record({ do: fc.constant(what), ...rest }) as fc.Arbitrary<{ readonly do: T } & R>;
const targets = fc.record({
  ticks: fc.integer({ min: 5, max: 50 }),
  part: fc.constantFrom(0.001, 0.3, 0.5, 0.9),
});
const size = fc.integer({ min: 1, max: 40 });
const picks = fc.array(fc.nat(9), { minLength: 1, maxLength: 6 });
const ticks = fc.integer({ min: -100, max: 130 });
const lots = fc.integer({ min: 200, max: 5_000 });
const level = fc.constantFrom("entries" as const, "all" as const, "off" as const);
const below = fc.constantFrom(0, 20, 40, 60, 100, 150, 200);
const ladder = fc.array(targets, { maxLength: 4 });
export const step = fc.oneof(
  { weight: 3, arbitrary: doing("aim", { exposure: fc.constantFrom(0, 0.3, 0.9, 0.9) }) },
  { weight: 5, arbitrary: doing("protect", { below, targets: ladder }) },
  { weight: 3, arbitrary: doing("again", { under: fc.constantFrom(30, 60, 90) }) },
  { weight: 1, arbitrary: doing("sell", { size }) },
  { weight: 1, arbitrary: doing("close", { percent: fc.constantFrom(10, 50, 100) }) },
  { weight: 8, arbitrary: doing("hear", { picks }) },
  { weight: 8, arbitrary: doing("move", { ticks, lots }) },
  { weight: 1, arbitrary: doing("by-hand", {}) },
  { weight: 1, arbitrary: doing("refuse", { count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: doing("lose", {}) },
  { weight: 2, arbitrary: doing("restart", {}) },
  { weight: 1, arbitrary: doing("halt", { level }) },
);
export type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
