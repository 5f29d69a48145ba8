/** The routes of limits. Lowering one, asking for a raise and withdrawing it need `trade`; to approve a raise needs `admin`, and somebody else. */
import * as v from "valibot";
import { route, type Route } from "./route.ts";

const portfolio = v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(64)));
const number = v.pipe(v.number(), v.integer(), v.minValue(1));
const value = v.nullable(v.union([v.pipe(v.string(), v.maxLength(60)), v.number()]));

export const limitRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/limits",
    scope: "read",
    summary: "Limits of the portfolios and those over several, raises that wait, and what is granted to whom",
    answer: "portfolios: limits, configured, waiting; shared: the same and grants, or null",
    handle: (_asked, { act }) => act.limits.show(),
  }),
  route({
    method: "POST",
    path: "/limits/change",
    scope: "trade",
    summary:
      "Change limits of a portfolio, or without its name those over several: lower at once; a raise waits for a second person, at most a day. null takes a limit away",
    answer: "outcome: changed, unchanged, or asked with number and until",
    body: { portfolio, limits: v.record(v.string(), value) },
    handle: ({ body, caller }, { act }) => act.limits.change(body, body.limits, caller.name),
  }),
  route({
    method: "POST",
    path: "/limits/approve",
    scope: "admin",
    summary: "Approve a raise that somebody else has asked for",
    answer: "outcome: approved, number",
    body: { portfolio, number },
    handle: ({ body, caller }, { act }) => act.limits.approve(body, body.number, caller.name),
  }),
  route({
    method: "POST",
    path: "/limits/withdraw",
    scope: "trade",
    summary: "A raise that waits is not wanted any more",
    answer: "outcome: withdrawn, number",
    body: { portfolio, number },
    handle: ({ body, caller }, { act }) => act.limits.withdraw(body, body.number, caller.name),
  }),
];
