/**
 * What an error of the exchange client means for a request that may have changed something: refused, certainly not
 * sent, or unknown. Whatever is not understood is unknown: the venue is asked, nothing is sent twice. Errors are told
 * by the names in their class chain, so that this table needs no ccxt. Found by provoking each against a venue.
 */
import type { VenueRefusal } from "../../domain/order/order.ts";

export type Failure =
  | { readonly type: "refused"; readonly reason: VenueRefusal; readonly detail: string }
  | { readonly type: "not-sent"; readonly detail: string; readonly retryAfterMs: number }
  | { readonly type: "unknown"; readonly detail: string };

interface Annotated extends Error {
  httpStatus?: number;
  retryAfterMs?: number;
}

/** Thrown by the guard instead of calling: the breaker is open or the venue told us to wait. */
export class Blocked extends Error {
  override readonly name = "Blocked";
  readonly code = 503;
  readonly retryable = true;
  readonly retryAfterMs: number;

  constructor(detail: string, retryAfterMs: number) {
    super(detail);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Notes what the HTTP answer said on the error. `Retry-After` is in seconds. */
export const annotated = (
  error: unknown,
  httpStatus: number,
  headers: Readonly<Record<string, string>>,
): unknown => {
  if (!(error instanceof Error)) return error;
  const noted = error as Annotated;
  // On sockets ccxt passes the venue's own code instead.
  if (httpStatus >= 100) noted.httpStatus = httpStatus;
  const seconds = Number(headers["Retry-After"] ?? headers["retry-after"]);
  if (Number.isFinite(seconds)) noted.retryAfterMs = seconds * 1_000;
  return noted;
};

/** Names of the classes an error belongs to, nearest first. */
export const kinds = (error: unknown): readonly string[] => {
  const names: string[] = [];
  let type: unknown = error;
  while (typeof type === "object" && type !== null) {
    const name = (type as { readonly constructor?: { readonly name?: string } }).constructor?.name;
    if (name !== undefined && names.at(-1) !== name) names.push(name);
    type = Object.getPrototypeOf(type) as unknown;
  }
  return names;
};

/** The venue's own code in the message: `{"code":-2010,"msg":"..."}`. */
const codeOf = (message: string): string => /"code"\s*:\s*"?(-?\d+)/.exec(message)?.[1] ?? "";

const byKind: readonly (readonly [string, VenueRefusal])[] = [
  ["InsufficientFunds", "insufficient-balance"],
  ["OrderImmediatelyFillable", "would-take"],
  ["DuplicateOrderId", "duplicate-id"],
  ["BadSymbol", "unknown-instrument"],
  ["MarketClosed", "instrument-not-trading"],
  ["ContractUnavailable", "instrument-not-trading"],
  ["AuthenticationError", "not-authorised"],
];

/** Filters by their names first, then by what venues say in words. */
const byText: readonly (readonly [RegExp, VenueRefusal])[] = [
  [/MAX_NUM_|too many (open |new )?orders|orders limit exceeded/i, "too-many-orders"],
  [/LOT_SIZE|MAX_POSITION/, "filter-quantity"],
  [/NOTIONAL|QTY is zero/, "filter-notional"],
  [/PRICE_FILTER|PERCENT_PRICE|TRAILING_DELTA/, "filter-price"],
  [/short.?(not|sell|position)/i, "short-not-allowed"],
  [/position side does not match/i, "contract-terms"],
  [/self.?trade/i, "self-trade"],
  [/insufficient (balance|funds)/i, "insufficient-balance"],
  [/immediately (match|trigger)|post.?only/i, "would-take"],
  [/duplicate/i, "duplicate-id"],
  [/invalid symbol|unknown (symbol|asset pair)/i, "unknown-instrument"],
  [/market is closed|not trading|suspended|delisted|TRADING_DISABLED/i, "instrument-not-trading"],
  [/API.?key|permission|not enabled|disabled on this account|may not place/i, "not-authorised"],
  [/cost minimum/i, "filter-notional"],
  [/invalid quantity|volume minimum|amount of .* must be|lot size/i, "filter-quantity"],
  [/invalid price|price of .* must be|tick size/i, "filter-price"],
];

/** Before any byte of the request could leave. */
const neverLeft = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT|Connect Timeout|over maxCapacity/;

export const isInvalidNonce = (error: unknown): boolean => {
  const names = kinds(error);
  return names.includes("InvalidNonce") && !names.includes("ChecksumError");
};

export interface SlowDown {
  /** A second where the venue does not say. */
  readonly pauseMs: number;
  /** Too many orders of this account: everything else may go on. */
  readonly ordersOnly: boolean;
  /** It refuses the whole address for a while (418). */
  readonly banned: boolean;
}

/** The venue asks us to slow down; undefined otherwise. */
export const slowDownOf = (error: unknown): SlowDown | undefined => {
  const names = kinds(error);
  if (!names.includes("DDoSProtection") && !names.includes("RateLimitExceeded")) return undefined;
  const { message, retryAfterMs, httpStatus } = error as Annotated;
  const code = codeOf(message);
  if (code === "-2015") return undefined;
  return { pauseMs: retryAfterMs ?? 1_000, ordersOnly: code === "-1015", banned: httpStatus === 418 };
};

/** Counts against the breaker: the wire or the venue failed, not what we asked for. */
export const isVenueFailure = (error: unknown): boolean => {
  if (error instanceof Blocked) return false;
  const names = kinds(error);
  if (names.includes("InvalidNonce")) return false;
  if (((error as Annotated).httpStatus ?? 0) >= 500) return true;
  return names.includes("OperationFailed") || !names.includes("BaseError");
};

export const failureOf = (error: unknown): Failure => {
  if (error instanceof Blocked)
    return { type: "not-sent", detail: error.message, retryAfterMs: error.retryAfterMs };
  const detail = error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
  const names = kinds(error);
  if (codeOf(detail) === "-2015") return { type: "refused", reason: "not-authorised", detail };
  const slow = slowDownOf(error);
  if (slow !== undefined) return { type: "not-sent", detail, retryAfterMs: slow.pauseMs };
  // The venue looked at the timestamp and did nothing else.
  if (isInvalidNonce(error)) return { type: "not-sent", detail, retryAfterMs: 0 };
  if (neverLeft.test(detail)) return { type: "not-sent", detail, retryAfterMs: 1_000 };
  if (((error as Annotated).httpStatus ?? 0) >= 500) return { type: "unknown", detail };
  if (!names.includes("ExchangeError")) return { type: "unknown", detail };
  return { type: "refused", reason: reasonOf(names, detail), detail };
};

const reasonOf = (names: readonly string[], detail: string): VenueRefusal => {
  for (const [kind, reason] of byKind) if (names.includes(kind)) return reason;
  for (const [pattern, reason] of byText) if (pattern.test(detail)) return reason;
  return "other";
};

/** Refusals that mean that what we know of the instrument is out of date. */
export const outdated: ReadonlySet<string> = new Set([
  "filter-price",
  "filter-quantity",
  "filter-notional",
  "instrument-not-trading",
  "unknown-instrument",
]);
