/** Leverage and margin mode at the venue: asked first, set where they differ, refused in the venue's words; and as they are configured. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ContractTerms } from "../../../domain/market/instrument.ts";
import { decimal, type InstrumentId } from "../../../domain/values/values.ts";
import { contractTermsOf, isFor, portfolioTerms } from "../../../nodes/contract-terms.ts";
import { parseSettings } from "../../../nodes/settings.ts";
import { Notes, orderOf, startRig, type Rig } from "./rig.ts";
import { eventually } from "../../servers.ts";
import { signed } from "../../sandbox/clients.ts";

const instrument = "sandbox:BTC/USDT:USDT" as InstrumentId;

describe("leverage at the venue", () => {
  let rig: Rig;
  const account = (termsOf: () => ContractTerms | undefined) =>
    rig.account({ exchange: "binanceusdm", ...{ termsOf } }, { pauseMs: 50, backoffMs: 5 });
  const atVenue = async (): Promise<unknown> =>
    (await signed(rig.sandbox, "GET", "/fapi/v1/symbolConfig", { symbol: "BTCUSDT" })).body;
  const set = (path: string, params: Record<string, string>) =>
    signed(rig.sandbox, "POST", `/fapi/v1/${path}`, { symbol: "BTCUSDT", ...params });
  const entry = (id: string) => orderOf(id, { instrument, quantity: decimal("0.01") });

  beforeAll(async () => {
    rig = await startRig({
      futures: {},
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
      accounts: [{ name: "main", apiKey: "key", secret: "secret", balances: { USDT: "10000" } }],
      speed: 10,
    });
  });
  afterAll(() => rig.stop());
  beforeEach(async () => {
    await rig.admin("faults", {});
    await rig.admin("faults", { forget: "main" });
  });

  it("is set before the first order, and not again where it stands", async () => {
    const first = account(() => ({ leverage: 3, marginMode: "isolated" }));
    expect(await first.place(entry("a1"))).toMatchObject({ type: "accepted" });
    expect(await atVenue()).toMatchObject([{ leverage: 3, marginType: "ISOLATED" }]);
    // Another process finds it as it shall be, and sets nothing.
    await rig.admin("faults", { errorNext: 100, errorStatus: 503, match: "POST /fapi/v1/leverage" });
    const next = account(() => ({ leverage: 3, marginMode: "isolated" }));
    expect(await next.arrange!([instrument])).toEqual([{ instrument, leverage: 3, marginMode: "isolated" }]);
  });

  it("an order that adds is refused in the venue's words where it cannot be set; what lessens passes", async () => {
    const before = account(() => undefined);
    expect(await before.place(entry("b1"))).toMatchObject({ type: "accepted" });
    const cross = account(() => ({ leverage: 3, marginMode: "isolated" }));
    const [told] = await cross.arrange!([instrument]);
    expect(told).toMatchObject({ marginMode: "cross", leverage: 20 });
    expect(told!.problem).toMatch(/to be 3 times, isolated and is 20 times, cross.*if there exists position/);
    expect(await cross.place(entry("b2"))).toMatchObject({ type: "refused", reason: "contract-terms" });
    const less = { ...entry("b3"), side: "sell", reduceOnly: true } as const;
    expect(await cross.place(less)).toMatchObject({ type: "accepted" });
  });

  it("a leverage beyond the venue's is refused, hedge mode too", async () => {
    const [beyond] = await account(() => ({ leverage: 126, marginMode: "cross" })).arrange!([instrument]);
    expect(beyond!.problem).toMatch(/leverage should be between 1 and 125/);
    await set("positionSide/dual", { dualSidePosition: "true" });
    const [hedged] = await account(() => ({ leverage: 3, marginMode: "cross" })).arrange!([instrument]);
    expect(hedged!.problem).toMatch(/hedge mode/);
  });

  it("a lost answer is asked for again; nothing is placed before it is known", async () => {
    const one = account(() => ({ leverage: 7, marginMode: "cross" }));
    await rig.admin("faults", { errorNext: 100, errorStatus: 503, match: "GET /fapi/v1/symbolConfig" });
    expect(await one.place(entry("d1"))).toMatchObject({ type: "not-sent" });
    await rig.admin("faults", { loseNext: 1, match: "POST /fapi/v1/leverage" });
    await eventually("placed", async () => (await one.place(entry("d1"))).type === "accepted");
    expect(await atVenue()).toMatchObject([{ leverage: 7 }]);
  });

  it("changed by somebody else it is set again before the next order", async () => {
    const one = account(() => ({ leverage: 4, marginMode: "cross" }));
    const notes = new Notes();
    await one.watch(notes);
    expect(await one.place(entry("e1"))).toMatchObject({ type: "accepted" });
    const heard = one.received();
    await set("leverage", { leverage: "9" });
    await eventually("told", () => one.received() > heard);
    expect(await one.place(entry("e2"))).toMatchObject({ type: "accepted" });
    expect(await atVenue()).toMatchObject([{ leverage: 4 }]);
  });
});

describe("leverage by configuration", () => {
  const settings = (account: object, more: object = {}, venue: object = { exchange: "binanceusdm" }) =>
    parseSettings({
      venues: { f: { ...venue, sandbox: {} } },
      accounts: { main: { venue: "f", ...account }, ...more },
      portfolios: { main: { accounts: ["main", ...Object.keys(more)] } },
    });

  it("of all contracts, and of single ones in place of that", () => {
    const { accounts } = settings({
      leverage: 3,
      contracts: {
        "ETH/USDT:USDT": { leverage: 5, marginMode: "cross" },
        "XRP/USDT:USDT": { marginMode: "cross" },
      },
    });
    expect(contractTermsOf(accounts["main"]!, "BTC/USDT:USDT")).toEqual({
      leverage: 3,
      marginMode: "isolated",
    });
    expect(contractTermsOf(accounts["main"]!, "ETH/USDT:USDT")).toEqual({ leverage: 5, marginMode: "cross" });
    expect(contractTermsOf(accounts["main"]!, "XRP/USDT:USDT")).toEqual({ leverage: 3, marginMode: "cross" });
    const terms = portfolioTerms({ accounts }, ["main"]);
    expect(terms("f:ETH/USDT:USDT" as InstrumentId)).toEqual({ leverage: 5, marginMode: "cross" });
    expect(terms("other:ETH/USDT:USDT" as InstrumentId)).toEqual({});
    expect(contractTermsOf(settings({}).accounts["main"]!, "BTC/USDT:USDT")).toBeUndefined();
  });

  it.each([
    ["accounts.main.leverage", { leverage: 0 }],
    ["accounts.main.leverage", { leverage: 2.5 }],
    ["accounts.main.marginMode", { marginMode: "crossed" }],
    ["accounts.main.contracts.BTC/USDT", { contracts: { "BTC/USDT": { leverage: 2 } } }],
  ])("a mistake names its field: %s", (field, account) => {
    expect(() => settings(account)).toThrow(expect.objectContaining({ field }) as Error);
  });

  it("in hedge mode strategies trade legs, whose terms are the contract's; in net mode they do not", () => {
    const traded = (symbol: string, account: object, venue = "binanceusdm") =>
      parseSettings({
        venues: { f: { exchange: venue, sandbox: {} } },
        accounts: { main: { venue: "f", ...account } },
        portfolios: { main: { accounts: ["main"] } },
        strategies: [{ id: "a", strategy: "turtle", instruments: [`f:${symbol}`], capital: "1" }],
      });
    const own = { positionMode: "hedge", contracts: { "BTC/USDT:USDT": { leverage: 5 } } };
    const { accounts } = traded("BTC/USDT:USDT#long", own);
    expect(contractTermsOf(accounts["main"]!, "BTC/USDT:USDT#short")).toMatchObject({ leverage: 5 });
    const terms = portfolioTerms({ accounts }, ["main"]);
    expect(terms("f:BTC/USDT:USDT#long" as InstrumentId)).toEqual({ leverage: 5, marginMode: "isolated" });
    const asked = ["f:BTC/USDT:USDT", "f:BTC/USDT:USDT#long", "g:BTC/USDT:USDT#long"] as InstrumentId[];
    expect(asked.filter((one) => isFor(accounts["main"]!, one))).toEqual(["f:BTC/USDT:USDT#long"]);
    const net = { ...accounts["main"]!, positionMode: undefined };
    expect(asked.filter((one) => isFor(net, one))).toEqual(["f:BTC/USDT:USDT"]);
    expect(() => traded("BTC/USDT:USDT", own)).toThrow(
      "strategies.0.instruments.0: expected a leg, f:BTC/USDT:USDT#long or f:BTC/USDT:USDT#short, since account main is in hedge mode",
    );
    for (const positionMode of [undefined, "net"])
      expect(() => traded("BTC/USDT:USDT#short", { positionMode })).toThrow(
        "strategies.0.instruments.0: expected f:BTC/USDT:USDT, or positionMode: hedge of account main",
      );
    expect(() => traded("BTC/USDT:USDT#both", own)).toThrow(/strategies.0.instruments.0: .*#long/);
    expect(() => traded("BTC/USDT#long", own)).toThrow(/strategies.0.instruments.0/);
    expect(() => settings({ positionMode: "dual" })).toThrow(
      /accounts.main.positionMode: expected "net" or "hedge"/,
    );
    expect(() => traded("BTC/USDT", { positionMode: "hedge" }, "binance")).toThrow(
      /accounts.main.positionMode: expected a venue of contracts/,
    );
  });

  it("not on spot, and not two of them in one portfolio at one venue", () => {
    const spot = { exchange: "binance" };
    expect(() => settings({}, { second: { venue: "f", positionMode: "hedge" } })).toThrow(
      /accounts.second.positionMode: expected that of main/,
    );
    expect(() => settings({ leverage: 2 }, {}, spot)).toThrow(/accounts.main.leverage/);
    expect(() => settings({ leverage: 2 }, { second: { venue: "f", leverage: 3 } })).toThrow(
      /accounts.second.leverage/,
    );
  });
});
