/** Lines of a running engine about what its rules said no to. */
import { expect, it } from "vitest";
import { Notable } from "../../cli/start/notable.ts";
import type { PortfolioEvent } from "../../domain/portfolio/events.ts";
import { decimal } from "../../domain/values/values.ts";

const refused = (rule: string, asked: string, max: string) =>
  ({
    ...{ type: "OrderRefused", strategy: "s", side: "buy", instrument: "sandbox:BTC/USDT" },
    ...{ rule, asked: decimal(asked), max: decimal(max) },
  }) as unknown as PortfolioEvent;

it("tell amounts as amounts, and until when a rule says no as a time; equal ones are counted", () => {
  const notable = new Notable();
  notable.hear("main", [
    refused("position", "7000", "6000.5"),
    refused("cooldown-period", "1767225600000", "1767232800000"),
    refused("cooldown-period", "1767225601000", "1767232800000"),
    refused("restricted", "1767225600000", "0"),
    refused("daily-loss", "0.06", "0.05"),
  ]);
  expect(notable.take()).toEqual([
    "s buy BTC/USDT refused: position, asked 7000, at most 6000.5",
    "s buy BTC/USDT refused: cooldown-period, until 2026-01-01 02:00:00 (2 times)",
    "s buy BTC/USDT refused: restricted",
    "s buy BTC/USDT refused: daily-loss, asked 0.06, at most 0.05",
  ]);
  expect(notable.refusals).toBe(5);
});
