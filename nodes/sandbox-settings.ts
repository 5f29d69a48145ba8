/** The part of the configuration that asks for the sandbox exchange: which market, how fast, with what money and trouble. */
import * as v from "valibot";
import { Invalid } from "../domain/values/invalid.ts";
import { decimal } from "../domain/values/values.ts";
import { faultPlan } from "../sandbox/faults/plan.ts";

export const decimalText = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.check((text) => isDecimal(text), "a decimal number"),
);
const speed = v.union([v.literal("max"), v.pipe(v.number(), v.minValue(0.01))]);

const mirror = v.strictObject({
  /** Of past one-minute candles, read at the start. */
  historyDays: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60)), 3),
});

const fields = v.strictObject({
  seed: v.optional(v.number(), 1),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 0),
  /** Folder or file of recorded trades, candles or books; the synthetic market when absent. */
  replay: v.optional(v.string()),
  from: v.optional(v.string()),
  to: v.optional(v.string()),
  /** The live prices of `exchange` instead, at speed 1: a dry run. */
  mirror: v.optional(
    v.pipe(
      v.union([v.literal(true), mirror], "true, or historyDays"),
      v.transform((told) => (told === true ? { historyDays: 3 } : told)),
    ),
  ),
  /** Market time per wall time; default 60, of a mirror 1. */
  speed: v.optional(speed),
  symbols: v.optional(
    v.array(v.pipe(v.string(), v.regex(/^[A-Z0-9]+\/[A-Z0-9]+$/, "a pair such as BTC/USDT"))),
  ),
  /** Opening balances of each account. */
  balances: v.optional(v.record(v.string(), decimalText), {}),
  /** Trouble from the beginning: a plan of docs/sandbox.md. */
  faults: v.optional(v.record(v.string(), v.unknown()), {}),
});
export const sandbox = v.pipe(
  fields,
  v.transform((told) => ({ ...told, speed: told.speed ?? (told.mirror === undefined ? 60 : 1) })),
);

/** Throws `Invalid` for what its schema cannot see. A mirrored market goes by the wall's clock, and nobody wants all pairs of a venue. */
export const checkSandbox = (
  { faults, mirror: mirrored, speed: pace, replay, symbols }: v.InferOutput<typeof sandbox>,
  field: string,
): void => {
  faultPlan(faults, `${field}.faults.`);
  if (mirrored === undefined) return;
  if (pace !== 1) throw new Invalid(`${field}.speed`, "1 beside mirror", pace);
  if (replay !== undefined) throw new Invalid(`${field}.replay`, "none beside mirror", replay);
  if (symbols === undefined || symbols.length === 0)
    throw new Invalid(`${field}.symbols`, "the pairs to mirror", symbols);
};

function isDecimal(text: string): boolean {
  try {
    return decimal(text) >= 0n;
  } catch {
    return false;
  }
}
