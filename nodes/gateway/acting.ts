/** The routes that change something. Trading needs `trade`; what changes or lifts the rules needs `admin`. All are audited. */
import * as v from "valibot";
import { toldPredictions } from "../../contracts/strategy.ts";
import { route, type Route } from "./route.ts";

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const amount = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?$/, "an amount such as 0.25"));
const reason = v.pipe(v.string(), v.maxLength(500));

export const acting: readonly Route[] = [
  route({
    method: "POST",
    path: "/strategies/{id}/start",
    scope: "trade",
    summary: "Let a strategy trade again",
    answer: "strategy, running: true",
    handle: async ({ path }, { act }) => {
      await act.start(path["id"]!);
      return { strategy: path["id"], running: true };
    },
  }),
  route({
    method: "POST",
    path: "/strategies/{id}/stop",
    scope: "trade",
    summary:
      "A strategy trades no more; its orders are kept, cancelled but for what protects its position, or the position is sold. Survives restarts",
    answer: "strategy, running: false, orders",
    body: { orders: v.optional(v.picklist(["keep", "cancel", "flatten"]), "cancel") },
    handle: async ({ path, body }, { act }) => {
      await act.stop(path["id"]!, body.orders);
      return { strategy: path["id"], running: false, orders: body.orders };
    },
  }),
  route({
    method: "POST",
    path: "/strategies/{id}/predictions",
    scope: "trade",
    summary:
      "What a model says of its instruments, to a strategy that it guides: symbol, score, confidence, and at (ms, now unless told). Told again, they change nothing",
    answer: "strategy, taken, known",
    body: { predictions: toldPredictions },
    handle: async ({ path, body }, { act }) => ({
      strategy: path["id"],
      ...(await act.predict(path["id"]!, body.predictions)),
    }),
  }),
  route({
    method: "POST",
    path: "/strategies/{id}/close",
    scope: "trade",
    summary:
      "Close a part of what a strategy holds of an instrument, at the market: percent of it, or a quantity. Its stop covers the rest, and it goes on",
    answer: "strategy, instrument, percent or quantity",
    body: { instrument: name, percent: v.optional(v.number()), quantity: v.optional(amount) },
    handle: async ({ path, body, caller }, { act }) => {
      await act.closePart(path["id"]!, body, caller.name);
      return { strategy: path["id"], ...body };
    },
  }),
  route({
    method: "POST",
    path: "/strategies/{id}/reload",
    scope: "admin",
    summary: "Read a strategy's file again; it goes on from what it had saved. A broken file changes nothing",
    answer: "strategy, host",
    handle: async ({ path }, { act }) => ({ strategy: path["id"], ...(await act.reload(path["id"]!)) }),
  }),
  route({
    method: "POST",
    path: "/halt",
    scope: "trade",
    summary: "Stop entries, or all orders, of one or all portfolios. Survives restarts",
    answer:
      "halted: portfolios; openLegs that the halt leaves: strategy, quantity, notional; unheard: strategies of which nobody knows",
    body: {
      level: v.optional(v.picklist(["entries", "all"]), "entries"),
      reason,
      portfolio: v.optional(name),
    },
    handle: async ({ body, caller }, { act }) => ({
      halted: await act.halt(body, caller.name),
      level: body.level,
      ...(await act.openLegs(body.portfolio)),
    }),
  }),
  route({
    method: "POST",
    path: "/resume",
    scope: "admin",
    summary: "Lift a halt",
    answer: "resumed: portfolios",
    body: { portfolio: v.optional(name) },
    handle: async ({ body, caller }, { act }) => ({ resumed: await act.resume(body.portfolio, caller.name) }),
  }),
  route({
    method: "POST",
    path: "/kill-switch/on",
    scope: "trade",
    summary:
      "Halt every portfolio altogether and cancel resting orders, but for what protects a position. Survives restarts",
    answer:
      "acknowledged: actor and ms of each portfolio; silent: those that did not; openLegs and unheard as of a halt",
    body: { reason },
    handle: async ({ body, caller }, { act }) => ({
      ...(await act.killSwitch.on(body.reason, caller.name)),
      ...(await act.openLegs()),
    }),
  }),
  route({
    method: "POST",
    path: "/kill-switch/off",
    scope: "admin",
    summary: "Every portfolio trades again",
    answer: "acknowledged, silent",
    handle: ({ caller }, { act }) => act.killSwitch.off(caller.name),
  }),
  route({
    method: "POST",
    path: "/portfolios/{id}/cancel-orders",
    scope: "trade",
    summary:
      "Cancel all open orders of a portfolio, or of one of its strategies; those that protect a position only with `stops`",
    answer: "portfolio",
    body: { strategy: v.optional(name), stops: v.optional(v.boolean(), false) },
    handle: async ({ path, body, caller }, { act }) => {
      await act.cancelOrders(path["id"]!, body, caller.name);
      return { portfolio: path["id"] };
    },
  }),
];
