/**
 * Every strategy that comes with Shoal on the actors that trade, in simulated clusters under storms: hosts that die, freeze and are cut
 * off, a venue whose answers are lost, that fails before and after acting, whose streams break. In the end the ledger is the venue's
 * account, no order is doubled, lost or of unknown fate, and what a strategy believes is what the portfolio has for it.
 */
import { describe, expect, it } from "vitest";
import { groundOf } from "../../../nodes/chaos/ground.ts";
import { runSeed } from "../../../nodes/chaos/run-seed.ts";
import { strategies } from "../../../strategies/index.ts";
import { quick } from "../../strategies/quick.ts";

/**
 * Among their storms: streams that break, a venue that fails before and after acting, lost and late messages, an order's owner killed
 * between append, send and answer, and a host that is cut off while others take its strategy over.
 */
const few = [1, 3, 10, 12];
const more = Number(process.env["SHOAL_CHAOS_SEEDS"] ?? 0);
const seeds = more > 0 ? Array.from({ length: more }, (_, k) => k + 1) : few;

describe("in storms", () => {
  it.each([...strategies.keys()])(
    "%s",
    async (strategy) => {
      const ground = await groundOf({ strategy, params: quick[strategy] });
      let taken = 0;
      for (const seed of seeds) {
        const { broken, orders } = await runSeed(seed, undefined, ground);
        expect({ seed, broken }).toEqual({ seed, broken: [] });
        taken += orders;
      }
      expect(taken).toBeGreaterThan(seeds.length);
    },
    600_000,
  );

  it("takes no strategy that there is not, and no parameters that it refuses", async () => {
    await expect(groundOf({ strategy: "nobody" })).rejects.toMatchObject({ field: "strategy" });
    const none = groundOf({ strategy: "grid", params: { cells: 0 } });
    await expect(none).rejects.toMatchObject({ field: "--params.cells" });
  });
});
