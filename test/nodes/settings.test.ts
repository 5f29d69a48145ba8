/** A mistake in the configuration names its field and what was expected; nothing starts on a half-understood file. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { natsAddresses, withoutPassword } from "../../adapters/nats/addresses.ts";
import { configure, lookUpSecret } from "../../nodes/configuration.ts";
import { parseSettings } from "../../nodes/settings.ts";

const good = {
  venues: { binance: { exchange: "binance" }, sandbox: { sandbox: {} } },
  accounts: { main: { venue: "sandbox" } },
  portfolios: { main: { accounts: ["main"] } },
  strategies: [
    { id: "a", strategy: "moving-average-cross", instruments: ["sandbox:BTC/USDT"], capital: "100" },
  ],
};
const withStrategy = (change: object): unknown => ({
  ...good,
  strategies: [{ ...good.strategies[0], ...change }],
});
const withVenue = (change: object): unknown => ({
  ...good,
  venues: { ...good.venues, binance: { exchange: "binance", ...change } },
});
const nats = (url: unknown): unknown => ({ ...good, nats: { url } });

describe("settings", () => {
  test("fill defaults", () => {
    const settings = parseSettings(good);
    expect(settings.strategies[0]).toMatchObject({
      portfolio: "main",
      account: "main",
      enabled: true,
      capital: "100",
    });
    expect(settings.venues["sandbox"]?.sandbox).toMatchObject({ seed: 1, speed: 60 });
  });

  test.each<[string, unknown, RegExp]>([
    [
      "a capital that is no number",
      withStrategy({ capital: "much" }),
      /^strategies\.0\.capital: expected a decimal number, found "much"/,
    ],
    [
      "a negative capital",
      withStrategy({ capital: "-5" }),
      /^strategies\.0\.capital: expected a decimal number/,
    ],
    [
      "a pair without a slash",
      { ...good, venues: { sandbox: { sandbox: { symbols: ["BTCUSDT"] } } } },
      /^venues\.sandbox\.sandbox\.symbols\.0: expected a pair such as BTC\/USDT, found "BTCUSDT"/,
    ],
    [
      "an instrument that the sandbox does not list",
      { ...good, venues: { sandbox: { sandbox: { symbols: ["ETH/USDT"] } } } },
      /^strategies\.0\.instruments\.0: expected one of ETH\/USDT at sandbox, found "sandbox:BTC\/USDT"/,
    ],
    ["an unknown field", { ...good, leverage: 3 }, /^leverage: expected no such field here/],
    [
      "an unknown field inside",
      withStrategy({ stoploss: 1 }),
      /^strategies\.0\.stoploss: expected no such field/,
    ],
    ["a missing field", withStrategy({ id: undefined }), /^strategies\.0\.id: expected/],
    [
      "an instrument without a venue",
      withStrategy({ instruments: ["BTC/USDT"] }),
      /^strategies\.0\.instruments\.0: expected an instrument such as/,
    ],
    [
      "an unknown venue",
      withStrategy({ instruments: ["ftx:BTC/USDT"] }),
      /^strategies\.0\.instruments\.0: expected one of binance, sandbox, found "ftx"/,
    ],
    [
      "an unknown portfolio",
      withStrategy({ portfolio: "x" }),
      /^strategies\.0\.portfolio: expected one of main, found "x"/,
    ],
    [
      "an account in two portfolios",
      { ...good, portfolios: { a: { accounts: ["main"] }, b: { accounts: ["main"] } }, strategies: [] },
      /^portfolios\.b\.accounts\.0: expected an account of no other portfolio than a/,
    ],
    [
      "an id used twice",
      { ...good, strategies: [good.strategies[0], good.strategies[0]] },
      /^strategies\.1\.id: expected an id used once/,
    ],
    [
      "real keys without the word",
      { ...good, accounts: { main: { venue: "binance", apiKey: "k" } } },
      /^realMoney: expected "yes", since account main trades real money at binance/,
    ],
    [
      "real keys by a proxy",
      {
        ...good,
        venues: { ...good.venues, binance: { url: "https://proxy.example.com" } },
        accounts: { main: { venue: "binance", apiKey: "k" } },
      },
      /^realMoney: expected "yes"/,
    ],
    ["a port out of range", { ...good, gateway: { port: 70_000 } }, /^gateway\.port: expected/],
    ["a NATS address without its scheme", nats("127.0.0.1:4222"), /^nats\.url: expected addresses such as/],
    [
      "one bad address among several",
      nats("nats://a:1,b:2"),
      /^nats\.url: expected addresses .* found "b:2"/,
    ],
    ["an empty address", nats("nats://a:1,"), /^nats\.url: expected addresses/],
    ["an empty list of addresses", nats([]), /^nats\.url: expected at least one address/],
    ["an address twice", nats("nats://a:1,nats://a:1"), /^nats\.url: expected every address once/],
    [
      "two passwords for one cluster",
      nats("nats://joe:hunter22@a:1,nats://joe:hunter23@b:1"),
      /^nats\.url: expected the same name and password in every address, found "2 different ones"$/,
    ],
    ["a password in a bad address", nats("http://joe:hunter22@a:1"), /found "http:\/\/\[redacted\]@a:1"$/],
    [
      "a budget that is too small for the dearest request",
      withVenue({ weightPerMinute: 50 }),
      /^venues\.binance\.weightPerMinute: expected a whole number, 100 or more/,
    ],
    [
      "a budget in parts",
      withVenue({ weightPerMinute: 100.5 }),
      /^venues\.binance\.weightPerMinute: expected/,
    ],
    ["no orders at all", withVenue({ ordersPer10s: 0 }), /^venues\.binance\.ordersPer10s: expected/],
    ["a text for a number", withVenue({ ordersPerDay: "many" }), /^venues\.binance\.ordersPerDay: expected/],
    ["an outgoing address with a dot", withVenue({ address: "a.b" }), /^venues\.binance\.address: expected/],
    ["no object", 5, /^configuration: expected/],
  ])("%s is refused", (_what, raw, message) => {
    expect(() => parseSettings(raw)).toThrow(message);
  });
});

describe("several addresses of NATS", () => {
  const several = "nats://a:4222,nats://b:4222,tls://c:4223";

  test.each<[string, unknown]>([
    ["one text with commas", several],
    ["with blanks too", several.replaceAll(",", " , ")],
    ["a list", several.split(",")],
  ])("%s", (_what, url) => {
    expect(parseSettings(nats(url)).nats).toEqual({ url: several, replicas: 1 });
  });

  test("the client gets each, and the name and password that any of them carries", () => {
    expect(natsAddresses("nats://a:4222, tls://joe:p%40ss@b:4222", "x")).toEqual({
      servers: ["a:4222", "b:4222"],
      user: "joe",
      pass: "p@ss",
    });
    expect(withoutPassword("nats://joe:secret@a:1,nats://joe:secret@b:1")).toBe(
      "nats://[redacted]@a:1,nats://[redacted]@b:1",
    );
  });
});

describe("configuration", () => {
  const file = (text: string): string => {
    const path = join(mkdtempSync(join(tmpdir(), "shoal-")), "c.yaml");
    writeFileSync(path, text);
    return path;
  };
  const yaml = file(JSON.stringify(good));

  test("later wins: file, environment, flags", () => {
    const settings = configure(
      { config: [yaml], nats: "nats://flag:1" },
      {
        NATS_URL: "nats://env:1",
        REDIS_URL: "redis://env:1",
        SHOAL__GATEWAY__PORT: "8123",
        SHOAL__GATEWAY__REQUESTS_PER_MINUTE: "7",
      },
    );
    expect(settings.nats?.url).toBe("nats://flag:1");
    expect(settings.redis?.url).toBe("redis://env:1");
    expect(settings.gateway).toMatchObject({ port: 8123, requestsPerMinute: 7 });
  });

  test("files add up, the later one wins", () => {
    expect(configure({ config: [yaml, file("dataDir: elsewhere")] }, {}).dataDir).toBe("elsewhere");
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "a missing file",
      () => configure({ config: ["/nowhere.yaml"] }, {}),
      /^config: expected a file that exists/,
    ],
    ["a broken file", () => configure({ config: [file("a: [1")] }, {}), /expected YAML or JSON/],
    ["nothing to replay", () => configure({ replay: "/nowhere" }, {}), /^replay: expected a file or folder/],
    [
      "a speed that is none",
      () => configure({ speed: "fast" }, {}),
      /^venues\.sandbox\.sandbox\.speed: expected/,
    ],
    [
      "a secret that is not there",
      () => lookUpSecret("accounts.main.secret", "env:NOPE", {}),
      /^accounts\.main\.secret: expected the environment variable NOPE/,
    ],
  ])("%s is refused", (_what, run, message) => {
    expect(run).toThrow(message);
  });
});
