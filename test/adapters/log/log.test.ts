/** Log lines as they leave: ECS fields, labels, levels, and no secret in any of them. */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { ServiceBroker, type BrokerOptions } from "moleculer";
import { describe, expect, it } from "vitest";
import { createLogger, moleculerLogger, type Level } from "../../../adapters/log/log.ts";
import { price } from "../../../domain/values/values.ts";
import { eventually } from "../../servers.ts";

const capture = (options: { level?: Level; secrets?: readonly string[]; node?: string } = {}) => {
  const written: string[] = [];
  const logger = createLogger({ destination: { write: (line) => void written.push(line) }, ...options });
  return {
    logger,
    text: () => written.join(""),
    lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

describe("a log line", () => {
  it("is one JSON object in ECS names, with all else under labels", () => {
    const { logger, lines } = capture({ node: "host-1" });
    const child = logger
      .child({ instrument: "sandbox:BTC/USDT", "trace.id": "t1" })
      .child({ actor: "symbol.1" });
    child.warn(
      { mark: price("27000.5"), gap: { from: 3, to: 5 }, retried: true, missing: 2 },
      "ticks missing",
    );
    const [line] = lines();
    expect(line).toMatchObject({
      "log.level": "warn",
      message: "ticks missing",
      "service.name": "shoal",
      "service.node.name": "host-1",
      "process.pid": process.pid,
      "trace.id": "t1",
      "labels.instrument": "sandbox:BTC/USDT",
      "labels.actor": "symbol.1",
      "labels.mark": "27000.5",
      "labels.gap": '{"from":3,"to":5}',
      "labels.retried": true,
      "labels.missing": 2,
    });
    expect(line!["ecs.version"]).toMatch(/^8\./);
    expect(new Date(line!["@timestamp"] as string).getTime()).toBeGreaterThan(Date.now() - 60_000);
    const ecs = /^(@timestamp|message|error|(ecs|log|process|host|service|event|trace)\..+|labels\.[^.]+)$/;
    for (const field of Object.keys(line!)) expect(field).toMatch(ecs);
  });

  it("carries an error with its code and its causes", () => {
    const { logger, lines } = capture();
    const cause = new TypeError("socket closed");
    const failure = Object.assign(new Error("order not sent", { cause }), { code: 503 });
    logger.error(failure);
    logger.error({ err: failure, order: "a1" }, "gave up");
    for (const line of lines())
      expect(line["error"]).toMatchObject({ type: "Error", message: "order not sent", code: "503" });
    expect(lines().map((line) => line["message"])).toEqual(["order not sent", "gave up"]);
    const { stack_trace } = lines()[0]!["error"] as { stack_trace: string };
    expect(stack_trace).toContain("caused by: TypeError: socket closed");
    expect(lines()[1]!["labels.order"]).toBe("a1");
  });

  it("is written from its level on, and an unknown level is named", () => {
    const { logger, lines } = capture({ level: "warn" });
    logger.info("quiet");
    logger.warn("heard");
    expect(lines().map((line) => line["message"])).toEqual(["heard"]);
    expect(() => capture({ level: "loud" as Level })).toThrow(
      'log.level: expected one of fatal, error, warn, info, debug, trace, silent, found "loud"',
    );
  });

  it("survives what JSON cannot hold", () => {
    const { logger, lines } = capture();
    const circle: Record<string, unknown> = { name: "round" };
    circle["self"] = circle;
    logger.info({ circle, map: new Map([["a", 1n]]), none: undefined, nan: NaN }, "odd");
    logger.info({ map: new Map([["a", 10n ** 18n]]), nan: NaN }, "odd");
    expect(lines()[0]).toMatchObject({ message: "odd", "labels.nan": null });
    expect(lines()[1]).toMatchObject({ "labels.map": '[["a","1"]]' });
  });

  it("goes to a file that only its owner reads", async () => {
    const folder = mkdtempSync(join(tmpdir(), "shoal-log-"));
    const file = join(folder, "deeper", "shoal.log");
    createLogger({ destination: file }).info("written");
    await eventually("the line", () => {
      try {
        return readFileSync(file, "utf8").includes('"message":"written"');
      } catch {
        return false;
      }
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(folder, { recursive: true });
  });
});

describe("a secret", () => {
  const S = "hunter2-s3cr3t-VALUE";
  const named = [
    "apiKey",
    "api_key",
    "API-KEY",
    "X-MBX-APIKEY",
    "secret",
    "apiSecret",
    "secretKey",
    "token",
    "accessToken",
    "password",
    "Authorization",
    "signature",
    "listenKey",
    "privateKey",
    "passphrase",
    "set-cookie",
  ];

  it("is taken out by the name of its field, at any depth, whatever its shape", () => {
    const { logger, text } = capture();
    for (const name of named) {
      logger.info({ [name]: S }, "flat");
      logger.info({ a: { b: [{ [name]: S }] } }, "nested");
      logger.info({ venue: { [name]: { inner: [S] } } }, "with parts");
      logger.child({ [name]: S, account: { [name]: S } }).info("child");
      logger.info(`sent {"${name}":"${S}"}`);
      logger.info({ body: JSON.stringify({ [name]: S }) }, "JSON in a field");
      logger.info({ body: JSON.stringify({ text: JSON.stringify({ [name]: S }) }) }, "JSON in JSON");
      logger.info(`${name}: ${S}`);
      logger.error(new Error(`GET /api/v3/order?a=1&${name}=${S}&b=2 failed`));
      logger.error({ err: new Error("outer", { cause: new Error(`${name}=${S}`) }) }, "cause");
    }
    expect(text()).not.toContain(S);
    expect(text().split("\n").length).toBe(10 * named.length + 1);
    expect(text()).toContain("&b=2 failed");
  });

  it("is taken out of URLs, headers, keys and refusals", () => {
    const { logger, text } = capture();
    const hex = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71";
    logger.info(`POST https://x.test/api/v3/order?symbol=BTCUSDT&timestamp=1&signature=${hex}`);
    logger.info({ url: `wss://x.test/ws/${"k".repeat(60)}` }, `redis://user:${S}@10.0.0.1:6379/0`);
    logger.info({ headers: ["Authorization: Bearer abcdefghijkl", "Authorization: Basic dXNlcjpwYXNz"] });
    logger.info("tried Bearer abcdefghijkl");
    logger.info(`-----BEGIN PRIVATE KEY-----\n${S}\n-----END PRIVATE KEY-----`);
    logger.info(`gateway.token: expected at least 16 characters, found "${S} with blanks"`);
    logger.info(`redirect=%2Flogin%3Ftoken%3D${S}%26x%3D1`);
    for (const secret of [hex, S, "kkkkkkkk", "abcdefghijkl", "dXNlcjpwYXNz", "with blanks"])
      expect(text()).not.toContain(secret);
    for (const kept of ["symbol=BTCUSDT", "@10.0.0.1:6379/0", "expected at least 16 characters"])
      expect(text()).toContain(kept);
  });

  it("that is known is taken out wherever it stands", () => {
    const known = "p@ss/w rd+1";
    const { logger, text } = capture({ secrets: [known, "abc"] });
    logger.info({ note: `it is ${known}`, [`odd ${known}`]: 1 }, `or ${encodeURIComponent(known)}`);
    logger.info("abc is too short to be hunted");
    expect(text()).not.toContain(known);
    expect(text()).not.toContain(encodeURIComponent(known));
    expect(text()).toContain("abc is too short");
  });

  it("never leaves, for any value under any of the names", () => {
    // Letters and digits of a key; long enough not to stand in the line by chance.
    const anySecret = fc.stringMatching(/^[A-Za-z0-9+/_.-]{12,40}$/);
    fc.assert(
      fc.property(anySecret, fc.constantFrom(...named), (secret, name) => {
        const { logger, text } = capture();
        logger.info(
          { deep: [{ [name]: secret }], url: `https://x.test/?${name}=${secret}` },
          `${name}=${secret}`,
        );
        expect(text()).not.toContain(secret);
      }),
    );
  });

  it("leaves ordinary words alone", () => {
    const { logger, lines } = capture();
    const message = "order a1b2 of sandbox:BTC/USDT filled: 0.5 at 27000.5, fee 13.5 USDT; tokens left 5";
    logger.info({ instrument: "sandbox:BTC/USDT", tokensLeft: 5, hash: "ab".repeat(32) }, message);
    expect(lines()[0]).toMatchObject({ message, "labels.tokensLeft": 5, "labels.hash": "ab".repeat(32) });
  });
});

it("a broker logs through it, with module and node kept", async () => {
  const { logger, lines, text } = capture({ level: "debug" });
  const options = { nodeID: "host-7", logger: moleculerLogger(logger), logLevel: "debug" };
  const broker = new ServiceBroker(options as unknown as BrokerOptions);
  await broker.start();
  const venue = broker.getLogger("venue");
  venue.warn("tick dropped", { sequence: 7, apiKey: "never-shown-1" }, new Error("late"));
  venue.error(new Error("token=never-shown-2"));
  venue.trace("below the level");
  await broker.stop();
  const dropped = lines().find((line) => line["message"] === "tick dropped");
  expect(dropped).toMatchObject({
    "log.level": "warn",
    "log.logger": "venue",
    "labels.node": "host-7",
    "labels.sequence": 7,
    "labels.apiKey": "[redacted]",
    error: { message: "late" },
  });
  expect(lines().some((line) => line["log.logger"] === "broker" && line["log.level"] === "info")).toBe(true);
  expect(text()).not.toContain("never-shown");
  expect(text()).not.toContain("below the level");
});
