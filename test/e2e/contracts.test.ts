/**
 * Contracts traded live at the futures sandbox: strategies go long and short through the actors, grids that are short or neutral fill in
 * parts, answers to orders are lost, the venue pays funding, a short keeps its one stop through kill -9 and a grid its levels, though its
 * memory is lost; a position with leverage is liquidated, and afterwards ledger and venue agree to the last unit.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TradeRow } from "../../contracts/portfolio.ts";
import type { StrategyView } from "../../contracts/strategy.ts";
import { money } from "../../domain/values/values.ts";
import { sandboxThread, type SandboxThread } from "../../nodes/sandbox-thread.ts";
import { signed } from "../sandbox/clients.ts";
import { eventually } from "../servers.ts";
import { gridsOn, gridWatch } from "./grids.ts";
import { handOf } from "./hand.ts";
import { engineProcess, temporaryFolder, type EngineProcess } from "./processes.ts";
import type { AtVenue } from "./order-fates.ts";
import { agreeing, halted, nothingOpen, restless } from "./settings.ts";
import { watchContractStops, type StopWatch } from "./stop-watch.ts";

const symbols = ["BTC/USDT", "ETH/USDT"];
/** What the test itself trades: a short, and what shall be liquidated, which its margin of 5 % carries for three hundredths of a percent. */
const SOL = "sandbox:SOL/USDT:USDT";
const XRP = "sandbox:XRP/USDT:USDT";
const tiers = [
  { notionalFloor: 0, maintMarginRatio: 0.0497, initialLeverage: 20 },
  { notionalFloor: 1e9, maintMarginRatio: 0.05, initialLeverage: 10 },
];
const FUNDED_AT = Date.UTC(2026, 0, 1, 8);
const contracts = symbols.map((symbol) => `${symbol}:USDT`);

describe("contracts at the futures sandbox", () => {
  let sandbox: SandboxThread;
  let engine: EngineProcess;

  let hand: ReturnType<typeof handOf>;
  let stops: StopWatch;
  const grids = gridWatch(() => engine);
  const folder = temporaryFolder();

  const start = (): Promise<EngineProcess> => {
    const settings = restless({ strategies: 4, symbols: contracts, params: { shorts: true } });
    const [first] = settings.strategies;
    return engineProcess({
      ...settings,
      // It holds nothing; the test itself proposes for another one.
      strategies: [
        ...settings.strategies,
        ...gridsOn(["sandbox:BNB/USDT:USDT", "sandbox:LTC/USDT:USDT"]),
        {
          ...first!,
          id: "hedged",
          instruments: contracts.map((symbol) => `sandbox:${symbol}`),
          params: { seed: 9, shorts: true },
          hedge: { with: contracts[1], hedgeMs: 120_000 },
        },
        { ...first!, id: "still", instruments: [SOL, XRP], capital: "100", params: { exposure: 0 } },
      ],
      accounts: {
        main: {
          ...settings.accounts.main,
          contracts: { "SOL/USDT:USDT": { leverage: 3 }, "XRP/USDT:USDT": { leverage: 20 } },
        },
      },
      portfolios: { main: { ...settings.portfolios.main, risk: { haltOnLiquidation: true } } },
      dataDir: folder,
      node: "one",
      venues: { sandbox: { exchange: "binanceusdm", url: sandbox.url, sandbox: {} } },
    });
  };

  beforeAll(async () => {
    sandbox = await sandboxThread({
      futures: { fundingRate: "0.001", tiers },
      speed: 60,
      // However long the engine takes to come up: funding is due ten minutes of its time later, ten seconds of ours.
      begin: "subscribed",
      market: {
        kind: "synthetic",
        symbols: [...symbols, "SOL/USDT", "XRP/USDT", "BNB/USDT", "LTC/USDT"],
        stepMs: 600,
        startAt: FUNDED_AT - 10 * 60_000,
      },
      accounts: [
        { name: "main", apiKey: "sandbox-key", secret: "sandbox-secret", balances: { USDT: "100000" } },
        { name: "whale", apiKey: "whale-key", secret: "whale-secret", balances: { USDT: "100000000" } },
      ],
    });
    hand = handOf(sandbox.url, () => engine, [SOL, XRP]);
    stops = await watchContractStops(sandbox.url);
    engine = await start();
  }, 60_000);
  afterAll(async () => {
    await engine.kill();
    stops.close();
    await sandbox.stop();
  });

  const sides = async (): Promise<ReadonlySet<string>> => {
    const { accounts } = await hand.admin<{
      accounts: Record<string, { positions: { quantity: string }[] }>;
    }>("state");
    return new Set(
      accounts["main"]!.positions.map(({ quantity }) => (quantity.startsWith("-") ? "short" : "long")),
    );
  };

  it("goes long and short, survives lost answers, and agrees with the venue to the last unit", async () => {
    const seen = new Set<string>();
    await eventually(
      "held long and short at the venue",
      async () => {
        for (const side of await sides()) seen.add(side);
        return seen.size === 2;
      },
      60_000,
    );
    await eventually(
      "a strategy and its hedge on opposite sides, of as much money, told as one",
      async () => {
        const { exposures, unhedged } = await engine.ask<StrategyView>("strategy", "hedged", "inspect");
        const [main = 0, hedge = 0] = exposures;
        const answered = Math.abs(main + hedge) < 0.03 && Math.abs(main) > 0.1;
        return answered && unhedged!.base === 0 && unhedged!.episodes > 0;
      },
      60_000,
    );
    await hand.admin("faults", { loseRatio: 0.5, match: "POST /fapi/v1/order" });
    const before = (await hand.view()).counters.fills;
    await eventually(
      "fills of orders whose answers are lost",
      async () => (await hand.view()).counters.fills > before + 8,
      60_000,
    );
    const { counts } = await hand.admin<{ counts: { faults: { lost: number } } }>("state");
    expect(counts.faults.lost).toBeGreaterThan(0);
    await hand.admin("faults", {});
    await eventually(
      "funding",
      async () => (await hand.admin<{ marketTime: number }>("state")).marketTime > FUNDED_AT + 60_000,
      60_000,
    );
  }, 150_000);

  /** The short stands, nothing of it is under way, and the venue has one stop of its size at this price. */
  const stopped = (stopPrice: number): Promise<void> =>
    eventually(
      `one stop at ${stopPrice}`,
      async () =>
        (await hand.orders()).every(({ phase, cancelling }) => phase === "open" && !cancelling) &&
        (await hand.quantity(SOL)) < 0 &&
        stops.open().join() === `${-(await hand.quantity(SOL))}@${stopPrice}`,
      30_000,
    );

  it("a short keeps one stop at the venue, through lost answers and kill -9", async () => {
    await hand.allot("10000");
    const { body } = await signed(hand.venue, "GET", "/fapi/v1/symbolConfig", { symbol: "SOLUSDT" });
    expect(body).toMatchObject([{ leverage: 3, marginType: "ISOLATED" }]);
    const high = Math.round((await hand.last(SOL)) * 1.2);
    await hand.propose(hand.aim(SOL, -0.1), hand.protect(SOL, high));
    await stopped(high);
    await hand.admin("faults", { loseNext: 1, match: "POST /fapi/v1/algoOrder" });
    await hand.propose(hand.protect(SOL, high + 1));
    await stopped(high + 1);
    await hand.admin("faults", { loseNext: 1, match: "DELETE /fapi/v1/algoOrder" });
    await hand.propose(hand.protect(SOL, high + 2));
    await stopped(high + 2);
    await hand.admin("faults", {});
    const held = await hand.quantity(SOL);
    const taken = stops.taken();
    const laid = await grids.look();
    await engine.kill();
    await grids.forget(folder);
    engine = await start();
    await stopped(high + 2);
    // The same short and the same stop: neither was sent again.
    expect(await hand.quantity(SOL)).toBe(held);
    expect(stops.taken()).toBe(taken);
    expect(stops.most()).toBe(1);
    await grids.goOn(laid);
  }, 120_000);

  it("what its margin no longer carries is liquidated, booked and told, and halts entries", async () => {
    await hand.propose(hand.aim(SOL, 0));
    await eventually(
      "flat",
      async () => (await hand.quantity(SOL)) === 0 && stops.open().length === 0,
      30_000,
    );
    await hand.propose(hand.aim(XRP, 0.2));
    const whale = { account: "whale", symbol: "XRPUSDT", side: "SELL", type: "MARKET", quantity: "2000" };
    await eventually(
      "liquidated",
      async () => {
        await hand.admin("foreign-order", whale);
        return (await hand.view()).counters.liquidations > 0 && (await hand.quantity(XRP)) === 0;
      },
      30_000,
    );
    const { halted: halt, counters } = await hand.view();
    expect(halt).toMatchObject({ level: "entries", by: "risk" });
    expect(halt!.reason).toMatch(/^liquidation: .* sandbox:XRP\/USDT:USDT at /);
    const trades = await engine.ask<readonly TradeRow[]>("portfolio", "main", "trades", { limit: 200 });
    const forced = trades.filter(({ tag }) => tag === "liquidation");
    expect(forced).toHaveLength(counters.liquidations);
    expect(new Set(forced.map(({ strategy, side }) => `${strategy} ${side}`))).toEqual(
      new Set(["hand sell"]),
    );
  }, 120_000);

  it("in the end ledger and venue agree to the last unit", async () => {
    await halted(engine);
    const at = await engine.call<number>("marketNow");
    await engine.ask("portfolio", "main", "cancelOrders", { by: "test", at }, "command");
    await nothingOpen(engine);
    const summary = await agreeing(engine);
    expect(summary.mismatches).toEqual([]);
    // Stops stand in a list of their own; none of them has triggered.
    const { orders, fills } = await hand.admin<AtVenue>("orders?account=main");
    const apart = (await signed(hand.venue, "GET", "/fapi/v1/allAlgoOrders", { symbol: "SOLUSDT" })).body;
    const atVenue = [
      ...orders.filter(({ clientOrderId }) => !clientOrderId.startsWith("autoclose-")),
      ...(apart as { clientAlgoId: string; algoStatus: string }[]).map(({ clientAlgoId, algoStatus }) => ({
        clientOrderId: clientAlgoId,
        status: algoStatus,
      })),
    ];
    expect(await engine.call("ordersBroken", { orders: atVenue, fills })).toEqual([]);
    // Funding was paid for what was held, and is booked as that: nothing is left unexplained but what the insurance fund paid in.
    const income = async (incomeType: string) =>
      (await signed(hand.venue, "GET", "/fapi/v1/income", { incomeType })).body as { income: string }[];
    expect(await income("FUNDING_FEE")).not.toEqual([]);
    const insured = (await income("INSURANCE_CLEAR")).reduce((sum, one) => sum + money(one.income), 0n);
    expect(await engine.call("adjusted")).toEqual(insured === 0n ? {} : { USDT: insured });
  }, 60_000);
});
