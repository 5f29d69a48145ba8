/** A venue's market for downloads: opened with its budgets, and the pairs asked for found in it. */
import { randomInt } from "node:crypto";
import type { CcxtMarket } from "../../adapters/venue/ccxt-market.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import { say } from "../terminal.ts";

export interface VenueOptions {
  readonly exchange: string;
  readonly venue?: string;
  readonly url?: string;
  readonly nats?: string;
  readonly redis?: string;
}

/** With the budgets that the venue's weights ask for, spent by this process alone, or together with a cluster. */
export const openMarket = async (
  options: VenueOptions,
): Promise<{ readonly market: CcxtMarket; close(): Promise<void> }> => {
  const { exchange, venue = exchange, url } = options;
  const [{ ccxtMarket }, { openLimits }, { systemClock: clock }, { Chance }] = await Promise.all([
    import("../../adapters/venue/ccxt-market.ts"),
    import("./shared-limits.ts"),
    import("../../adapters/clock/clock.ts"),
    import("../../domain/values/chance.ts"),
  ]);
  const chance = new Chance(randomInt(2 ** 32));
  const { limits, close } = await openLimits(options, { clock, tell: say });
  let market: CcxtMarket;
  try {
    market = ccxtMarket(
      { venue, exchange, timers: false, ...(url === undefined ? {} : { url }) },
      { clock, chance: () => chance.next(), limits, tell: say },
    );
  } catch (error) {
    await close();
    throw error;
  }
  return {
    market,
    async close() {
      await market.close();
      await close();
    },
  };
};

/** Throws `Invalid` for a pair that the venue does not have. */
export const instrumentsOf = async (
  market: CcxtMarket,
  pairs: readonly string[],
): Promise<readonly (readonly [string, InstrumentId])[]> => {
  const known = new Map((await market.instruments()).map(({ symbol, id }) => [symbol, id]));
  return pairs.map((symbol) => {
    const id = known.get(symbol);
    if (id === undefined) throw new Invalid("--pairs", `pairs that ${market.venue} trades`, symbol);
    return [symbol, id] as const;
  });
};
