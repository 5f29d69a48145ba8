/**
 * Recorded trades in files: `XRP_ETH-trades.csv.gz` with the header `ts_ms,price,amount,side,id`, and what Binance publishes (`BTCUSDT-trades-...`,
 * `BTCUSDT-aggTrades-...`, without or with a header). Read line by line, so that a long file needs the memory of its columns only.
 */
import { createReadStream, existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { sides, TradeTable } from "../../domain/history/trade-table.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { candleName } from "./candle-name.ts";
import { writeText, writeWhole } from "./whole-file.ts";
import { expectFree, plain } from "./write-candles.ts";

const HEADER = "ts_ms,price,amount,side,id";
const named = /^(.+?)-(?:agg)?trades\b.*\.(?:csv(?:\.gz)?|parquet)$/i;
/** Lines turned into text at a time. */
const LINES = 4_096;

export interface TradeFile {
  readonly path: string;
  /** As ccxt spells it; undefined where the name does not tell. */
  readonly symbol: string | undefined;
}

/** Files of trades in a folder and below, by name, or the one file. Throws `Invalid` for `field` where there is none. */
export const tradeFiles = (
  path: string,
  field: string,
  symbols?: readonly string[],
): readonly TradeFile[] => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw new Invalid(field, "a file or folder that exists", path);
  const paths = found.isDirectory()
    ? readdirSync(path, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile() && named.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [path];
  const files = paths
    .map((each) => ({ path: each, symbol: symbolOf(basename(each)) }))
    .filter(({ symbol }) => symbols === undefined || (symbol !== undefined && symbols.includes(symbol)));
  if (files.length === 0)
    throw new Invalid(field, "files named like XRP_ETH-trades.csv.gz, of the pairs asked for", path);
  return files;
};

/** The pair stands in the name as in a candle file's. */
const symbolOf = (name: string): string | undefined => {
  const stem = named.exec(name)?.[1]?.split("-")[0];
  return stem === undefined ? undefined : candleName(`${stem}-1m.csv`)?.symbol;
};

/** `<dir>/<venue>/BTC_USDT-trades.csv.gz` */
export const tradePath = (dir: string, venue: string, symbol: string): string =>
  join(dir, venue, `${symbol.replace(/[/:]/g, "_")}-trades.csv.gz`);

interface Layout {
  readonly name: string;
  /** Places of time, price, amount and number. */
  readonly cells: readonly [number, number, number, number];
  readonly width: number;
  side(cells: readonly string[]): number;
}

const makerBuys = (place: number) => (cells: readonly string[]) => {
  const told = cells[place]!.toLowerCase();
  return told === "true" ? 2 : told === "false" ? 1 : -1;
};
const layouts: readonly Layout[] = [
  { name: "shoal", cells: [0, 1, 2, 4], width: 5, side: (cells) => sides.indexOf(cells[3] as never) },
  { name: "binance trades", cells: [4, 1, 2, 0], width: 7, side: makerBuys(5) },
  { name: "binance aggTrades", cells: [5, 1, 2, 0], width: 8, side: makerBuys(6) },
];

/** In the file's order. Throws `Invalid` naming file, line and field for what cannot be read. */
export const readTrades = async (
  path: string,
  { from = -Infinity, until = Infinity } = {},
): Promise<{ readonly layout: string; readonly trades: TradeTable }> => {
  if (!existsSync(path)) throw new Invalid(path, "a file that exists", "none");
  if (path.endsWith(".parquet")) {
    const { readTradeParquet } = await import("./trade-parquet.ts");
    return { layout: "parquet", trades: (await readTradeParquet(path)).within(from, until) };
  }
  const file = createReadStream(path);
  const lines = createInterface({ input: path.endsWith(".gz") ? file.pipe(createGunzip()) : file });
  const trades = new TradeTable();
  let layout: Layout | undefined;
  let n = 0;
  for await (const line of lines) {
    n += 1;
    const text = n === 1 ? line.replace(/^\uFEFF/, "") : line;
    if (text === "" || (n === 1 && /^[a-z_]/i.test(text))) {
      if (text === "") continue;
      layout = headed(text, path);
      continue;
    }
    const cells = text.split(",");
    layout ??= layouts.find(({ name, width }) => name !== "shoal" && width === cells.length);
    if (layout === undefined) throw new Invalid(`${basename(path)}:${n}`, `the header ${HEADER}`, line);
    take(trades, layout, cells, `${basename(path)}:${n}`, from, until);
  }
  return { layout: layout?.name ?? "shoal", trades };
};

const headed = (text: string, path: string): Layout => {
  if (text === HEADER) return layouts[0]!;
  if (/^(id|trade_id),price,qty/.test(text)) return layouts[1]!;
  if (/^agg_trade_id,/.test(text)) return layouts[2]!;
  throw new Invalid(`${basename(path)}:1`, `the header ${HEADER}`, text);
};

const take = (
  trades: TradeTable,
  layout: Layout,
  cells: readonly string[],
  place: string,
  from: number,
  until: number,
): void => {
  if (cells.length !== layout.width) throw new Invalid(place, `${layout.width} cells`, `${cells.length}`);
  const number = (cell: number, field: string): number => {
    const value = Number(cells[cell]);
    if (cells[cell] === "" || !Number.isFinite(value))
      throw new Invalid(`${place} ${field}`, "a number", cells[cell]);
    return value;
  };
  const [at, price, amount, id] = layout.cells;
  const time = number(at, "time");
  // Microseconds, as Binance tells them since 2025.
  const ms = time > 1e14 ? Math.floor(time / 1_000) : time;
  if (!(ms >= from && ms < until)) return;
  const side = layout.side(cells);
  if (side < 0) throw new Invalid(`${place} side`, "buy, sell or nothing", cells[3]);
  trades.push(
    ms,
    number(price, "price"),
    number(amount, "amount"),
    side,
    cells[id] === "" ? 0 : number(id, "id"),
  );
};

/** Beside its place, synced and renamed. Throws `Invalid` for a file that is there, unless `force`. */
export const writeTrades = async (trades: TradeTable, path: string, force = false): Promise<void> => {
  expectFree({ path, force });
  await writeWhole(path, async (beside) => {
    if (path.endsWith(".parquet")) {
      const { writeTradeParquet } = await import("./trade-parquet.ts");
      await writeTradeParquet(beside, trades);
    } else await writeText(beside, textOf(trades), path.endsWith(".gz"));
  });
};

/** One line in the layout `shoal`. */
export const tradeRow = ({ at, price, amount, side, id }: TradeTable, row: number): string =>
  `${at[row]!},${plain(price[row]!)},${plain(amount[row]!)},${sides[side[row]!]!},${id[row] === 0 ? "" : id[row]!}\n`;

function* textOf(trades: TradeTable): Generator<string> {
  const { length } = trades;
  yield `${HEADER}\n`;
  for (let start = 0; start < length; start += LINES) {
    let text = "";
    for (let row = start; row < Math.min(length, start + LINES); row += 1) text += tradeRow(trades, row);
    yield text;
  }
}
