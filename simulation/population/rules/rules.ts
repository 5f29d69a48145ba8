/**
 * A population of rules: many sets of composite, each with its own conditions, over one market's candles. Each comes out as a backtest of
 * it with float accounting and next-open fills does, bit for bit. Whatever two rules have in common, a number, a condition or a whole
 * rule, is reckoned once.
 */
import { timeframes } from "../../../domain/market/candle.ts";
import type { Clause, Join } from "../../../domain/strategy/clauses.ts";
import { Invalid } from "../../../domain/values/invalid.ts";
import { clausesOf, type CompositeParams } from "../../../strategies/composite.ts";
import { costsOf, type PopulationCosts } from "../costs.ts";
import { field, FIELDS } from "../field.ts";
import type { Ground } from "../ground.ts";
import { conclude, DayEquity, type PopulationResult } from "../result.ts";
import { CoarseTruths } from "./coarse.ts";
import { SharedRules } from "./joined.ts";
import { type Pair, type RuleColumns, RuleWalk } from "./rule-walk.ts";
import { Sheet, type Words } from "./sheet.ts";

/** `vectors`: false, for a check of one form by the other. Throws `Invalid` for a slippage that knows volumes, and for a clause of a timeframe that the candles do not make up. */
export const evaluateRules = (
  ground: Ground,
  costs: PopulationCosts,
  sets: readonly CompositeParams[],
  vectors = true,
): PopulationResult => {
  const { candles } = ground;
  for (const [i, set] of sets.entries()) checkTimeframes(set, ground.span, `set ${i}`);
  const sheet = new Sheet(vectors);
  const coarse = new CoarseTruths(sheet, ground);
  const rules = new SharedRules(sheet, coarse);
  const pairs = sets.map((set) => pairOf(set, rules, coarse));
  sheet.settle();
  const state = new Float64Array(sets.length * FIELDS);
  for (const [i, { exposure }] of sets.entries()) {
    state[i * FIELDS + field.exposure] = exposure;
    for (const name of ["cash", "peak", "trough"] as const)
      state[i * FIELDS + field[name]] = costs.startingBalance;
  }
  const columns: RuleColumns = { at: candles.at, open: candles.open, close: candles.close };
  const walk = new RuleWalk(columns, state, costsOf(costs));
  const days = new DayEquity(ground, state, sets.length);
  let begin = 0;
  for (const block of ground.blocks) {
    const end = block.at(-1)!.end;
    for (const name of ["at", "open", "close"] as const) columns[name] = candles[name].subarray(begin, end);
    sheet.run(candles, begin, end - begin);
    for (const piece of block) {
      const [from, to] = [piece.begin - begin, piece.end - begin];
      for (let set = 0; set < pairs.length; set += 1) walk.walk(set, pairs[set]!, from, to, piece.live);
      if (piece.endsDay) days.end(candles.close[piece.end - 1]!);
    }
    begin = end;
  }
  return conclude(ground, state, sets.length, days);
};

/** Where a set enters and leaves; without a rule to leave by, where the other does not hold. */
const pairOf = (params: CompositeParams, rules: SharedRules, coarse: CoarseTruths): Pair => {
  const ruleOf = (clauses: readonly Clause[]): Words =>
    rules.of(clauses, params.join as Join, params.threshold);
  const [enter, exit] = [clausesOf(params, "enter"), clausesOf(params, "exit")];
  const enters = ruleOf(enter);
  const leaves = exit.length === 0 ? rules.not(enters) : ruleOf(exit);
  const idle = coarse.idle(new Set([...enter, ...exit].map(({ timeframe }) => timeframe)));
  return idle === undefined
    ? { enters, leaves }
    : { enters: rules.but(enters, idle), leaves: rules.but(leaves, idle) };
};

/** Throws `Invalid` naming `field` and the clause that asks for candles which those of `span` ms do not make up. */
export const checkTimeframes = (params: CompositeParams, span: number, field: string): void => {
  for (const name of ["enter", "exit"] as const)
    for (const [k, { timeframe }] of clausesOf(params, name).entries())
      if (timeframes[timeframe] % span !== 0)
        throw new Invalid(
          `${field}.${name} clause ${k + 1}`,
          "a timeframe made of whole candles of the file",
          timeframe,
        );
};
