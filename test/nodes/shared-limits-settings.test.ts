/** Limits over several portfolios in a configuration: what they may not be combined with. */
import { expect, it } from "vitest";
import { sharedLimitsOf } from "../../nodes/shared-limits.ts";
import { parseSettings } from "../../nodes/settings.ts";

const good = {
  venues: { sandbox: { sandbox: { speed: 60 } } },
  accounts: { main: { venue: "sandbox" } },
  portfolios: { main: { accounts: ["main"] } },
  strategies: [{ id: "one", strategy: "dca-ladder", instruments: ["sandbox:BTC/USDT"], capital: 5 }],
};

it.each<[string, object, string]>([
  [
    "a venue that is none",
    { sharedLimits: { venues: { nowhere: 5 } } },
    "sharedLimits.venues.nowhere: expected one of sandbox",
  ],
  [
    "a portfolio's limit beyond the shared one",
    {
      portfolios: { main: { accounts: ["main"], limits: { grossNotionalMax: 200 } } },
      sharedLimits: { gross: 100 },
    },
    'portfolios.main.limits.grossNotionalMax: expected at most sharedLimits.gross, found "200"',
  ],
  [
    "another quote",
    { sharedLimits: { gross: 100, quote: "EUR" } },
    "strategies.0.instruments.0: expected an instrument paid in EUR",
  ],
  [
    "a replay at full speed",
    { sharedLimits: { gross: 100 }, venues: { sandbox: { sandbox: { speed: "max" } } } },
    "venues.sandbox.sandbox.speed: expected a number",
  ],
])("%s is refused", (_, change, message) => {
  expect(() => parseSettings({ ...good, ...change })).toThrow(message);
});

it("a grant stands as long by the clock of a sandbox at any speed", () => {
  expect(sharedLimitsOf(parseSettings({ ...good, sharedLimits: { gross: 100 } }))).toMatchObject({
    ...{ grantMs: 60 * 60_000, portfolios: ["main"], quote: "USDT" },
  });
  expect(sharedLimitsOf(parseSettings(good))).toBeUndefined();
});
