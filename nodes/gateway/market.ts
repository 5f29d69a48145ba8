/** The routes of the market tools: the figures of `shoal market`, over what the engine sees now. */
import * as v from "valibot";
import { timeframes } from "../../domain/market/candle.ts";
import { liveMarket } from "../live-market.ts";
import { route, type Route } from "./route.ts";

const whole = (least: number, most: number, usual: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most)), usual);
const instruments = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(4_000)));
const frame = v.optional(v.picklist(Object.keys(timeframes)), "1m");

export const marketRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/market/movers",
    scope: "read",
    summary:
      "Who rose and fell furthest over the same last candles; breadth; turnover, volatility, illiquidity and an estimate of the spread of each",
    answer: "timeframe, from, to, breadth, rising, falling, markets, leftOut",
    query: { instruments, timeframe: frame, last: whole(2, 4_998, 60), most: whole(1, 1_000, 5) },
    handle: ({ query: { most, ...choice } }, { engine }) => liveMarket(engine).movers(choice, most),
  }),
  route({
    method: "GET",
    path: "/market/correlations",
    scope: "read",
    summary:
      "Correlations of returns, shrunk; clusters of what moves together; with `window` how that was over time",
    answer: "timeframe, names, returns, from, to, shrinkage, matrix, clusters, rolling, leftOut",
    query: {
      ...{ instruments, timeframe: frame, last: whole(2, 4_999, 240), window: whole(0, 4_999, 0) },
      correlation: v.optional(v.pipe(v.number(), v.gtValue(0), v.ltValue(1)), 0.7),
    },
    handle: ({ query: { correlation, window, ...choice } }, { engine }) =>
      liveMarket(engine).correlations(choice, { correlation, window }),
  }),
  route({
    method: "GET",
    path: "/market/depth",
    scope: "read",
    summary:
      "Spread, imbalance, depth by distance and what a market order would cost; of the best quote alone where no strategy needs the book",
    answer:
      "instrument, from (book or quote), at, middle, microprice, spreadBps, imbalance, depth, quantity, buy, sell",
    query: {
      instrument: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
      quantity: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1e12)), 1),
    },
    handle: ({ query }, { engine }) => liveMarket(engine).depth(query.instrument, query.quantity),
  }),
];
