/** Lock-step: the market waits for its reader, user data comes in its own phase, and two runs give equal bytes. */
import { expect, test } from "vitest";
import type { SandboxOptions } from "../../sandbox/sandbox.ts";
import { describeRecorded, recordedPath } from "../recorded.ts";
import { admin, Ear, lead, signed, subscribed, userData, withSandbox, type Phase } from "./clients.ts";

const synthetic: SandboxOptions = {
  speed: "max",
  seed: 7,
  market: { kind: "synthetic", symbols: ["BTC/USDT", "ETH/USDT"], forMs: 60_000, warmupMs: 600_000 },
};

const idsIn = (ear: Ear, field: "t" | "u"): Map<string, number> => {
  const newest = new Map<string, number>();
  for (const message of ear.parsed())
    if (typeof message[field] === "number") newest.set(message["s"] as string, message[field]);
  return newest;
};

/** All that was expected of the market has been heard. */
const heardMarket = (ear: Ear, { expect: { trades, quotes } }: Phase): boolean => {
  const heardTrades = idsIn(ear, "t");
  const heardQuotes = idsIn(ear, "u");
  const reached = (heard: Map<string, number>, wanted: Record<string, number>): boolean =>
    Object.entries(wanted).every(([symbol, id]) => (heard.get(symbol) ?? -1) >= id);
  return reached(heardTrades, trades) && reached(heardQuotes, quotes);
};

/** A scripted client: buys in every tenth slice, rests and cancels in others. All it hears, phase by phase. */
const run = async (options: SandboxOptions): Promise<string[]> => {
  const journal: string[] = [];
  await withSandbox(options, async (sandbox) => {
    const name = sandbox.symbols[0]!.replace("/", "");
    const lower = name.toLowerCase();
    const market = await subscribed(sandbox, [
      `${lower}@trade`,
      `${lower}@bookTicker`,
      `${lower}@kline_1m`,
      `${lower}@miniTicker`,
    ]);
    const user = await userData(sandbox);
    let phases = 0;
    let userEvents = 0;
    await lead(sandbox, async (phase) => {
      await market.until(() => heardMarket(market, phase));
      await user.until(() => userEvents + user.heard.length >= phase.expect.user);
      // Nothing of the account may come with the market.
      if (phase.phase === "market") expect(user.heard).toHaveLength(0);
      journal.push(JSON.stringify(phase), ...market.heard, ...user.heard);
      userEvents += user.heard.length;
      user.heard.length = 0;
      if (market.heard.length > 50) market.heard.splice(0, market.heard.length - 20);
      phases += 1;
      const { body } = await signed(sandbox, "GET", "/api/v3/openOrders", { symbol: name });
      const common = { symbol: name, newClientOrderId: `p${phases}` };
      if (phase.phase === "market" && phases % 10 === 0)
        await signed(sandbox, "POST", "/api/v3/order", {
          ...common,
          side: "BUY",
          type: "MARKET",
          quoteOrderQty: 100,
        });
      const [open] = body as { orderId: number }[];
      if (open !== undefined && phases % 7 === 0)
        await signed(sandbox, "DELETE", "/api/v3/order", {
          symbol: name,
          orderId: open.orderId,
          newClientOrderId: `c${phases}`,
        });
    });
    const { body } = await admin(sandbox, "state");
    journal.push(JSON.stringify(body));
    expect(body).toMatchObject({ ended: true });
    market.close();
    user.close();
  });
  return journal;
};

test("two runs of a scripted client on a synthetic market hear equal bytes", async () => {
  const first = await run(synthetic);
  const second = await run(synthetic);
  expect(first.length).toBeGreaterThan(500);
  expect(first.filter((line) => line.includes("executionReport")).length).toBeGreaterThan(20);
  expect(second).toEqual(first);
  const other = await run({ ...synthetic, seed: 8 });
  expect(other).not.toEqual(first);
});

test("user data of a request waits for a phase of its own, after the slice's market messages", async () => {
  await withSandbox(synthetic, async (sandbox) => {
    const market = await subscribed(sandbox, ["btcusdt@trade"]);
    const user = await userData(sandbox);
    const phases: Phase[] = [];
    let placed = 0;
    await lead(sandbox, async (phase) => {
      phases.push(phase);
      await user.until(() => user.heard.length >= phase.expect.user);
      if (placed > 0 || phase.phase === "user") return;
      placed = phase.n;
      const order = { symbol: "BTCUSDT", side: "BUY", type: "MARKET", quantity: "0.001" };
      expect((await signed(sandbox, "POST", "/api/v3/order", order)).status).toBe(200);
      expect(user.heard).toHaveLength(0);
    });
    const told = phases.filter((phase) => phase.n === placed).map((phase) => phase.phase);
    // The order's events, and the print that it caused, come before the next slice.
    expect(told).toEqual(["market", "user"]);
    const [report, fill] = user.parsed().map((message) => message["event"] as Record<string, unknown>);
    expect(report).toMatchObject({ e: "executionReport", x: "NEW" });
    expect(fill).toMatchObject({ e: "executionReport", x: "TRADE", X: "FILLED" });
    market.close();
    user.close();
  });
});

test("a reader that takes over goes on from there, and is told only of what was sent since", async () => {
  await withSandbox(synthetic, async (sandbox) => {
    const first = await Ear.open(`${sandbox.wsUrl}/admin/lockstep`);
    const trades = await subscribed(sandbox, ["btcusdt@trade"]);
    first.send({ type: "ready" });
    await first.until(() => first.heard.length > 0);
    const [unanswered] = first.parsed();
    expect(unanswered).toMatchObject({
      phase: "market",
      expect: { trades: { BTCUSDT: expect.any(Number) as number } },
    });
    first.close();
    trades.close();
    const user = await userData(sandbox);
    const later = await subscribed(sandbox, ["btcusdt@bookTicker"]);
    const seen: Phase[] = [];
    await lead(sandbox, async (phase) => {
      seen.push(phase);
      await later.until(() => heardMarket(later, phase));
    });
    expect(seen[0]!.n).toBeGreaterThan(Number(unanswered!["n"]));
    expect(seen[0]!.expect.trades).toEqual({});
    user.close();
    later.close();
  });
});

test("answers to something that was not asked are refused and name the field", async () => {
  await withSandbox(synthetic, async (sandbox) => {
    const reader = await Ear.open(`${sandbox.wsUrl}/admin/lockstep`);
    reader.send({ type: "done", n: 3, phase: "market" });
    reader.send({ type: "hello" });
    await reader.until(() => reader.heard.length === 2);
    expect(reader.parsed()).toMatchObject([
      {
        type: "error",
        code: 422,
        message: expect.stringContaining("n: expected nothing is awaited") as string,
      },
      {
        type: "error",
        code: 422,
        message: expect.stringContaining("type: expected ready or done") as string,
      },
    ]);
    reader.close();
  });
});

describeRecorded("trades-binance-xrpeth-2019-10", () => {
  test("tells every recorded trade to a reader that follows slice by slice", async () => {
    const path = recordedPath("trades-binance-xrpeth-2019-10");
    await withSandbox({ speed: "max", market: { kind: "replay", path } }, async (sandbox) => {
      const market = await subscribed(sandbox, ["xrpeth@trade"]);
      let newest = 0;
      let count = 0;
      market.socket.on("message", (data) => {
        newest = (JSON.parse((data as Buffer).toString()) as { t: number }).t;
        count += 1;
      });
      await lead(sandbox, async ({ expect: { trades } }) => {
        await market.until(() => newest >= trades["XRPETH"]!);
      });
      expect(count).toBe(12_477);
      market.close();
    });
  });
});
