/** Aims that are worked, whatever becomes of the orders: the position never goes beyond what is wished, and comes to it, or it is told why not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWork, type Work } from "../../../domain/execution/work.ts";
import { instrument } from "../../simulation/backtest/scripted.ts";
import { money, quantity } from "../../../domain/values/values.ts";
import { ALL, Floor } from "./floor.ts";

const perpetual = instrument("A/USDT:USDT", {
  lotSize: quantity("1"),
  quantityMin: quantity("1"),
  notionalMin: money("0"),
});

const anyCase = fc.record({
  work: fc
    .record({
      algorithm: fc.constantFrom("twap", "vwap", "iceberg", "chase", "pov"),
      minutes: fc.integer({ min: 1, max: 8 }),
      slices: fc.integer({ min: 1, max: 8 }),
      children: fc.constantFrom("market", "limit"),
      exits: fc.constantFrom("market", "worked"),
      participation: fc.integer({ min: 1, max: 100 }),
    })
    .map((raw) => parseWork(raw, "execution")),
  steps: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: -10, max: 10 }) },
      { weight: 6, arbitrary: fc.constant("candle" as const) },
      { weight: 1, arbitrary: fc.constant("stop" as const) },
      { weight: 1, arbitrary: fc.constant("restart" as const) },
    ),
    { minLength: 5, maxLength: 40 },
  ),
  seed: fc.nat(100_000),
});
type Case = typeof anyCase extends fc.Arbitrary<infer One> ? One : never;

/** How far the position may come to lie on either side: what is wished, or what was on its way when that was wished. */
class Bounds {
  low = 0;
  high = 0;
  wished = 0;

  wish(target: number, floor: Floor): void {
    const { position } = floor;
    this.wished = target;
    this.low = Math.min(target, position - floor.under(false), 0);
    this.high = Math.max(target, position + floor.under(true), 0);
  }

  hold(floor: Floor): void {
    const { position } = floor;
    expect(position + floor.under(true)).toBeLessThanOrEqual(this.high);
    expect(position - floor.under(false)).toBeGreaterThanOrEqual(this.low);
  }
}

const run = ({ work, steps, seed }: Case): Floor => {
  const floor = new Floor(work, perpetual, seed);
  const bounds = new Bounds();
  let stopped = false;
  for (const step of steps) {
    if (step === "restart") floor.restart();
    else if (step === "stop") {
      stopped ||= floor.position > floor.under(false);
      floor.stop();
    } else if (step === "candle") floor.candle();
    else {
      floor.wishing = () => bounds.wish((step * ALL) / 10, floor);
      stopped = false;
      floor.aim(step / 10);
    }
    bounds.hold(floor);
    floor.answer();
    bounds.hold(floor);
  }
  floor.honest = true;
  for (let k = 0; k < 30; k += 1) {
    floor.candle();
    floor.answer();
    bounds.hold(floor);
  }
  expect(floor.out).toEqual([]);
  const told = floor.heard.some(({ status }) => status === "cancelled" || status === "blocked");
  if (!stopped && !told) expect(floor.position).toBe(bounds.wished);
  return floor;
};

describe("aims that are worked", () => {
  it("wait for an aim that was handed over, and go on from what it leaves", () => {
    const floor = new Floor(parseWork({ minutes: 1, slices: 1 }, "execution"), perpetual, 1);
    floor.honest = true;
    for (const [aim, answered] of [
      [8, true],
      [3, false],
      [8, true],
    ] as const) {
      // prettier-ignore
      floor.aim(aim / 10);
      if (answered) floor.answer();
    }
    for (let k = 0; k < 4; k += 1) {
      floor.candle();
      floor.answer();
    }
    expect(floor.position).toBe(800);
  });

  it("never lead beyond what is wished, and to it unless it is told why not", () => {
    fc.assert(
      fc.property(anyCase, (of) => void run(of)),
      { numRuns: 120 },
    );
  });

  it("come to the aim, whatever was wished before, where orders are answered honestly", () => {
    const honest = fc.record({
      work: anyCase.map(({ work }) => work),
      aims: fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 1, maxLength: 6 }),
    });
    fc.assert(
      fc.property(honest, ({ work, aims }: { work: Work; aims: readonly number[] }) => {
        const floor = new Floor({ ...work, leftover: "market" }, perpetual, 1);
        floor.honest = true;
        for (const aim of aims) {
          floor.aim(aim / 10);
          floor.answer();
        }
        for (let k = 0; k < 40; k += 1) {
          floor.candle();
          floor.answer();
        }
        expect(floor.position).toBe((aims.at(-1)! * ALL) / 10);
      }),
      { numRuns: 150 },
    );
  });
});
