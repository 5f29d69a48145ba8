/** The worked example of docs/positions.md, figure by figure. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { fundingPayment } from "../../domain/positions/funding.ts";
import { averageEntry, FLAT, trade, unrealised, type Leg } from "../../domain/positions/leg.ts";
import { bankruptcyPrice, isolated, liquidationPrice } from "../../domain/positions/liquidation.ts";
import { initialMargin, oneTier } from "../../domain/positions/tiers.ts";
import { absolute, decimal, format, price, type Price } from "../../domain/values/values.ts";
import { LINEAR } from "../domain/positions/words.ts";

it("says what the functions say", () => {
  const text = readFileSync(new URL("../../docs/positions.md", import.meta.url), "utf8");
  const lines = /```worked\n([\s\S]*?)```/.exec(text)![1]!.trim().split("\n");
  expect(lines.length).toBe(9);
  let leg: Leg = FLAT;
  const margin = () => initialMargin(absolute(leg.cost), 10);
  for (const line of lines) {
    const [what, told] = line.split(/ {2,}/) as [string, string];
    const [verb, amount, , at] = what.split(" ") as [string, string, string, string];
    if (verb === "buy" || verb === "sell") {
      const done = trade(LINEAR, leg, decimal(verb === "buy" ? amount : `-${amount}`), price(at));
      leg = done.leg;
      const held = `q ${format(leg.quantity)}, cost ${format(leg.cost)}`;
      const opened = `${held}, entry ${format(averageEntry(LINEAR, leg))}`;
      expect(done.realised === 0n ? opened : `realised ${format(done.realised)}, ${held}`, line).toBe(told);
    } else {
      const said: Record<string, () => bigint> = {
        mark: () => unrealised(LINEAR, leg, price(amount)),
        funding: () => fundingPayment(LINEAR, leg.quantity, (104n * 10n ** 18n) as Price, decimal("0.0001")),
        margin,
        "liquidation,": () => liquidationPrice(LINEAR, [leg], isolated(margin()), oneTier(decimal("0.01")))!,
        bankruptcy: () => bankruptcyPrice(LINEAR, [leg], isolated(margin()))!,
      };
      expect(format(said[verb]!()), line).toBe(told.replace("unrealised ", ""));
    }
  }
});
