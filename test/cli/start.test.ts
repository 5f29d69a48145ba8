/** `shoal start` from beginning to end: the demo for some seconds, replays that check themselves, the exchange alone. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { describeRecorded, recordedLines, recordedPath } from "../recorded.ts";
import { eventually } from "../servers.ts";
import { begin, scratch, shoal } from "./command.ts";

const folder = scratch();
afterAll(() => folder.remove());

describe("start", () => {
  it("runs the demo for 5 s and prints one JSON object", async () => {
    const { code, json, err } = await shoal(["start", "--for", "5s", "--json", "--seed", "7"], {
      cwd: folder.path,
    });
    expect(code).toBe(0);
    for (const field of [
      "ticks",
      "candles",
      "orders",
      "fills",
      "crosses",
      "duplicates",
      "lost",
      "marketTime",
      "seconds",
    ])
      expect(json[field], field).toEqual(expect.any(Number));
    expect(json).toMatchObject({ reconciled: true, duplicates: 0, lost: 0, mismatches: [] });
    expect(json["ticks"]).toBeGreaterThan(100);
    expect(Number((json["equity"] as Record<string, string>)["USDT"])).toBeGreaterThan(99_000);
    expect(json["positions"]).toBeInstanceOf(Array);
    expect(json["journalHash"]).toEqual({ main: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown });
    // The live view tells where to look, on stderr.
    expect(err).toMatch(/^gateway +http:\/\/127\.0\.0\.1:\d+$/m);
    expect(err).toMatch(/ticks \d+ +candles \d+ +orders/);
    expect(err).not.toContain("Warning");
  });

  it("begins the next demo empty, since its exchange has forgotten; a chosen directory is kept", async () => {
    // One instrument: what is done with directories hangs on no market.
    const halfSecond = ["start", "--for", "500ms", "--symbols", "BTC/USDT", "--json", "--quiet"];
    const left = join(folder.path, ".shoal", "left-by-the-last-one");
    writeFileSync(left, "");
    const again = await shoal(halfSecond, { cwd: folder.path });
    expect([again.code, again.json["reconciled"], existsSync(left)]).toEqual([0, true, false]);
    const own = join(folder.path, "own");
    mkdirSync(own);
    writeFileSync(join(own, "kept"), "");
    await shoal([...halfSecond, "--data-dir", own], { cwd: folder.path });
    expect(existsSync(join(own, "kept"))).toBe(true);
  });

  it("writes a log that holds no key", () => {
    const log = readFileSync(join(folder.path, ".shoal", "shoal.log"), "utf8");
    expect(log.length).toBeGreaterThan(0);
    expect(log).not.toMatch(/sandbox-secret/);
  });
});

describe("sandbox", () => {
  it("tells its address and answers there until it is ended", async () => {
    const { child, ended } = begin(["sandbox", "--symbols", "BTC/USDT", "--json"]);
    let out = "";
    child.stdout!.on("data", (data: Buffer) => (out += data.toString()));
    await eventually("the address", () => out.endsWith("}\n"));
    const { url, symbols } = JSON.parse(out) as { readonly url: string; readonly symbols: string[] };
    expect(symbols).toEqual(["BTC/USDT"]);
    expect((await fetch(`${url}/api/v3/ping`)).status).toBe(200);
    child.kill("SIGTERM");
    expect((await ended).code).toBe(0);
  });
});

const TRADES = "trades-binance-xrpeth-2019-10";
const HOUR = ["--from", "2019-10-11T00:00:00Z", "--to", "2019-10-11T01:00:00Z"];

describeRecorded(TRADES, () => {
  const replay = (path: string, ...more: string[]) =>
    shoal(["start", "--replay", path, "--json", "--quiet", ...more], { cwd: folder.path });

  it("an hour of trades makes the recorded candles, from an empty directory each time", async () => {
    const first = await replay(recordedPath(TRADES), "--speed", "max", ...HOUR);
    expect(first.err).toBe("");
    expect(first.code).toBe(0);
    expect(first.json).toMatchObject({ reconciled: true, candleCheck: { different: 0, missing: 0 } });
    expect((first.json["candleCheck"] as { compared: number }).compared).toBeGreaterThan(30);
    const second = await replay(recordedPath(TRADES), "--speed", "max", ...HOUR);
    expect(second.json["journalHash"]).toEqual(first.json["journalHash"]);
    expect(second.json["journalSequence"]).toEqual(first.json["journalSequence"]);
  });

  it("ends by itself at a speed that is a number", async () => {
    const { code, json } = await replay(recordedPath(TRADES), "--speed", "3600", ...HOUR);
    expect(code).toBe(0);
    expect(json).toMatchObject({ reconciled: true, candleCheck: { different: 0 } });
  });

  it("tells with 5 a recorded candle that is not what the trades make", async () => {
    const path = join(folder.path, "bent");
    mkdirSync(path);
    const read = (name: string): string =>
      gunzipSync(readFileSync(recordedPath(`${TRADES}/${name}`))).toString();
    writeFileSync(join(path, "XRP_ETH-trades.csv.gz"), gzipSync(read("XRP_ETH-trades.csv.gz")));
    const lines = read("XRP_ETH-1m.csv.gz").split("\n");
    const traded = lines.findIndex((line, i) => i > 10 && Number(line.split(",")[5]) > 0);
    const cells = lines[traded]!.split(",");
    lines[traded] = [...cells.slice(0, 2), "9", ...cells.slice(3)].join(",");
    writeFileSync(join(path, "XRP_ETH-1m.csv.gz"), gzipSync(lines.join("\n")));
    const { code, err, json } = await replay(path, "--speed", "max", ...HOUR);
    expect([code, json["candleCheck"]]).toEqual([5, expect.objectContaining({ different: 1, missing: 0 })]);
    expect(err).toMatch(
      /1 candles differ and 0 are missing: sandbox:XRP\/ETH 1m .* high \S+ where 9 was recorded/,
    );
  });
});

const BOOK = "orderbook-binance-spot-btcusdt-2024-08";

describeRecorded(BOOK, () => {
  /** The first `count` lines of the recording, one bookTicker bent. */
  const part = (name: string, count: number, bend: (line: string) => string): string => {
    const path = join(folder.path, name);
    mkdirSync(path);
    const file = "BTC_USDT-20240808.ws.gz";
    const lines = gunzipSync(readFileSync(recordedPath(`${BOOK}/${file}`)))
      .toString()
      .split("\n")
      .slice(0, count);
    writeFileSync(join(path, file), gzipSync(lines.map(bend).join("\n")));
    return path;
  };
  const replay = (path: string) =>
    shoal(["start", "--replay", path, "--speed", "max", "--json", "--quiet"], { cwd: folder.path });

  it("keeps best bid and ask equal to the recorded bookTicker", async () => {
    const { code, json } = await replay(part("book", 6_000, (line) => line));
    expect(code).toBe(0);
    const check = json["bookCheck"] as Record<"books" | "quotes", Record<string, number>>;
    expect(check).toMatchObject({ books: { different: 0 }, quotes: { different: 0 } });
    expect(check.books["compared"]).toBeGreaterThan(50);
    expect(check.quotes["compared"]).toBe(check.quotes["recorded"]);
  });

  it("tells with 5 a book that is not what the bookTicker says", async () => {
    const sample = recordedLines(`${BOOK}/BTC_USDT-20240808.ws.gz`).slice(0, 3_000);
    const ends = sample.flatMap((line) => /"depthUpdate".*"u":(\d+)/.exec(line)?.[1] ?? []);
    // Bent where the book has the same id, well behind the snapshot; it passes through as a quote unchanged.
    const bent = sample.findIndex(
      (line, i) => i > 500 && ends.some((u) => line.includes(`"data":{"u":${u},`)),
    );
    expect(bent).toBeGreaterThan(500);
    const path = part("bent-book", 3_000, (line) =>
      line === sample[bent] ? line.replace(/"b":"[^"]+"/, '"b":"1.00000000"') : line,
    );
    const { code, err, json } = await replay(path);
    expect([code, json["bookCheck"]]).toEqual([
      5,
      expect.objectContaining({ books: expect.objectContaining({ different: 1 }) as unknown }),
    ]);
    expect(err).toMatch(/^the book differs 1 times, quotes 0 times: book \d+ of BTC\/USDT: .* recorded 1\//);
  });
});
