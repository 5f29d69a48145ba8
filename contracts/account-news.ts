/** What a venue says of one account, as execution passes it on to the portfolio that owns it: types and their parsers. */
import * as v from "valibot";
import type { PortfolioCommand } from "../domain/portfolio/commands.ts";
import { accountId, assetName, instrumentId, moneyValue, shortText, side, timeMs } from "./parsers.ts";

type Command<T extends PortfolioCommand["type"]> = Omit<
  Extract<PortfolioCommand, { readonly type: T }>,
  "type"
>;

/** One thing that a venue says of an account. */
export type AccountNews =
  | ({ readonly type: "report" } & Command<"RecordReport">)
  | ({ readonly type: "fill" } & Command<"RecordFill">)
  | ({ readonly type: "carry" } & Omit<Command<"RecordCarry">, "account">)
  | ({ readonly type: "balances" } & Omit<Command<"RecordBalances">, "account">);

export const amounts = v.record(v.string(), moneyValue);

const report = v.looseObject({
  account: accountId,
  instrument: instrumentId,
  order: shortText,
  status: v.string(),
  filled: moneyValue,
  at: timeMs,
});
const fill = v.looseObject({
  tradeId: shortText,
  account: accountId,
  instrument: instrumentId,
  order: shortText,
  side,
  price: moneyValue,
  quantity: moneyValue,
  notional: moneyValue,
  fee: moneyValue,
  feeAsset: assetName,
  at: timeMs,
});

export const accountNews = v.variant("type", [
  v.object({ type: v.literal("report"), report }),
  v.object({ type: v.literal("fill"), fill }),
  v.object({
    type: v.literal("carry"),
    instrument: instrumentId,
    carry: v.picklist(["funding", "interest"]),
    rate: moneyValue,
    mark: moneyValue,
    amount: v.optional(moneyValue),
    at: timeMs,
  }),
  v.object({
    type: v.literal("balances"),
    balances: amounts,
    complete: v.boolean(),
    told: v.optional(v.picklist(["deposit", "withdrawal"])),
    at: timeMs,
  }),
]);
