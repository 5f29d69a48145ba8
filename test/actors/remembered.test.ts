/** A strategy goes on with its memory; where what stands around it was configured otherwise since, it begins without, and says so. */
import { expect, it } from "vitest";
import { remembered } from "../../actors/strategy/remembered.ts";
import type { StrategyMemory } from "../../actors/strategy/saving.ts";
import { parseHedge } from "../../domain/strategy/hedge.ts";
import { hedgedBy } from "../../domain/strategy/hedged.ts";
import { parseParams } from "../../domain/strategy/params.ts";
import type { Strategy } from "../../domain/strategy/strategy.ts";
import { movingAverageCross } from "../../strategies/moving-average-cross.ts";
import { instrument } from "../simulation/backtest/scripted.ts";

const market = [instrument("A/USDT:USDT"), instrument("B/USDT:USDT")];
const params = parseParams(movingAverageCross, {});
const hedged = (window: number): Strategy =>
  hedgedBy(
    movingAverageCross as Strategy,
    parseHedge({ with: "B/USDT:USDT", ratio: "beta", window }, "hedge"),
  );

const begin = (strategy: Strategy, saved: object) => {
  const told: string[] = [];
  const memory = { saved, seen: [], running: false, proposals: 7, wakeAt: null } as unknown as StrategyMemory;
  const found = remembered({ id: "s", strategy, params }, market, memory, {
    warn: (text) => told.push(text),
  });
  return { ...found, told };
};

it("goes on with what it has saved", () => {
  const saved = hedged(20).start(params, market).save();
  const { memory, trader, told } = begin(hedged(20), saved);
  expect(memory?.proposals).toBe(7);
  expect(trader.save()).toEqual(saved);
  expect(told).toEqual([]);
});

it.each([
  ["another window", hedged(40)],
  ["no hedge", movingAverageCross as Strategy],
])("%s: begins without it, unharmed", (_, strategy) => {
  const { memory, trader, told } = begin(strategy, hedged(20).start(params, market).save());
  expect(memory).toBeUndefined();
  expect(trader.save()).toEqual(strategy.start(params, market).save());
  expect(told.join()).toMatch(
    /^strategy\.s begins without its memory, which does not fit what is configured: saved\./,
  );
});
