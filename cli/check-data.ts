/** `shoal check-data`: what is wrong with recorded candles, and where. It changes nothing. */
import { InvalidArgumentError, type Command } from "commander";
import type { Checked, Finding, Place } from "../domain/history/check.ts";
import { Exit, exits } from "./exit.ts";
import { answer, table, timeText } from "./terminal.ts";
import { list, verb, wholeNumber, withJson } from "./verb.ts";

interface Options {
  readonly timeframe?: string;
  readonly pairs?: readonly string[];
  readonly outlier?: number;
  readonly places: number;
  readonly strict?: boolean;
  readonly trades?: boolean;
  readonly funding?: boolean;
  readonly json?: boolean;
}

type FileChecked = { readonly path: string; readonly layout: string } & Checked;
interface Unreadable {
  readonly path: string;
  readonly unreadable: string;
}

export const make = (): Command =>
  withJson(
    verb({
      name: "check-data",
      about: "Tell what is wrong with recorded candles and where: a file, or all files of a folder.",
      examples: [
        ["check-data history", "everything that was downloaded or imported"],
        ["check-data BTC_USDT-5m.csv.gz --strict --json", "gaps and outliers count as faults too"],
      ],
    }),
  )
    .argument("<path>", "a file of candles, or a folder with such files")
    .option("--timeframe <frame>", "check only these files; of one file what its name does not tell")
    .option("-p, --pairs <list>", "check only these pairs, such as BTC/USDT,ETH/USDT", list)
    .option(
      "--outlier <percent>",
      "off its neighbours by so much a price is an outlier (default: 10, or 20 times the median move where that is more)",
      percent,
    )
    .option("--places <n>", "how many places of each kind to name", wholeNumber(1, 100_000), 5)
    .option("--trades", "recorded trades instead of candles")
    .option("--funding", "a file of recorded funding rates instead of candles")
    .option("--strict", "gaps, empty candles and outliers end with 1 too")
    .action(run);

const percent = (text: string): number => {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("expected a number of percent above 0");
  return value / 100;
};

const run = async (path: string, options: Options): Promise<void> => {
  if (options.trades === true) return (await import("./history/trades.ts")).checkTradeFiles(path, options);
  if (options.funding === true) return (await import("./history/funding.ts")).checkFundingFile(path, options);
  const { candleFiles } = await import("../adapters/history/candle-file.ts");
  const files = candleFiles(path, "path", { symbols: options.pairs, timeframe: options.timeframe });
  const checked: (FileChecked | Unreadable)[] = [];
  for (const file of files) checked.push(await checkFile(file, options));
  const bad = checked.filter((each) => isBad(each, options.strict === true));
  answer(options.json === true, { files: checked, sound: bad.length === 0 }, () => textOf(checked));
  if (bad.length > 0)
    throw new Exit(
      exits.failed,
      `${bad.length} of ${files.length} ${files.length === 1 ? "file" : "files"} not sound`,
    );
};

const checkFile = async (
  { path, timeframe }: { readonly path: string; readonly timeframe: FileChecked["timeframe"] },
  { outlier, places }: Options,
): Promise<FileChecked | Unreadable> => {
  const [{ readCandles }, { checkCandles }, { Invalid }] = await Promise.all([
    import("../adapters/history/candle-file.ts"),
    import("../domain/history/check.ts"),
    import("../domain/values/invalid.ts"),
  ]);
  try {
    const read = await readCandles(path, { timeframe });
    const now = Date.now();
    const found = checkCandles(read.candles, read.timeframe, { outlier, now, placesMax: places });
    return { path, layout: read.layout, ...found };
  } catch (error) {
    if (error instanceof Invalid) return { path, unreadable: error.message };
    throw error;
  }
};

const isBad = (each: FileChecked | Unreadable, strict: boolean): boolean =>
  "unreadable" in each || !each.sound || (strict && each.findings.length > 0);

const textOf = (checked: readonly (FileChecked | Unreadable)[]): string => {
  const rows = checked.map((each) =>
    "unreadable" in each
      ? [each.path, "", "", "", "", `unreadable: ${each.unreadable}`]
      : [
          ...[each.path, each.timeframe, each.rows, timeText(each.from), timeText(each.to)],
          each.findings.map(({ kind, count }) => `${count} ${kind}`).join(", ") || "nothing",
        ],
  );
  const overview = table(
    [["File"], ["Timeframe"], ["Candles", "right"], ["From"], ["To"], ["Found"]],
    rows,
    "no candles",
  );
  const places = checked.flatMap((each) =>
    "unreadable" in each ? [] : each.findings.map((finding) => placesText(each, finding)),
  );
  return [overview, ...places].join("\n");
};

const placesText = ({ path, missing, timeframe }: FileChecked, { kind, count, first }: Finding): string => {
  const what = kind === "gap" ? `${count} gap, ${missing} ${timeframe} candles missing` : `${count} ${kind}`;
  const more = count > first.length ? ", ..." : "";
  return `${path}: ${what}: ${first.map((place) => placeText(kind, place)).join(", ")}${more}`;
};

const placeText = (kind: Finding["kind"], { at, what }: Place): string => {
  if (what === undefined) return timeText(at);
  if (kind === "gap") return `${timeText(at)} (${what})`;
  return `${timeText(at)} (${typeof what === "number" ? `${Math.round(what * 1_000) / 10} %` : what})`;
};
