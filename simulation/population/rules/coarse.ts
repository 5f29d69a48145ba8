/**
 * Conditions over coarser candles than those of the population, as bits over the rows of the latter. As in a backtest of composite
 * (domain/strategy/closes.ts), a coarse candle counts from the row on that closes with it; where there is none, from the second
 * row behind its end, for with the first it is told too late.
 */
import type { CandleTable } from "../../../domain/history/candle-table.ts";
import { resample } from "../../../domain/history/resample.ts";
import { Condition } from "../../../domain/indicators/condition/condition.ts";
import { textOf, type Truth } from "../../../domain/indicators/condition/expression.ts";
import { type Timeframe, timeframes } from "../../../domain/market/candle.ts";
import { closesAt } from "../../../domain/strategy/closes.ts";
import type { Ground } from "../ground.ts";
import { type Mask, type Sheet, WORD, type Words, WORDS } from "./sheet.ts";

interface Coarse {
  readonly candles: CandleTable;
  /** From which row on each counts. */
  readonly from: Float64Array;
}

export class CoarseTruths {
  readonly #sheet: Sheet;
  readonly #ground: Ground;
  readonly #tables = new Map<Timeframe, Coarse>();
  readonly #known = new Map<string, Mask>();
  readonly #idle = new Map<string, Words | undefined>();

  constructor(sheet: Sheet, ground: Ground) {
    this.#sheet = sheet;
    this.#ground = ground;
  }

  /** Whether these are candles of another timeframe than the population's. */
  isCoarse(timeframe: Timeframe): boolean {
    return timeframes[timeframe] !== this.#ground.span;
  }

  of(timeframe: Timeframe, truth: Truth): Mask {
    const key = `${timeframe}: ${textOf(truth)}`;
    let found = this.#known.get(key);
    if (found === undefined) this.#known.set(key, (found = this.#make(this.#table(timeframe), truth)));
    return found;
  }

  /** Rows at which rules over these timeframes are not asked: the coarsest that may close with the row began before the first candle. */
  idle(wanted: ReadonlySet<Timeframe>): Words | undefined {
    const coarse = [...wanted]
      .filter((timeframe) => this.isCoarse(timeframe))
      .sort((a, b) => timeframes[b] - timeframes[a]);
    const key = coarse.join();
    if (!this.#idle.has(key)) this.#idle.set(key, this.#idleRows(coarse));
    return this.#idle.get(key);
  }

  #idleRows(coarse: readonly Timeframe[]): Words | undefined {
    const { candles, span } = this.#ground;
    const rows = new Set<number>();
    for (const timeframe of coarse) {
      const whole = this.#table(timeframe).candles;
      const first = whole.length > 0 ? whole.at[0]! : Infinity;
      // At most one such close lies before the first whole candle opens, and it closes what had begun before the rows.
      for (let row = 0; row < candles.length && candles.at[row]! + span <= first; row += 1) {
        const at = candles.at[row]! + span;
        const coarsest = coarse.find((each) => closesAt(at, each));
        if (coarsest === timeframe) rows.add(row);
      }
    }
    if (rows.size === 0) return undefined;
    const words = this.#sheet.words();
    this.#sheet.add((_candles, begin) => {
      words.bits.fill(0);
      for (const row of rows)
        if (row >= begin && row < begin + WORDS * WORD)
          words.bits[(row - begin) >>> 5]! |= 1 << (row - begin);
    });
    return words;
  }

  #make({ candles, from }: Coarse, truth: Truth): Mask {
    const { at: openAt, open, high, low, close, volume } = candles.rows(0, candles.length);
    const answers = new Condition(truth).over({ openAt, open, high, low, close, volume });
    const mask = { holds: this.#sheet.words(), fails: this.#sheet.words() };
    let next = 0;
    let answer = Number.NaN;
    this.#sheet.add((_candles, begin, rows) => {
      const [holds, fails] = [mask.holds.bits.fill(0), mask.fails.bits.fill(0)];
      for (let t = 0; t < rows; t += 1) {
        while (from[next]! <= begin + t) answer = answers[next++]!;
        if (answer === 1) holds[t >>> 5]! |= 1 << t;
        else if (answer === 0) fails[t >>> 5]! |= 1 << t;
      }
    });
    return mask;
  }

  #table(timeframe: Timeframe): Coarse {
    let found = this.#tables.get(timeframe);
    if (found === undefined) this.#tables.set(timeframe, (found = tableOf(this.#ground, timeframe)));
    return found;
  }
}

const tableOf = ({ candles: fine, span }: Ground, timeframe: Timeframe): Coarse => {
  const own = (Object.keys(timeframes) as Timeframe[]).find((each) => timeframes[each] === span)!;
  const { candles } = resample(fine, own, timeframe);
  const from = new Float64Array(candles.length);
  for (let k = 0; k < candles.length; k += 1) {
    const last = candles.at[k]! + timeframes[timeframe] - span;
    const row = fine.indexOf(last);
    from[k] = row < fine.length && fine.at[row] === last ? row : row + 1;
  }
  return { candles, from };
};
