/** Take-profit targets over candles, worked by hand: where they fill, what comes first, what is left under the stop; in both accountings alike. */
import { describe, expect, it } from "vitest";
import type { Desk } from "../../../domain/strategy/strategy.ts";
import type { Target } from "../../../domain/strategy/targets.ts";
import {
  accountings,
  fillConventions,
  type BacktestSettings,
} from "../../../simulation/backtest/settings.ts";
import { flat, seen } from "./order-cases.ts";
import { run, type Row } from "./scripted.ts";

/** 50, 30 and 20 % of the whole. */
const LADDER: readonly Target[] = [
  { price: 104, part: 0.5 },
  { price: 106, part: 0.6 },
  { price: 108, part: 1 },
];
/** Wished with the entry of half of 1,000 at 100: five units from the open of minute 1 on. */
const holding = (
  rows: readonly Row[],
  wish: { readonly stop?: number; readonly targets?: readonly Target[] },
  over: Partial<BacktestSettings>,
  more?: (k: number, desk: Desk) => void,
) => {
  const heard: string[] = [];
  const { orders, trades } = run(
    [flat(100), ...rows],
    {
      onCandle: ({ k }, desk) => {
        if (k === 0) {
          desk.aim(0, 0.5, "in");
          desk.protect(0, wish.stop, "stop", wish.targets ?? LADDER);
        }
        more?.(k, desk);
      },
      onOrder: ({ tag, status, filled, price }) => {
        if (status === "partial") heard.push(`${tag} ${filled} at ${price}`);
      },
    },
    over,
  );
  const sold = orders
    .filter(({ side, status }) => side === "sell" && status === "filled")
    .map(({ tag, quantity, averagePrice }) => [tag, Number(quantity.toFixed(6)), averagePrice]);
  return { orders: orders.map(seen), sold, heard, trades };
};

describe.each(accountings)("targets, %s", (accounting) => {
  it.each(fillConventions)(
    "a ladder of 50, 30 and 20 percent, each at its price, the rest under the stop, %s",
    (convention) => {
      const rows: readonly Row[] = [
        flat(100),
        [100, 104.5, 100, 104.5],
        [104.5, 107, 104.5, 107],
        [107, 107, 94, 94],
      ];
      const { sold, heard } = holding(rows, { stop: 95 }, { accounting, convention });
      expect(sold).toEqual([
        ["target", 2.5, 104],
        ["target", 1.5, 106],
        ["protection", 1, 95],
      ]);
      expect(heard).toEqual(["aim 5 at 100", "target 2.5 at 104", "target 1.5 at 106", "protection 1 at 95"]);
    },
  );

  it("the last target sells all, and the stop and the wish end with the position", () => {
    const rows: readonly Row[] = [[100, 103, 99, 103], [103, 109, 103, 109], flat(109), [109, 109, 80, 80]];
    const { sold, trades } = holding(rows, { stop: 95 }, { accounting });
    expect(sold).toEqual([
      ["target", 2.5, 104],
      ["target", 1.5, 106],
      ["target", 1, 108],
    ]);
    // 2.5 * 4 + 1.5 * 6 + 1 * 8
    expect(trades).toMatchObject([{ exitReason: "take-profit", profit: expect.closeTo(27, 9) as number }]);
  });

  it("where one candle holds both, the stop comes first; along a path whatever the path meets first", () => {
    const both: readonly Row[] = [flat(100), [100, 105, 94, 101]];
    expect(holding(both, { stop: 95 }, { accounting }).sold).toEqual([["protection", 5, 95]]);
    // It rose: open, low, high, close.
    expect(holding(both, { stop: 95 }, { accounting, convention: "intra-candle" }).sold).toEqual([
      ["protection", 5, 95],
    ]);
    // It fell: open, high, low, close.
    expect(
      holding([flat(100), [100, 105, 94, 99]], { stop: 95 }, { accounting, convention: "intra-candle" }).sold,
    ).toEqual([
      ["target", 2.5, 104],
      ["protection", 2.5, 95],
    ]);
  });

  it.each(fillConventions)("over a gap two targets are sold at the open, %s", (convention) => {
    const rows: readonly Row[] = [flat(100), [107, 107.5, 106.5, 107], flat(107)];
    // 2.5 and 60 % of the other 2.5.
    const { sold } = holding(rows, { stop: 95 }, { accounting, convention });
    expect(sold).toEqual([["target", 4, 107]]);
  });

  it("pays as a taker, with slippage, and late where orders are", () => {
    const rows: readonly Row[] = [flat(100), [100, 105, 100, 105], [105.5, 105.5, 105.5, 105.5]];
    const one = { targets: [{ price: 104, part: 1 }] };
    const costs = { accounting, takerBps: 10, slippage: { model: "bps", bps: 100 } } as const;
    const { sold, trades } = holding(rows, one, costs);
    // Slipped to 101 on the way in, to 102.96 on the way out.
    expect(sold[0]).toEqual(["target", sold[0]![1], 102.96]);
    const size = sold[0]![1] as number;
    expect(trades[0]!.profit).toBeCloseTo(size * (102.96 - 101 - 0.001 * (102.96 + 101)), 6);
  });

  it("without a stop stands alone; without targets the stop does; a new wish replaces both", () => {
    const rows: readonly Row[] = [flat(100), [100, 104.5, 90, 100], [100, 111, 100, 110], flat(110)];
    expect(holding(rows, {}, { accounting }).sold[0]).toEqual(["target", 2.5, 104]);
    const replaced = holding(rows, { stop: 80 }, { accounting }, (k, desk) => {
      if (k === 1) desk.protect(0, 85, "wider", [{ price: 110, part: 0.5 }]);
      if (k === 3) desk.protect(0, undefined);
    });
    expect(replaced.sold).toEqual([["target", 2.5, 110]]);
  });

  it("wished again at every close with a stop that follows, sells nothing twice", () => {
    const rows: readonly Row[] = [
      flat(100),
      [100, 104.5, 100, 104.5],
      flat(104.5),
      flat(104.8),
      [104.8, 106, 104, 105],
    ];
    const { sold } = holding(rows, { stop: 95 }, { accounting }, (k, desk) =>
      desk.protect(0, 95 + k / 10, "follow", LADDER),
    );
    expect(sold).toEqual([
      ["target", 2.5, 104],
      ["target", 1.5, 106],
    ]);
  });

  it("one whose price is passed already is sold with the next price", () => {
    const rows: readonly Row[] = [flat(100), flat(103), flat(103.5)];
    const { sold } = holding(rows, {}, { accounting }, (k, desk) => {
      if (k === 2) desk.protect(0, 90, "late", [{ price: 102, part: 0.5 }]);
    });
    expect(sold).toEqual([["target", 2.5, 103.5]]);
  });

  it("an exit at the same moment sells the rest, and nothing twice", () => {
    const rows: readonly Row[] = [flat(100), [100, 104.5, 100, 104.5], flat(104)];
    const { sold } = holding(rows, { stop: 95 }, { accounting }, (k, desk) => {
      if (k === 2) desk.aim(0, 0, "out");
    });
    expect(sold).toEqual([
      ["target", 2.5, 104],
      ["aim", 2.5, 104],
    ]);
  });
});
