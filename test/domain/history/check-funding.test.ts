/** Odd funding times by hand, and by property: what is taken out of a sound file is what is missing. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import "../../seed.ts";
import { checkFunding } from "../../../domain/history/check-funding.ts";

const HOUR = 3_600_000;
const DAY = Date.UTC(2021, 0, 1);

it("a sound file: eight hours, some seconds late", () => {
  const at = [0, 8, 16, 24].map((hours, k) => DAY + hours * HOUR + 7 * k);
  expect(checkFunding(at)).toEqual({
    ...{ rows: 4, from: DAY, to: DAY + 24 * HOUR + 21, interval: 8 * HOUR, missing: 0 },
    ...{ findings: [], sound: true },
  });
});

it.each([
  ["a gap", [0, 8, 16, 40, 48], { missing: 2, sound: true }, [["gap", DAY + 24 * HOUR, 2]]],
  [
    "one off the grid",
    [0, 8, 11, 16, 24],
    { missing: 0, sound: true },
    [["off-grid", DAY + 11 * HOUR, undefined]],
  ],
  ["twice", [0, 8, 8.001, 16], { missing: 0, sound: false }, [["twice", DAY + 8.001 * HOUR, undefined]]],
  [
    "a venue that went to four hours",
    [0, 8, 16, 20, 24, 28, 32],
    { missing: 2, sound: true },
    [["gap", DAY + 4 * HOUR, 1]],
  ],
  ["one", [3], { missing: 0, sound: true, interval: 0 }, []],
] as const)("%s", (_, hours, whole, places) => {
  const found = checkFunding(hours.map((each) => DAY + each * HOUR));
  expect(found).toMatchObject(whole);
  expect(found.findings.map(({ kind, first }) => [kind, first[0]!.at, first[0]!.what])).toEqual(places);
});

it("none", () => expect(checkFunding([])).toMatchObject({ rows: 0, missing: 0, findings: [], sound: true }));

it("what is taken out is what is missing", () => {
  const gone = fc.uniqueArray(fc.integer({ min: 1, max: 98 }), { maxLength: 20 });
  fc.assert(
    fc.property(gone, fc.constantFrom(4, 8), (taken, hours) => {
      const all = Array.from({ length: 100 }, (__, k) => DAY + k * hours * HOUR);
      const { missing, findings, interval } = checkFunding(all.filter((___, k) => !taken.includes(k)));
      expect([missing, interval]).toEqual([taken.length, hours * HOUR]);
      expect(findings.map(({ kind }) => kind)).toEqual(taken.length > 0 ? ["gap"] : []);
    }),
  );
});
