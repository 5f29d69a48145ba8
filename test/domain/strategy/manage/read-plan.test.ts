/** Plans as they are written: what cannot be is refused by the name of its field. */
import { describe, expect, it } from "vitest";
import { planText } from "../../../../domain/strategy/manage/plan.ts";
import { readPlan } from "../../../../domain/strategy/manage/read-plan.ts";
import { refused } from "../../../refused.ts";

const rung = { profit: 0.02, close: 50 };
const pyramid = { adds: 2, spacing: 0.01, ratio: 0.5 };
const scaling = { trades: 5 };

describe("a plan", () => {
  it("is read, with what is usual where nothing is said", () => {
    expect(readPlan({ takeProfit: [{ r: 2, close: 100 }], rangeStop: "atr:2" }, "manage")).toMatchObject({
      takeProfit: { unit: "r", rungs: [{ at: 2, close: 100 }] },
      range: { kind: "atr", ranges: 2, length: 14 },
      timeLimitMinutes: Infinity,
      unfilledTimeoutMinutes: Infinity,
    });
    expect(readPlan({ pyramid: { adds: 1, ranges: 2 }, scaling }, "manage")).toMatchObject({
      pyramid: { adds: 1, spacing: { ranges: 2, length: 14 }, ratio: 0.5, stop: "average" },
      scaling: { trades: 5, least: 0.5, most: 1, step: 0.1, band: 0, by: "ratio" },
    });
  });

  it.each<readonly [unknown, string]>([
    [[], "manage"],
    [{}, "manage"],
    [{ stopLoss: -0.1 }, "manage.stopLoss"],
    [{ stoploss: 0.1 }, "manage.stoploss"],
    [{ trailingStop: true }, "manage.trailingStop"],
    [{ trailingStopPositive: 0.1 }, "manage.trailingStopPositive"],
    [{ trailingStop: 1, stoploss: -0.1 }, "manage.trailingStop"],
    [{ minimalRoi: { x: 1 } }, "manage.minimalRoi"],
    [{ rangeStop: 2 }, "manage.rangeStop"],
    [{ rangeStop: "percent:2" }, "manage.rangeStop"],
    [{ unfilledTimeout: -1 }, "manage.unfilledTimeout"],
    [{ timeLimit: 0 }, "manage.timeLimit"],
    [{ takeProfit: [] }, "manage.takeProfit"],
    [{ takeProfit: { profit: 1 } }, "manage.takeProfit"],
    [{ takeProfit: [{ close: 50 }] }, "manage.takeProfit.0"],
    [{ takeProfit: [{ ...rung, r: 1 }] }, "manage.takeProfit.0"],
    [{ takeProfit: [{ r: 1, close: 50 }] }, "manage.takeProfit.0.r"],
    [{ takeProfit: [{ ...rung, close: 0 }] }, "manage.takeProfit.0.close"],
    [{ takeProfit: [{ ...rung, at: 1 }] }, "manage.takeProfit.0.at"],
    [{ takeProfit: [rung, rung] }, "manage.takeProfit.1.profit"],
    [{ takeProfit: [rung, { profit: 0.1, close: 51 }] }, "manage.takeProfit.1.close"],
    [{ stoploss: -0.1, takeProfit: [rung, { r: 2, close: 50 }] }, "manage.takeProfit.1.r"],
    [{ breakEven: { after: 1 } }, "manage.breakEven.after"],
    [{ takeProfit: [rung], breakEven: { after: 2 } }, "manage.breakEven.after"],
    [{ breakEven: {} }, "manage.breakEven"],
    [{ breakEven: { profit: 0 } }, "manage.breakEven.profit"],
    [{ pyramid: { ...pyramid, adds: 11 } }, "manage.pyramid.adds"],
    [{ pyramid: { ...pyramid, ratio: 1 } }, "manage.pyramid.ratio"],
    [{ pyramid: { ...pyramid, ranges: 1 } }, "manage.pyramid"],
    [{ pyramid: { ...pyramid, length: 5 } }, "manage.pyramid.length"],
    [{ pyramid: { ...pyramid, stop: "entry" } }, "manage.pyramid.stop"],
    [{ scaling: {} }, "manage.scaling.trades"],
    [{ scaling: { ...scaling, least: 1.1 } }, "manage.scaling.least"],
    [{ scaling: { ...scaling, least: 1 } }, "manage.scaling.most"],
    [{ scaling: { ...scaling, step: 0.6 } }, "manage.scaling.step"],
    [{ scaling: { ...scaling, by: "r" } }, "manage.scaling.by"],
  ])("%j is refused as %s", (raw, field) => {
    expect(refused(() => readPlan(raw, "manage"))).toBe(field);
  });

  it("is told in words", () => {
    expect(
      planText(
        readPlan(
          {
            stoploss: -0.05,
            takeProfit: [rung, { profit: 0.05, close: 25 }],
            breakEven: { after: 1 },
            timeLimit: 60,
            pyramid,
            scaling: { ...scaling, band: 0.01 },
          },
          "manage",
        ),
      ),
    ).toBe(
      "stop at -0.05; profit taken: 50 % at 0.02, 25 % at 0.05; stop at the entry after rung 1; left after 60 min; 2 adds, each 0.5 of the one before, 0.01 apart, the stop at the average; size 0.5 to 1 of the wish by steps of 0.1, as the last 5 trades made more than 0.01 or less than -0.01",
    );
  });
});
