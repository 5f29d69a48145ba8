/** Both legs of a contract have its one market: one actor of it, one entry in what is compared, and a leg's name finds it. */
import { expect, it } from "vitest";
import { marketSubject, rawSubject } from "../../contracts/market.ts";
import type { InstrumentId } from "../../domain/values/values.ts";
import { planOf } from "../../nodes/desired.ts";
import { liveMarket } from "../../nodes/live-market.ts";
import type { Seen } from "../../nodes/overview.ts";
import type { EnginePorts } from "../../nodes/ports.ts";
import { parseSettings } from "../../nodes/settings.ts";
import { strategyFinder } from "../../nodes/strategy-files.ts";

const contract = "f:BTC/USDT:USDT" as InstrumentId;
const legs = [`${contract}#long`, `${contract}#short`] as InstrumentId[];

it("one symbol actor, heard by both", async () => {
  const settings = parseSettings({
    venues: { f: { exchange: "binanceusdm", sandbox: {} } },
    accounts: { main: { venue: "f", positionMode: "hedge" } },
    portfolios: { main: { accounts: ["main"] } },
    strategies: legs.map((leg, k) => ({
      ...{ id: `s${k}`, strategy: "moving-average-cross", capital: "100" },
      instruments: k === 0 ? [...legs] : [leg],
    })),
  });
  const { instruments, wanted } = await planOf(settings, {} as EnginePorts, strategyFinder(undefined));
  expect(instruments).toEqual([contract]);
  expect(wanted.filter(({ kind }) => kind === "symbol")).toEqual([{ kind: "symbol", id: contract }]);
  for (const leg of legs) {
    expect(marketSubject(leg)).toBe(marketSubject(contract));
    expect(rawSubject(leg)).toBe(rawSubject(contract));
  }
});

it("a leg's depth is its contract's, and movers tell a contract once", async () => {
  const asked: string[] = [];
  const wire = {
    ask: (_: string, id: string, message: string) => {
      asked.push(`${message} ${id}`);
      return Promise.resolve(
        message === "book" ? { quote: { at: 1, bid: 99, bidQuantity: 1, ask: 101, askQuantity: 1 } } : [],
      );
    },
  } as unknown as Seen["wire"];
  const market = liveMarket({ wire, instruments: [contract] });
  expect(await market.depth(legs[1]!, 1)).toMatchObject({ instrument: legs[1], middle: 100 });
  const both = { instruments: legs.join(","), timeframe: "1m", last: 2 } as const;
  // No candles yet: refused, but asked for once.
  await market.movers(both, 1).catch(() => undefined);
  expect(asked).toEqual([`book ${contract}`, `history ${contract}`]);
  await expect(market.depth("f:ETH/USDT:USDT#long", 1)).rejects.toThrow(/an instrument that is followed/);
});
