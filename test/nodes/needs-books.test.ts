/** What tells no depth, trades and candles, tells it by name: a strategy that decides by order books is refused, where it would have done nothing in silence. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Invalid } from "../../domain/values/invalid.ts";
import { readStrategiesFile } from "../../nodes/strategies-file.ts";
import { runTradeBacktest } from "../../nodes/trade-backtest.ts";
import { scratch } from "../cli/command.ts";

const strategy = "triangular-arbitrage";
const fieldOf = async (run: () => Promise<unknown>): Promise<string> => {
  const error = await run().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Invalid);
  expect((error as Error).message).toContain("order books");
  return (error as Invalid).field;
};

it("over trades", async () => {
  const asked = { strategy, params: undefined, trades: "none" } as never;
  expect(await fieldOf(() => runTradeBacktest(asked, () => 0))).toBe("--strategy");
});

it("among several over candles", async () => {
  const folder = scratch();
  const path = join(folder.path, "strategies.json");
  writeFileSync(path, JSON.stringify({ strategies: [{ strategy }] }));
  expect(await fieldOf(() => readStrategiesFile(path, "--strategies", undefined))).toMatch(
    /^--strategies.*strategy$/,
  );
  folder.remove();
});
