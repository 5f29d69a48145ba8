/**
 * A live account in hedge mode at the futures sandbox: it is brought into that mode, holds long and short legs at once, keeps a stop of
 * each through lost answers and kill -9, pays funding for both, has one liquidated by itself, and afterwards ledger and venue agree to the last unit.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ExchangeView } from "../../contracts/exchange.ts";
import type { ExecutionView } from "../../contracts/execution.ts";
import type { TradeRow } from "../../contracts/portfolio.ts";
import { money } from "../../domain/values/values.ts";
import { sandboxThread, type SandboxThread } from "../../nodes/sandbox-thread.ts";
import { signed } from "../sandbox/clients.ts";
import { eventually } from "../servers.ts";
import { handOf } from "./hand.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import type { AtVenue } from "./order-fates.ts";
import { agreeing, halted, nothingOpen, restless } from "./settings.ts";
import { watchContractStops, type StopWatch } from "./stop-watch.ts";

const FUNDED_AT = Date.UTC(2026, 0, 1, 8);
const legsOf = (base: string) => [`${base}/USDT:USDT#long`, `${base}/USDT:USDT#short`];
/** What the test itself trades; of XRP a margin of 5 % carries three hundredths of a percent. */
const [LONG, SHORT, XRP_LONG, XRP_SHORT] = ["SOL", "XRP"].flatMap(legsOf).map((leg) => `sandbox:${leg}`) as [
  string,
  string,
  string,
  string,
];
const tiers = [
  { notionalFloor: 0, maintMarginRatio: 0.0497, initialLeverage: 20 },
  { notionalFloor: 1e9, maintMarginRatio: 0.05, initialLeverage: 10 },
];

describe("hedge mode at the futures sandbox", () => {
  let sandbox: SandboxThread;
  let engine: EngineProcess;
  let hand: ReturnType<typeof handOf>;
  let stops: StopWatch;
  const folder = temporaryFolder();

  const start = (): Promise<EngineProcess> => {
    const both = restless({ strategies: 3, params: { shorts: true } });
    const [first] = both.strategies;
    const traded = [[...legsOf("BTC")], [...legsOf("BTC")].reverse(), ["BTC/USDT:USDT#short"]];
    const strategies = traded.map((legs, k) => ({
      ...both.strategies[k]!,
      instruments: legs.map((leg) => `sandbox:${leg}`),
    }));
    const still = { id: "still", instruments: [LONG, SHORT, XRP_LONG, XRP_SHORT], capital: "100" };
    return engineProcess({
      ...both,
      // It holds nothing; the test itself proposes for another one.
      strategies: [...strategies, { ...first!, ...still, params: { exposure: 0 } }],
      accounts: {
        main: {
          ...both.accounts.main,
          positionMode: "hedge",
          contracts: { "SOL/USDT:USDT": { leverage: 3 }, "XRP/USDT:USDT": { leverage: 20 } },
        },
      },
      dataDir: folder,
      node: "one",
      venues: { sandbox: { exchange: "binanceusdm", url: sandbox.url, sandbox: {} } },
    });
  };
  const order = (side: string, more: object = {}) =>
    signed(hand.venue, "POST", "/fapi/v1/order", {
      ...{ symbol: "XRPUSDT", side, type: "MARKET", quantity: "100" },
      ...more,
    });

  beforeAll(async () => {
    sandbox = await sandboxThread({
      futures: { fundingRate: "0.001", tiers },
      speed: 60,
      begin: "subscribed",
      market: {
        kind: "synthetic",
        symbols: ["BTC/USDT", "SOL/USDT", "XRP/USDT"],
        stepMs: 600,
        startAt: FUNDED_AT - 10 * 60_000,
      },
      accounts: [
        { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "100000" } },
        { name: "whale", apiKey: "whale-key", secret: "whale-secret", balances: { USDT: "100000000" } },
      ],
    });
    hand = handOf(sandbox.url, () => engine, [LONG, SHORT, XRP_LONG, XRP_SHORT]);
    stops = await watchContractStops(sandbox.url);
    // Somebody holds a position of one-way mode there: the venue does not switch over.
    expect((await order("BUY")).status).toBe(200);
    engine = await start();
  }, 60_000);
  afterAll(async () => {
    await engine.kill();
    stops.close();
    await sandbox.stop();
  });

  interface Held {
    readonly accounts: Record<string, { positions: { symbol: string; side: string; quantity: string }[] }>;
  }
  const sidesOf = async (symbol: string): Promise<readonly string[]> =>
    (await hand.admin<Held>("state")).accounts["main"]!.positions.flatMap((one) =>
      one.symbol === symbol ? [one.side] : [],
    );

  it("in the wrong mode it says so and adds nothing, until the venue can be switched over", async () => {
    const execution = () => engine.ask<ExecutionView>("execution", "main", "inspect");
    const told = (await execution()).terms.find(({ instrument }) => instrument === LONG);
    expect(told).toMatchObject({ positionMode: "net" });
    expect(told!.problem).toMatch(/to be in hedge mode and is in net mode.*exists position/);
    await hand.allot("10000");
    await hand.propose(hand.aim(LONG, 0.1));
    await eventually(
      "refused",
      async () => (await execution()).refused > 0 && (await hand.orders()).length === 0,
    );
    expect(await hand.quantity(LONG)).toBe(0);
    expect((await order("SELL", { reduceOnly: "true" })).status).toBe(200);
    // That somebody changed a setting makes it ask again at once.
    await signed(hand.venue, "POST", "/fapi/v1/leverage", { symbol: "XRPUSDT", leverage: "19" });
    await eventually(
      "long and short at once",
      async () => {
        if ((await hand.quantity(LONG)) > 0 && (await hand.quantity(SHORT)) < 0) return true;
        // The news of that change may come after the first of these.
        if ((await hand.orders()).length === 0)
          await hand.propose(hand.aim(LONG, 0.2), hand.aim(SHORT, -0.1));
        return false;
      },
      30_000,
    );
    expect([...(await sidesOf("SOLUSDT"))].sort()).toEqual(["LONG", "SHORT"]);
    await engine.ask("execution", "main", "reconcile", undefined, "command");
    const after = (await execution()).terms.find(({ instrument }) => instrument === LONG);
    expect(after).toEqual({ instrument: LONG, positionMode: "hedge", leverage: 3, marginMode: "isolated" });
    // Both legs have the one market of their contract.
    const { streams } = await engine.ask<ExchangeView>("exchange", "sandbox", "inspect");
    const contracts = ["BTC", "SOL", "XRP"].map((base) => `trades ${base}/USDT:USDT`);
    expect(streams.map(({ stream }) => stream).sort()).toEqual(contracts);
  }, 60_000);

  it("keeps a stop of each leg, through lost answers, a part closed, and kill -9", async () => {
    const lose = (match: string) => hand.admin("faults", { loseNext: 1, match });
    const low = Math.round((await hand.last(LONG)) * 0.8);
    const high = Math.round((await hand.last(LONG)) * 1.2);
    const stopped = (long: number, short: number) =>
      eventually(
        `stops at ${long} and ${short}`,
        async () => {
          const [up, down] = [await hand.quantity(LONG), await hand.quantity(SHORT)];
          const wanted = [`${up}@${long}`, `${-down}@${short}`];
          return (
            (await hand.orders()).every(({ phase, cancelling }) => phase === "open" && !cancelling) &&
            up > 0 &&
            down < 0 &&
            [...stops.open()].sort().join() === wanted.sort().join()
          );
        },
        30_000,
      );
    await lose("POST /fapi/v1/algoOrder");
    await hand.propose(hand.protect(LONG, low), hand.protect(SHORT, high));
    await stopped(low, high);
    await lose("DELETE /fapi/v1/algoOrder");
    await hand.propose(hand.protect(SHORT, high + 1));
    await stopped(low, high + 1);
    const whole = await hand.quantity(LONG);
    await lose("POST /fapi/v1/order");
    await hand.propose(hand.aim(LONG, 0.1));
    await eventually("a part is closed", async () => (await hand.quantity(LONG)) < whole * 0.6, 30_000);
    await stopped(low, high + 1);
    const { counts } = await hand.admin<{ counts: { faults: { lost: number } } }>("state");
    expect(counts.faults.lost).toBe(3);
    await hand.admin("faults", {});
    const held = [await hand.quantity(LONG), await hand.quantity(SHORT)];
    const taken = stops.taken();
    await engine.kill();
    engine = await start();
    await stopped(low, high + 1);
    expect([await hand.quantity(LONG), await hand.quantity(SHORT)]).toEqual(held);
    expect(stops.taken()).toBe(taken);
    expect(stops.most()).toBe(1);
  }, 120_000);

  it("a leg is liquidated by itself; funding is for what is held of both", async () => {
    const sol = [await hand.quantity(LONG), await hand.quantity(SHORT)];
    await hand.propose(hand.aim(XRP_LONG, 0.1), hand.aim(XRP_SHORT, -0.1));
    await eventually("liquidated", async () => (await hand.view()).counters.liquidations > 0, 30_000);
    await eventually(
      "funding",
      async () => (await hand.admin<{ marketTime: number }>("state")).marketTime > FUNDED_AT + 30_000,
      60_000,
    );
    const trades = await engine.ask<readonly TradeRow[]>("portfolio", "main", "trades", { limit: 500 });
    const forced = trades.filter(({ tag }) => tag === "liquidation");
    // Either way the price went, or both one after the other: each by an order against its own leg.
    const told = new Set(forced.map(({ instrument, side }) => `${instrument} ${side}`));
    expect([`${XRP_LONG} sell`, `${XRP_SHORT} buy`]).toEqual(expect.arrayContaining([...told]));
    expect([await hand.quantity(LONG), await hand.quantity(SHORT)]).toEqual(sol);
    await hand.propose(...[LONG, SHORT, XRP_LONG, XRP_SHORT].map((leg) => hand.aim(leg, 0)));
    await eventually("flat", async () => (await sidesOf("SOLUSDT")).length === 0, 30_000);
  }, 120_000);

  it("in the end ledger and venue agree to the last unit", async () => {
    await halted(engine);
    await nothingOpen(engine);
    await agreeing(engine);
    const { orders, fills } = await hand.admin<AtVenue>("orders?account=main");
    const apart = (await signed(hand.venue, "GET", "/fapi/v1/allAlgoOrders", { symbol: "SOLUSDT" })).body;
    const ours = ({ clientOrderId }: { clientOrderId: string }) => /^[a-z0-9]{1,18}$/.test(clientOrderId);
    const atVenue = [
      ...orders.filter((one) => ours(one) && !one.clientOrderId.startsWith("autoclose-")),
      ...(apart as { clientAlgoId: string; algoStatus: string }[]).map(({ clientAlgoId, algoStatus }) => ({
        clientOrderId: clientAlgoId,
        status: algoStatus,
      })),
    ];
    expect(await engine.call("ordersBroken", { orders: atVenue, fills })).toEqual([]);
    const income = async (incomeType: string) =>
      (await signed(hand.venue, "GET", "/fapi/v1/income", { incomeType })).body as {
        symbol: string;
        income: string;
      }[];
    // For both legs of a contract at once: one is paid for, the other is paid.
    const funded = (await income("FUNDING_FEE")).filter(({ symbol }) => symbol === "SOLUSDT");
    expect(new Set(funded.map(({ income: sum }) => sum.startsWith("-")))).toEqual(new Set([true, false]));
    const insured = (await income("INSURANCE_CLEAR")).reduce((sum, one) => sum + money(one.income), 0n);
    expect(await engine.call("adjusted")).toEqual(insured === 0n ? {} : { USDT: insured });
  }, 60_000);
});
