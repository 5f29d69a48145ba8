/** Sets dealt out to tasks: every one once, as many to each task, and what shares stays together. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { deal } from "../../nodes/population/deal.ts";

it("deals every set once, evenly, and keeps small groups whole", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(30), { minLength: 1, maxLength: 400 }),
      fc.integer({ min: 1, max: 9 }),
      (keys, tasks) => {
        const dealt = deal(keys, tasks);
        expect(dealt).toHaveLength(tasks);
        expect(dealt.flat().sort((a, b) => a - b)).toEqual([...keys.keys()]);
        const piece = Math.ceil(keys.length / tasks / 8);
        const sizes = dealt.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(piece);
        for (const key of new Set(keys)) {
          const members = keys.filter((each) => each === key).length;
          const split = dealt.filter((places) => places.some((place) => keys[place] === key)).length;
          expect(split).toBeLessThanOrEqual(Math.ceil(members / piece));
        }
      },
    ),
  );
});
