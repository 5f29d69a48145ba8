/** An account of contracts through ccxt: orders that add and that only lessen, and balances in the ledger's terms. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contractBalances } from "../../../adapters/venue/contract-balances.ts";
import type { CcxtAccount } from "../../../adapters/venue/ccxt-account.ts";
import type { UnifiedMarket } from "../../../adapters/venue/ccxt-words.ts";
import {
  decimal,
  format,
  timestamp,
  type Asset,
  type ClientOrderId,
  type InstrumentId,
} from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";
import { Notes, orderOf, startRig, type Rig } from "./rig.ts";

const contract = "sandbox:BTC/USDT:USDT" as InstrumentId;
const held = "BTC/USDT:USDT" as Asset;
const usdt = "USDT" as Asset;

describe("at a sandbox of futures", () => {
  let rig: Rig;
  let account: CcxtAccount;
  const notes = new Notes();

  beforeAll(async () => {
    rig = await startRig({
      futures: {},
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
      accounts: [{ name: "main", apiKey: "key", secret: "secret", balances: { USDT: "10000" } }],
      speed: 10,
    });
    account = rig.account({ exchange: "binanceusdm" });
    await account.watch(notes);
  });
  afterAll(() => rig.stop());

  it("lists contracts, and may hold them short", async () => {
    const market = rig.market({ exchange: "binanceusdm" });
    const listed = await market.instruments();
    expect(listed).toMatchObject([{ id: contract, base: "BTC", quote: "USDT", status: "trading" }]);
    expect(account.capabilities).toMatchObject({ shorts: true, watchAccount: true, findByClientId: true });
    const watched = new Notes();
    await market.watch([contract], watched);
    await eventually("trades", () => watched.ids(contract).length > 0);
  });

  it("goes short, closes a part reduce-only, and the balances are what its fills leave", async () => {
    const short = orderOf("short1", { instrument: contract, side: "sell", quantity: decimal("0.1") });
    const less = orderOf("less1", { instrument: contract, quantity: decimal("0.04"), reduceOnly: true });
    expect(await account.place(short)).toMatchObject({ type: "accepted" });
    expect(await account.place(less)).toMatchObject({ type: "accepted" });
    await eventually(
      "both ends are told",
      () => notes.reports.filter(({ status }) => status === "filled").length === 2,
    );
    let cash: bigint = decimal("10000");
    let quantity = 0n;
    for (const fill of notes.filled) {
      const buys = fill.side === "buy";
      cash += (buys ? 0n - fill.notional : fill.notional) - fill.fee;
      quantity += buys ? fill.quantity : 0n - fill.quantity;
    }
    expect(format(quantity)).toBe("-0.06");
    expect(await account.balances()).toEqual(
      new Map<Asset, bigint>([
        [usdt, cash],
        [held, quantity],
      ]),
    );
    // The same fills when asked for a time that takes several questions, under our own ids.
    const asked = await account.fills(contract, timestamp(Date.now() - 20 * 86_400_000));
    expect(asked.map(({ order }) => order)).toEqual(notes.filled.map(({ order }) => order));
    const closing = { ...less, id: "less2" as ClientOrderId, quantity: decimal("0.1") } as typeof less;
    expect(await account.place(closing)).toMatchObject({ type: "accepted" });
    await eventually("closed", async () => !(await account.balances()).has(held));
    // Nothing is left that it could lessen.
    const more = { ...less, id: "less3" as ClientOrderId };
    expect(await account.place(more)).toMatchObject({ type: "refused" });
  });

  it("an order whose answer was lost is found by our id", async () => {
    await rig.admin("faults", { loseNext: 1, match: "POST /fapi/v1/order" });
    const lost = orderOf("lost1", { instrument: contract, side: "sell", quantity: decimal("0.01") });
    expect(await account.place(lost)).toMatchObject({ type: "unknown" });
    expect(await account.find("lost1" as ClientOrderId, contract)).toMatchObject({
      order: "lost1",
      status: "filled",
    });
  });

  it("what no order explains makes it ask again", async () => {
    const before = notes.resumptions;
    await rig.admin("deposit", { account: "main", asset: "USDT", amount: "5" });
    await eventually("told", () => notes.resumptions > before);
  });
});

it("tells at what rate and mark funding was paid", async () => {
  // A second and a half of ours before 08:00.
  const dueAt = Date.UTC(2026, 0, 1, 8);
  const rig = await startRig({
    futures: { fundingRate: "0.0003" },
    market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 0, startAt: dueAt - 15_000 },
    accounts: [{ name: "main", apiKey: "key", secret: "secret", balances: { USDT: "10000" } }],
    speed: 10,
  });
  try {
    const account = rig.account({ exchange: "binanceusdm" });
    const notes = new Notes();
    await account.watch(notes);
    const short = orderOf("short1", { instrument: contract, side: "sell", quantity: decimal("0.1") });
    expect(await account.place(short)).toMatchObject({ type: "accepted" });
    await eventually("funding", async () => (await account.fundings!(timestamp(dueAt - 15_000))).length > 0);
    const [paid] = await account.fundings!(timestamp(dueAt - 15_000));
    expect(paid).toMatchObject({ instrument: contract, rate: decimal("0.0003"), at: dueAt });
    // Received: 0.1 times the mark times the rate, on the venue's grid.
    const sold = notes.filled.reduce((sum, { notional, fee }) => sum + notional - fee, 0n);
    const received = (await account.balances()).get(usdt)! - decimal("10000") - sold;
    expect(received).toBe(paid!.amount);
    expect(Number(format(received))).toBeCloseTo(Number(format(paid!.mark)) * 0.1 * 0.0003, 7);
    expect(await account.fundings!(timestamp(dueAt + 1))).toEqual([]);
  } finally {
    await rig.stop();
  }
});

it("cash is the wallet less what positions cost", () => {
  const market = (id: string) => ({ symbol: `${id.slice(0, 3)}/USDT:USDT`, quote: "USDT" }) as UnifiedMarket;
  const position = (symbol: string, positionAmt: string, notional: string, unrealizedProfit: string) => ({
    symbol,
    positionAmt,
    notional,
    unrealizedProfit,
  });
  const told = contractBalances(
    {
      info: {
        assets: [{ asset: "USDT", walletBalance: "1000" }],
        // Long 2 at 100, now 104: cost 200. Short 1 at 50, now 60: cost -50.
        positions: [position("BTCUSDT", "2", "208", "8"), position("ETHUSDT", "-1", "-60", "-10")],
      },
    },
    market,
  );
  expect([...told].map(([name, amount]) => `${name} ${format(amount)}`)).toEqual([
    "USDT 850",
    "BTC/USDT:USDT 2",
    "ETH/USDT:USDT -1",
  ]);
});
