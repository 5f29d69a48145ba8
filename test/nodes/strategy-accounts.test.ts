import { expect, it } from "vitest";
import { parseSettings } from "../../nodes/settings.ts";
import { accountsOf } from "../../nodes/strategy-accounts.ts";
import { refused } from "../refused.ts";

const settings = (over: object) => ({
  realMoney: "yes",
  venues: { one: { exchange: "binance" }, two: { exchange: "binance" } },
  accounts: {
    a: { venue: "one", apiKey: "k", secret: "s" },
    b: { venue: "two", apiKey: "k", secret: "s" },
    c: { venue: "one", apiKey: "k", secret: "s" },
    other: { venue: "two", apiKey: "k", secret: "s" },
  },
  portfolios: {
    main: { accounts: ["a", "b", "c"], quote: "USDT" },
    else: { accounts: ["other"], quote: "USDT" },
  },
  strategies: [
    {
      ...{ id: "gap", strategy: "cross-venue-arbitrage", capital: "1", accounts: ["a", "b"] },
      instruments: ["two:BTC/USDT", "one:BTC/USDT"],
      ...over,
    },
  ],
});

it("the account of the first instrument's venue stands first", () => {
  const parsed = parseSettings(settings({}));
  expect([...accountsOf(parsed, parsed.strategies[0]!)]).toEqual([
    ["two", "b"],
    ["one", "a"],
  ]);
});

it.each([
  [{ accounts: ["a", "nobody"] }, "strategies.0.accounts.1"],
  [{ accounts: ["a", "other"] }, "strategies.0.accounts.1"],
  [{ accounts: ["a", "c"] }, "strategies.0.accounts.1"],
  [{ accounts: ["a"] }, "strategies.0.instruments.0"],
  [{ accounts: [] }, "strategies.0.accounts"],
  [{ accounts: undefined, account: "other" }, "strategies.0.account"],
])("%j: the mistake is in %s", (over, field) => {
  expect(refused(() => parseSettings(settings(over)))).toBe(field);
});
