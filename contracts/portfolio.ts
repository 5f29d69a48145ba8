/**
 * One portfolio: the single writer of its accounts' ledger. Strategies propose, execution records, people halt.
 * Every command may come twice; what is already known changes nothing.
 */
import * as v from "valibot";
import type { PortfolioCommand } from "../domain/portfolio/commands.ts";
import type { PortfolioEvent } from "../domain/portfolio/events.ts";
import type { PortfolioView } from "../domain/portfolio/view.ts";
import type { Order } from "../domain/order/order.ts";
import type {
  AccountId,
  ClientOrderId,
  InstrumentId,
  StrategyId,
  Timestamp,
} from "../domain/values/values.ts";
import { accountNews, amounts, type AccountNews } from "./account-news.ts";
import { command, contract, event, nothing, query, type Parse } from "./contract.ts";
import { orderId } from "./execution.ts";
import { limitAnswers } from "./limits.ts";
import {
  accountId,
  assetName,
  instrumentId,
  moneyValue,
  parser,
  shortText,
  side,
  strategyId,
  timeMs,
} from "./parsers.ts";
import type { Standing } from "./strategy.ts";

type Command<T extends PortfolioCommand["type"]> = Omit<
  Extract<PortfolioCommand, { readonly type: T }>,
  "type"
>;

export interface StandingWanted {
  readonly strategy: StrategyId;
  readonly account: AccountId;
  readonly instruments: readonly InstrumentId[];
}

/** An order the ledger holds open, and whether anybody has heard of it from the venue. */
export interface LiveOrder {
  readonly order: Order;
  readonly accepted: boolean;
}

export type { AccountNews } from "./account-news.ts";

export interface PortfolioNews {
  readonly sequence: number;
  readonly at: Timestamp;
  readonly events: readonly PortfolioEvent[];
}

/** What a row of `shoal trades` is: one fill. */
export interface TradeRow {
  readonly at: Timestamp;
  readonly strategy: string;
  readonly instrument: string;
  readonly side: "buy" | "sell";
  readonly quantity: bigint;
  readonly price: bigint;
  readonly fee: bigint;
  readonly feeAsset: string;
  readonly liquidity: "maker" | "taker" | "crossed";
  readonly tag: string;
  readonly order: ClientOrderId;
  readonly tradeId: string;
}

const mark = v.object({ bid: moneyValue, ask: moneyValue, last: moneyValue });
const reason = v.pipe(v.string(), v.maxLength(500));
const finite = v.pipe(v.number(), v.finite());
const ask = v.variant("type", [
  v.object({
    type: v.literal("aim"),
    instrument: instrumentId,
    exposure: finite,
    reason,
    numbers: v.array(v.number()),
  }),
  v.object({
    type: v.literal("place"),
    instrument: instrumentId,
    side,
    orderType: v.picklist(["market", "limit", "stop-market", "stop-limit"]),
    timeInForce: v.optional(v.picklist(["GTC", "IOC", "FOK", "PO"])),
    quantity: finite,
    price: v.optional(finite),
    stopPrice: v.optional(finite),
    tag: shortText,
  }),
  v.object({ type: v.literal("cancel"), tag: shortText }),
  v.object({
    type: v.literal("protect"),
    instrument: instrumentId,
    stopPrice: v.optional(finite),
    reason,
    targets: v.optional(v.array(v.object({ price: finite, part: finite, rung: v.optional(finite) }))),
  }),
]);
const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Valibot makes optional fields `T | undefined`; the domain says absent. The schemas below guarantee the shapes. */
const checked = <T extends PortfolioCommand["type"]>(
  schema: v.GenericSchema<unknown, unknown>,
): Parse<Command<T>> => parser(schema) as Parse<Command<T>>;

const namedAccount = v.pipe(
  accountId,
  v.transform((id) => id as AccountId),
);
const ofAccount = parser(v.object({ account: namedAccount }));

export const PortfolioContract = contract({
  kind: "portfolio",
  answers: {
    openAccount: command<Command<"OpenAccount">, undefined>(
      checked<"OpenAccount">(
        v.object({
          account: accountId,
          venue: shortText,
          balances: amounts,
          nonce: shortText,
          at: timeMs,
        }),
      ),
    ),
    instrumentChanged: command<Command<"InstrumentChanged">, undefined>(
      checked<"InstrumentChanged">(
        v.object({
          instrument: v.looseObject({
            id: instrumentId,
            tickSize: moneyValue,
            lotSize: moneyValue,
            status: v.string(),
          }),
          at: timeMs,
        }),
      ),
    ),
    allot: command<Command<"Allot">, undefined>(
      checked<"Allot">(
        v.object({
          strategy: strategyId,
          account: accountId,
          asset: assetName,
          amount: moneyValue,
          at: timeMs,
        }),
      ),
    ),
    release: command<Command<"Release">, undefined>(
      checked<"Release">(v.object({ strategy: strategyId, account: accountId, at: timeMs })),
    ),
    propose: command<Command<"Propose">, undefined>(
      checked<"Propose">(
        v.object({
          strategy: strategyId,
          account: accountId,
          sequence: count,
          at: timeMs,
          marks: v.record(v.string(), mark),
          asks: v.array(ask),
        }),
      ),
    ),
    /** Sends an order or cancel again that is not known to have arrived; any other changes nothing. */
    redeliver: command<{ readonly order: ClientOrderId }, undefined>(
      parser(v.strictObject({ order: orderId })),
    ),
    cancelOrders: command<Command<"CancelOrders">, undefined>(
      checked<"CancelOrders">(
        v.object({
          strategy: v.optional(strategyId),
          sequence: v.optional(count),
          stops: v.optional(v.boolean()),
          by: shortText,
          at: timeMs,
        }),
      ),
    ),
    /** A part of a position, at the market. */
    closePart: command<Command<"ClosePart">, undefined>(
      checked<"ClosePart">(
        v.object({
          strategy: strategyId,
          instrument: instrumentId,
          percent: v.optional(finite),
          quantity: v.optional(v.bigint()),
          by: shortText,
          at: timeMs,
        }),
      ),
    ),
    /** What the venue says of one account, in its order; all of it in one turn. What is known already changes nothing. */
    record: command<{ readonly account: AccountId; readonly news: readonly AccountNews[] }, undefined>(
      parser(v.object({ account: namedAccount, news: v.array(accountNews) })) as Parse<{
        readonly account: AccountId;
        readonly news: readonly AccountNews[];
      }>,
    ),
    halt: command<Command<"Halt">, undefined>(
      checked<"Halt">(v.object({ level: v.picklist(["entries", "all"]), by: shortText, reason, at: timeMs })),
    ),
    resume: command<Command<"Resume">, undefined>(checked<"Resume">(v.object({ by: shortText, at: timeMs }))),
    standing: query<StandingWanted, Standing>(
      parser(v.object({ strategy: strategyId, account: namedAccount, instruments: v.array(instrumentId) })),
    ),
    /** Under which epoch this owner of the portfolio writes; 0 where nothing is fenced. */
    epoch: query<void, number>(nothing),
    liveOrders: query<{ readonly account: AccountId }, readonly LiveOrder[]>(ofAccount),
    /** Venue time up to which the account's fills have been booked: whoever asks for later ones misses none. */
    bookedUntil: query<{ readonly account: AccountId }, Timestamp>(ofAccount),
    trades: query<{ readonly limit: number }, readonly TradeRow[]>(
      parser(v.object({ limit: v.pipe(count, v.maxValue(100_000)) })),
    ),
    ...limitAnswers,
    view: query<void, PortfolioView>(nothing),
    inspect: query<void, PortfolioView>(nothing),
  },
  tells: { changed: event<PortfolioNews>() },
});
