/** Valibot schemas shared by the contracts, and the door that turns a schema into a contract's parser. */
import * as v from "valibot";
import { timeframes, type Timeframe } from "../domain/market/candle.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type {
  Asset,
  InstrumentId,
  Money,
  Price,
  Quantity,
  StrategyId,
  Timestamp,
} from "../domain/values/values.ts";

/** Throws `Invalid` naming the field of the first mistake. */
export const parser =
  <T>(schema: v.GenericSchema<unknown, T>) =>
  (raw: unknown): T => {
    const parsed = v.safeParse(schema, raw, { abortEarly: true });
    if (parsed.success) return parsed.output;
    const issue = parsed.issues[0];
    throw new Invalid(v.getDotPath(issue) ?? "message", issue.expected ?? issue.message, issue.input);
  };

const text = (maximum: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(maximum));
const asText = <T extends string>() => v.transform((value: string) => value as T);
const asDecimal = <T extends bigint>() => v.transform((value: bigint) => value as T);

export const instrumentId = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9-]+:[^\s:]+(:[^\s:]+)?$/i),
  asText<InstrumentId>(),
);
export const strategyId = v.pipe(text(64), asText<StrategyId>());
export const accountId = text(64);
export const assetName = v.pipe(text(40), asText<Asset>());
export const timeMs = v.pipe(
  v.number(),
  v.integer(),
  v.minValue(0),
  v.transform((value: number) => value as Timestamp),
);
export const timeframeName = v.pipe(v.picklist(Object.keys(timeframes)), asText<Timeframe>());
export const side = v.picklist(["buy", "sell"]);
export const priceValue = v.pipe(v.bigint(), v.minValue(1n), asDecimal<Price>());
export const quantityValue = v.pipe(v.bigint(), v.minValue(1n), asDecimal<Quantity>());
export const moneyValue = v.pipe(v.bigint(), asDecimal<Money>());
export const shortText = text(200);
