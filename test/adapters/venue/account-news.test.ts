/** What an account's stream tells of balances when messages come late or twice, and where stops may be placed. */
import { expect, it } from "vitest";
import { balanceReader } from "../../../adapters/venue/balance-news.ts";
import type { UnifiedBalance, UnifiedMarket } from "../../../adapters/venue/ccxt-words.ts";
import { dialectOf } from "../../../adapters/venue/dialect.ts";
import { format } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { Notes, orderOf, startRig } from "./rig.ts";

/** As ccxt hands it over: all that it holds, and the message that changed it. */
const message = (total: Record<string, string>, at: number, ...named: readonly string[]): UnifiedBalance => ({
  total,
  info: { e: "outboundAccountPosition", E: at, B: named.map((a) => ({ a })) },
});

it("a balance that comes late or again is no news, nor is what ccxt has kept of it", () => {
  const read = balanceReader();
  const told = (balance: UnifiedBalance): readonly string[] | undefined => {
    const news = read(balance);
    return news && [...news.totals].map(([asset, total]) => `${asset} ${format(total)} at ${news.at}`);
  };
  expect(told(message({ USDT: "90", BTC: "1" }, 10, "USDT", "BTC"))).toEqual([
    "USDT 90 at 10",
    "BTC 1 at 10",
  ]);
  expect(told(message({ USDT: "80", BTC: "2" }, 20, "USDT", "BTC"))).toEqual([
    "USDT 80 at 20",
    "BTC 2 at 20",
  ]);
  // The first again.
  expect(told(message({ USDT: "90", BTC: "1" }, 10, "USDT", "BTC"))).toBeUndefined();
  expect(told(message({ USDT: "90", BTC: "1", ETH: "5" }, 30, "ETH"))).toEqual(["ETH 5 at 30"]);
  expect(told({ total: { USDT: "70" }, info: { e: "balanceUpdate", E: 40 } })).toBeUndefined();
  expect(told({ total: { USDT: "70" } })).toEqual(["USDT 70 at undefined"]);
});

it("balances of the stream carry the time at which the venue changed them", async () => {
  const rig = await startRig();
  try {
    const account = rig.account();
    const notes = new Notes();
    await account.watch(notes);
    await account.place(orderOf("one"));
    await eventually("fill and balance", () => notes.filled.length > 0 && notes.balancedAt.length > 0);
    expect(notes.balancedAt.at(-1)).toBe(notes.filled.at(-1)!.at);
  } finally {
    await rig.stop();
  }
});

it("stops are placed as the venue lists them, and nowhere that we do not know", () => {
  const listing = (orderTypes?: readonly string[]): UnifiedMarket =>
    ({ symbol: "BTC/USDT", info: { orderTypes } }) as unknown as UnifiedMarket;
  const { stops } = dialectOf("binance");
  expect(stops(listing(["LIMIT", "STOP_LOSS", "STOP_LOSS_LIMIT"]))).toBe("stop-market");
  expect(stops(listing(["LIMIT", "STOP_LOSS_LIMIT"]))).toBe("stop-limit");
  expect(stops(listing(["LIMIT", "MARKET"]))).toBe("none");
  expect(stops(listing())).toBe("none");
  for (const exchange of ["okx", "kraken", "some-other"])
    expect(dialectOf(exchange).stops(listing(["STOP_LOSS"]))).toBe("none");
});
