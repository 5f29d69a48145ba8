/** The verbs of history with `--trades`: recorded trades in, out, into an archive and back, listed and checked. */
import { basename, dirname, join } from "node:path";
import type { Archived } from "../../adapters/history/archive.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { TradeTable } from "../../domain/history/trade-table.ts";
import { Exit, exits } from "../exit.ts";
import { answer, table, timeText } from "../terminal.ts";

interface Common {
  readonly pairs?: readonly string[] | undefined;
  readonly force?: boolean | undefined;
  readonly json?: boolean | undefined;
}
interface Span {
  readonly from?: number;
  readonly until?: number;
}

interface Told {
  readonly venue?: string;
  readonly symbol: string | undefined;
  readonly trades: number;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly path: string;
}

const bounds = (trades: TradeTable) => ({
  trades: trades.length,
  from: trades.length === 0 ? undefined : trades.at[0]!,
  to: trades.length === 0 ? undefined : trades.at[trades.length - 1]!,
});

const tell = (json: boolean | undefined, told: readonly Told[]): void => {
  answer(json === true, { series: told }, () =>
    table(
      [["Venue"], ["Pair"], ["Trades", "right"], ["From"], ["To"], ["File"]],
      told.map(({ venue = "", symbol, trades, from, to, path }) => [
        ...[venue, symbol, trades, timeText(from), timeText(to), path],
      ]),
      "nothing",
    ),
  );
};

const file = () => import("../../adapters/history/trade-file.ts");

export const listTrades = async (path: string, { pairs, json }: Common): Promise<void> => {
  const { tradeFiles, readTrades } = await file();
  const told: Told[] = [];
  for (const { path: each, symbol } of tradeFiles(path, "path", pairs)) {
    const { trades } = await readTrades(each);
    told.push({ venue: basename(dirname(each)), symbol, ...bounds(trades), path: each });
  }
  tell(json, told);
};

export const checkTradeFiles = async (
  path: string,
  { pairs, json, outlier, places, strict }: Common & { outlier?: number; places: number; strict?: boolean },
): Promise<void> => {
  const [{ tradeFiles, readTrades }, { checkTrades }] = await Promise.all([
    file(),
    import("../../domain/history/check-trades.ts"),
  ]);
  const files: { path: string; layout: string; unreadable?: string; sound: boolean; found: string }[] = [];
  for (const { path: each } of tradeFiles(path, "path", pairs))
    try {
      const { trades, layout } = await readTrades(each);
      const checked = checkTrades(trades, { outlier, now: Date.now(), placesMax: places });
      const sound = checked.sound && (strict !== true || checked.findings.length === 0);
      const found = checked.findings
        .map(({ kind, count, first }) => `${count} ${kind}, first at ${timeText(first[0]?.at)}`)
        .join("; ");
      files.push({ path: each, layout, ...checked, sound, found: found === "" ? "nothing" : found });
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      files.push({ path: each, layout: "", unreadable: error.message, sound: false, found: error.message });
    }
  const bad = files.filter(({ sound }) => !sound);
  answer(json === true, { files, sound: bad.length === 0 }, () =>
    table(
      [["File"], ["Layout"], ["Found"]],
      files.map(({ path: each, layout, found }) => [each, layout, found]),
      "no trades",
    ),
  );
  if (bad.length > 0) throw new Exit(exits.failed, `${bad.length} of ${files.length} files not sound`);
};

/** Files of the same pair are joined, put in order, and checked. */
export const importTrades = async (
  path: string,
  {
    venue,
    pair,
    pairs,
    dir,
    merge,
    force,
    json,
  }: Common & {
    venue: string;
    pair?: string;
    dir: string;
    merge?: boolean;
  },
): Promise<void> => {
  const [
    { tradeFiles, tradePath, readTrades, writeTrades },
    { TradeTable: Table, tradesInOrder },
    { checkTrades },
  ] = await Promise.all([
    file(),
    import("../../domain/history/trade-table.ts"),
    import("../../domain/history/check-trades.ts"),
  ]);
  const joined = new Map<string, TradeTable>();
  for (const one of tradeFiles(path, "path", pairs)) {
    const symbol = pair ?? one.symbol;
    if (symbol === undefined)
      throw new Invalid("--pair", "the pair that the file's name does not tell", undefined);
    const { trades } = await readTrades(one.path);
    const known = joined.get(symbol) ?? new Table();
    known.append(trades);
    joined.set(symbol, known);
  }
  const told: Told[] = [];
  for (const [symbol, found] of joined) {
    const target = tradePath(dir, venue, symbol);
    const { existsSync } = await import("node:fs");
    if (merge === true && existsSync(target)) found.append((await readTrades(target)).trades);
    const { trades } = tradesInOrder(found, symbol);
    const wrong = checkTrades(trades, { now: Date.now() });
    const fault = wrong.sound ? undefined : wrong.findings[0]!;
    if (fault !== undefined)
      throw new Invalid(
        symbol,
        "sound trades (shoal check-data --trades tells more)",
        `${fault.count} ${fault.kind}, first at ${timeText(fault.first[0]?.at)}`,
      );
    await writeTrades(trades, target, merge === true || force === true);
    told.push({ venue, symbol, ...bounds(trades), path: target });
  }
  tell(json, told);
};

export const exportTrades = async ({
  ...options
}: Common & Span & { venue: string; out: string; dir: string; to: string }): Promise<void> => {
  const { venue, out, dir, to, pairs, from, until, force, json } = options;
  const endings: Readonly<Record<string, string>> = { csv: ".csv", "csv.gz": ".csv.gz", parquet: ".parquet" };
  const ending = endings[to];
  if (ending === undefined)
    throw new Invalid("--to", `one of ${Object.keys(endings).join(", ")} for trades`, to);
  const { tradeFiles, readTrades, writeTrades } = await file();
  const told: Told[] = [];
  for (const { path, symbol } of tradeFiles(join(dir, venue), "--venue", pairs)) {
    const { trades } = await readTrades(path, { from, until });
    const target = join(out, `${basename(path).replace(/\.(csv(\.gz)?|parquet)$/, "")}${ending}`);
    await writeTrades(trades, target, force);
    told.push({ venue, symbol, ...bounds(trades), path: target });
  }
  tell(json, told);
};

export const archiveTradeFiles = async ({
  dir,
  to,
  pairs,
  force,
  json,
}: Common & { dir: string; to: string }) => {
  const [{ tradeFiles, readTrades }, { archiveTrades }, { lockDataDirectory }] = await Promise.all([
    file(),
    import("../../adapters/history/trade-archive.ts"),
    import("../../adapters/lock/lock.ts"),
  ]);
  const files = tradeFiles(dir, "--dir", pairs);
  const lock = await lockDataDirectory(to);
  const series: (Archived & { readonly path: string; readonly venue: string; readonly symbol: string })[] =
    [];
  try {
    for (const { path, symbol } of files) {
      if (symbol === undefined) throw new Invalid(path, "a name that tells the pair", path);
      const venue = basename(dirname(path));
      const { trades } = await readTrades(path);
      series.push({ path, venue, symbol, ...(await archiveTrades(to, { venue, symbol, trades }, force)) });
    }
  } finally {
    await lock.release();
  }
  answer(json === true, { archive: to, series }, () =>
    table(
      [
        ["Venue"],
        ["Pair"],
        ["New files", "right"],
        ["Trades", "right"],
        ["Bytes", "right"],
        ["Not over", "right"],
      ],
      series.map((one) => [one.venue, one.symbol, one.written, one.rows, one.bytes, one.left]),
      "nothing",
    ),
  );
};

export const restoreTradeFiles = async (
  archive: string,
  { dir, pairs, from, until, force, json }: Common & Span & { dir: string },
): Promise<void> => {
  const [{ tradePath, writeTrades }, { restoreTrades, tradeShelvesOf }] = await Promise.all([
    file(),
    import("../../adapters/history/trade-archive.ts"),
  ]);
  const told: Told[] = [];
  for (const shelf of await tradeShelvesOf(archive, { symbols: pairs, from, until })) {
    const { venue, symbol } = shelf;
    const trades = await restoreTrades(archive, shelf, { from, until });
    const path = tradePath(dir, venue, symbol);
    await writeTrades(trades, path, force);
    told.push({ venue, symbol, ...bounds(trades), path });
  }
  tell(json, told);
};
