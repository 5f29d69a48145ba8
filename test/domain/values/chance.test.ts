import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Chance } from "../../../domain/values/chance.ts";

const draw = (chance: Chance, count: number) => Array.from({ length: count }, () => chance.next());

describe("chance", () => {
  it("equal seeds give equal numbers, other seeds others", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(draw(new Chance(a), 8)).toEqual(draw(new Chance(a), 8));
        if (a !== b) expect(draw(new Chance(a), 8)).not.toEqual(draw(new Chance(b), 8));
      }),
    );
  });

  it("these numbers, on every machine", () => {
    const chance = new Chance(1);
    expect([chance.bits(), chance.bits(), chance.bits()]).toEqual([831_565_752, 1_727_652_085, 286_193_225]);
  });

  it("a fork depends on seed and label alone", () => {
    const drawn = new Chance(5);
    draw(drawn, 100);
    expect(draw(drawn.fork("a"), 5)).toEqual(draw(new Chance(5).fork("a"), 5));
    expect(draw(drawn.fork("a"), 5)).not.toEqual(draw(drawn.fork("b"), 5));
  });

  // 40,000 draws: the mean's standard error is 0.005 for the normal, 0.0015 for the uniform.
  it("has the right moments", () => {
    const chance = new Chance("moments");
    const count = 40_000;
    let [uniform, normal, square, wait] = [0, 0, 0, 0];
    const tens = new Array<number>(10).fill(0);
    for (let i = 0; i < count; i += 1) {
      const u = chance.next();
      if (u < 0 || u >= 1) throw new Error(`out of range: ${u}`);
      uniform += u / count;
      tens[chance.integer(10)]! += 1;
      const g = chance.gaussian();
      normal += g / count;
      square += (g * g) / count;
      wait += chance.wait(3) / count;
    }
    expect(Math.abs(uniform - 0.5)).toBeLessThan(0.008);
    expect(Math.abs(normal)).toBeLessThan(0.025);
    expect(Math.abs(square - 1)).toBeLessThan(0.04);
    expect(Math.abs(wait - 3)).toBeLessThan(0.08);
    for (const one of tens) expect(Math.abs(one - count / 10)).toBeLessThan(5 * Math.sqrt(count / 10));
  });
});
