/**
 * What is wrong with recorded trades, and where. Faults: out of order, the same number twice, a price or amount that is not above
 * zero, a time to come. Doubts: numbers that are missing, and prices far off both neighbours. Nothing is repaired.
 */
import type { Place } from "./check.ts";
import type { TradeTable } from "./trade-table.ts";

const faults = ["out-of-order", "duplicate", "broken", "unfinished"] as const;
const doubts = ["id-gap", "spike"] as const;
type Kind = (typeof faults)[number] | (typeof doubts)[number];

export interface CheckedTrades {
  readonly rows: number;
  /** First and last time; 0 without rows. */
  readonly from: number;
  readonly to: number;
  /** Numbers that are missing in the gaps. */
  readonly missing: number;
  readonly findings: readonly {
    readonly kind: Kind;
    readonly count: number;
    readonly first: readonly Place[];
  }[];
  readonly sound: boolean;
}

export interface TradeCheckOptions {
  /** A fraction; a tenth by default. */
  readonly outlier?: number | undefined;
  /** Trades later than it are of the future, ms. */
  readonly now?: number | undefined;
  readonly placesMax?: number | undefined;
}

export const checkTrades = (
  trades: TradeTable,
  { outlier = 0.1, now = Infinity, placesMax = 5 }: TradeCheckOptions = {},
): CheckedTrades => {
  const { length, at, price, amount, id } = trades;
  const kept = new Map<Kind, { count: number; first: Place[] }>();
  const note = (kind: Kind, row: number, what?: number | string): void => {
    let found = kept.get(kind);
    if (found === undefined) kept.set(kind, (found = { count: 0, first: [] }));
    found.count += 1;
    if (found.first.length < placesMax)
      found.first.push(what === undefined ? { at: at[row]! } : { at: at[row]!, what });
  };
  const seen = new Set<number>();
  let missing = 0;
  let highest = 0;
  for (let row = 0; row < length; row += 1) {
    if (row > 0 && at[row]! < at[row - 1]!) note("out-of-order", row);
    if (!(price[row]! > 0)) note("broken", row, `price ${price[row]!}`);
    else if (!(amount[row]! > 0)) note("broken", row, `amount ${amount[row]!}`);
    if (at[row]! > now) note("unfinished", row);
    const off = offBoth(price, row, length);
    if (off > outlier) note("spike", row, off);
    const number = id[row]!;
    if (number === 0) continue;
    if (seen.has(number)) note("duplicate", row, `number ${number}`);
    seen.add(number);
    if (highest > 0 && number > highest + 1) {
      note("id-gap", row, number - highest - 1);
      missing += number - highest - 1;
    }
    highest = Math.max(highest, number);
  }
  const findings = [...faults, ...doubts].flatMap((kind) => {
    const found = kept.get(kind);
    return found === undefined ? [] : [{ kind, ...found }];
  });
  const sound = !faults.some((kind) => kept.has(kind));
  const [from, to] = length === 0 ? [0, 0] : [at[0]!, at[length - 1]!];
  return { rows: length, from, to, missing, findings, sound };
};

/** How far a price is above both neighbours, or below both; 0 where it is between them. */
const offBoth = (price: Float64Array, row: number, length: number): number => {
  if (row === 0 || row === length - 1) return 0;
  const [before, after] = [price[row]! / price[row - 1]! - 1, price[row]! / price[row + 1]! - 1];
  return before * after > 0 ? Math.min(Math.abs(before), Math.abs(after)) : 0;
};
