/** docs/indicators.md, "Your own": the file written as it says, found in its folder, computed, and used in a condition. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { batch } from "../../domain/indicators/batch.ts";
import { indicatorNamed } from "../../domain/indicators/catalogue.ts";
import { Condition } from "../../domain/indicators/condition/condition.ts";
import { parseCondition } from "../../domain/indicators/condition/parse.ts";
import { Running } from "../../domain/indicators/running.ts";
import { allIndicators } from "../../nodes/indicator-files.ts";
import { blockOf, root } from "./blocks.ts";

const document = join("docs", "indicators.md");
const file = join("my-indicators", "spread.ts");

describe("an indicator of one's own, as the document shows it", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "shoal-indicator-"));
    mkdirSync(join(folder, "shoal"));
    mkdirSync(join(folder, dirname(file)));
    symlinkSync(join(root, "domain"), join(folder, "shoal", "domain"));
    writeFileSync(join(folder, file), blockOf(document, file).text);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("computes, streams, is saved and restored, and stands in conditions", async () => {
    const indicators = await allIndicators(join(folder, dirname(file)));
    const spread = indicatorNamed("spread", indicators);
    const [high, low, close] = [
      Float64Array.of(12, 14, 11),
      Float64Array.of(8, 10, 10),
      Float64Array.of(10, 10, 10),
    ];
    // Ranges 0.4, 0.4, 0.1 of the close; means of two.
    expect([...batch(spread, { timeperiod: 2 }, [high, low, close])[0]!]).toEqual([NaN, 0.4, 0.25]);

    const before = new Running(spread, { timeperiod: 2 });
    before.pushRow(Float64Array.of(12, 8, 10));
    const after = new Running(spread, { timeperiod: 2 });
    after.load(JSON.parse(JSON.stringify(before.save())));
    expect(after.pushRow(Float64Array.of(14, 10, 10))).toBe(0.4);

    const condition = new Condition(parseCondition("spread(2) < 0.3", { indicators }));
    const volume = new Float64Array(3);
    expect([...condition.over({ openAt: volume, open: close, high, low, close, volume })]).toEqual([
      NaN,
      0,
      1,
    ]);
  });
});
