/** Error class, venue code and HTTP status in; what may be believed of the order out. Texts as ccxt 4.5.84 throws them. */
import ccxt from "ccxt";
import { describe, expect, it } from "vitest";
import {
  annotated,
  Blocked,
  failureOf,
  isInvalidNonce,
  isVenueFailure,
  slowDownOf,
} from "../../../adapters/venue/outcome.ts";

const binance = (code: number, msg: string): string => `binance ${JSON.stringify({ code, msg })}`;
const http = (error: Error, status: number, headers: Record<string, string> = {}): Error =>
  annotated(error, status, headers) as Error;

describe("an error after an order was sent", () => {
  it.each<[string, unknown]>([
    ["time-out", new ccxt.RequestTimeout("binance POST /order request timed out (10000 ms)")],
    ["reset", new ccxt.NetworkError("binance POST /order fetch failed: read ECONNRESET")],
    ["other side closed", new ccxt.NetworkError("binance POST /order fetch failed: other side closed")],
    ["500", new ccxt.ExchangeNotAvailable("binance POST /order 500 Internal Server Error")],
    ["403 in HTML", http(new ccxt.ExchangeNotAvailable("binance POST /order 403 Forbidden <html>"), 403)],
    ["503 -1006", new ccxt.OperationFailed(binance(-1006, "Execution status unknown."))],
    ["504 -1007", new ccxt.RequestTimeout(binance(-1007, "Send status unknown"))],
    ["-1000", new ccxt.OperationFailed(binance(-1000, "An unknown error occurred"))],
    ["unknown code with 5xx", http(new ccxt.ExchangeError(binance(-9999, "?")), 500)],
    ["bad JSON", new TypeError("Cannot use 'in' operator to search for 'code' in <html>")],
    ["nothing we know", "a thrown text"],
  ])("%s is unknown", (_what, error) => {
    expect(failureOf(error).type).toBe("unknown");
  });

  it.each<[string, unknown]>([
    [
      "refused connection",
      new ccxt.NetworkError("binance POST x fetch failed: connect ECONNREFUSED 127.0.0.1:9"),
    ],
    ["no such host", new ccxt.NetworkError("binance POST x fetch failed: getaddrinfo ENOTFOUND api.x")],
    ["429", http(new ccxt.DDoSProtection("binance 429 Too Many Requests"), 429, { "Retry-After": "7" })],
    [
      "-1015",
      new ccxt.DDoSProtection(binance(-1015, "Too many new orders; current limit is 50 per 10 SECOND.")),
    ],
    [
      "old timestamp",
      new ccxt.InvalidNonce(binance(-1021, "Timestamp for this request is outside of the recvWindow.")),
    ],
    ["breaker", new Blocked("the breaker of orders is open", 2_000)],
  ])("%s was not sent", (_what, error) => {
    expect(failureOf(error).type).toBe("not-sent");
  });

  it.each([
    [
      "insufficient-balance",
      new ccxt.InsufficientFunds("binance Account has insufficient balance for requested action."),
    ],
    ["would-take", new ccxt.OrderImmediatelyFillable("binance Order would immediately match and take.")],
    ["duplicate-id", new ccxt.InvalidOrder(binance(-2010, "Duplicate order sent."))],
    [
      "filter-quantity",
      new ccxt.InvalidOrder(
        `binance order amount should be evenly divisible by lot size ${binance(-1013, "Filter failure: LOT_SIZE")}`,
      ),
    ],
    [
      "filter-price",
      new ccxt.InvalidOrder(
        `binance order price is invalid, i.e. exceeds allowed price precision, use this.priceToPrecision (symbol, amount) ${binance(-1013, "Filter failure: PRICE_FILTER")}`,
      ),
    ],
    ["filter-price", new ccxt.BadRequest(binance(-1013, "Filter failure: PERCENT_PRICE_BY_SIDE"))],
    ["filter-notional", new ccxt.BadRequest(binance(-1013, "Filter failure: NOTIONAL"))],
    ["filter-notional", new ccxt.BadRequest(binance(-1013, "Filter failure: MIN_NOTIONAL"))],
    [
      "filter-quantity",
      new ccxt.InvalidOrder(
        "binance amount of BTC/USDT must be greater than minimum amount precision of 0.00001",
      ),
    ],
    ["too-many-orders", new ccxt.BadRequest(binance(-1013, "Filter failure: MAX_NUM_ORDERS"))],
    ["instrument-not-trading", new ccxt.BadRequest(binance(-1013, "Market is closed."))],
    ["unknown-instrument", new ccxt.BadSymbol(binance(-1121, "Invalid symbol."))],
    [
      "not-authorised",
      new ccxt.AuthenticationError(binance(-1022, "Signature for this request is not valid.")),
    ],
    [
      "not-authorised",
      new ccxt.DDoSProtection(binance(-2015, "Invalid API-key, IP, or permissions for action.")),
    ],
    ["self-trade", new ccxt.InvalidOrder(binance(-2010, "Order would trigger self-trade prevention."))],
    ["other", new ccxt.ExchangeError(binance(-1100, "Illegal characters found in a parameter."))],
  ] as const)("is refused for %s", (reason, error) => {
    expect(failureOf(error)).toMatchObject({ type: "refused", reason });
  });
});

describe("what counts against the breaker", () => {
  it.each<[boolean, unknown]>([
    [true, new ccxt.RequestTimeout("")],
    [true, new ccxt.ExchangeNotAvailable("")],
    [true, new TypeError("bad JSON")],
    [true, http(new ccxt.ExchangeError("?"), 502)],
    [false, new ccxt.InvalidNonce("")],
    [false, new ccxt.InsufficientFunds("")],
    [false, new ccxt.AuthenticationError("")],
    [false, new ccxt.OrderNotFound("")],
    [false, new Blocked("", 1)],
  ])("%s: %s", (counts, error) => {
    expect(isVenueFailure(error)).toBe(counts);
  });

  it("reads Retry-After in seconds, and waits a second where none is told", () => {
    expect(slowDownOf(http(new ccxt.DDoSProtection("429"), 429, { "Retry-After": "30" }))).toEqual({
      pauseMs: 30_000,
      ordersOnly: false,
      banned: false,
    });
    const banned = http(new ccxt.DDoSProtection("418"), 418, { "Retry-After": "120" });
    expect(slowDownOf(banned)).toMatchObject({ pauseMs: 120_000, banned: true });
    expect(slowDownOf(new ccxt.RateLimitExceeded("slow down"))).toMatchObject({ pauseMs: 1_000 });
    expect(slowDownOf(new ccxt.RequestTimeout(""))).toBeUndefined();
  });

  it("takes a refused timestamp for a clock that is off, a book that is out of step not", () => {
    expect(isInvalidNonce(new ccxt.InvalidNonce(""))).toBe(true);
    expect(isInvalidNonce(new ccxt.ChecksumError(""))).toBe(false);
  });
});
