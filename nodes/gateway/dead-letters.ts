/** The routes of the dead letters. Looking needs `read`; sending again and dropping need `admin` and are audited. */
import * as v from "valibot";
import { Invalid } from "../../domain/values/invalid.ts";
import { deadLetterActs } from "../dead-letters.ts";
import { route, type Route } from "./route.ts";

const idOf = (path: Readonly<Record<string, string>>): number => {
  if (!/^\d{1,15}$/.test(path["id"]!)) throw new Invalid("id", "the number of a dead letter", path["id"]);
  return Number(path["id"]);
};

export const deadLetterRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/dead-letters",
    scope: "read",
    summary: "Messages that were given up, oldest first",
    answer: "letters without their inputs; open, dropped",
    query: { state: v.optional(v.picklist(["open", "all"]), "open") },
    handle: async ({ query }, { engine }) => {
      const letters = await deadLetterActs(engine).list(query.state);
      const { open, dropped } = engine.deadLetters.stats();
      return { open, dropped, letters: letters.map((letter) => ({ ...letter, input: undefined })) };
    },
  }),
  route({
    method: "GET",
    path: "/dead-letters/{id}",
    scope: "read",
    summary: "One of them, the message included",
    answer: "reason, error, attempts, from, to, input, trace, host, at, state",
    handle: ({ path }, { engine }) => deadLetterActs(engine).get(idOf(path)),
  }),
  route({
    method: "POST",
    path: "/dead-letters/{id}/replay",
    scope: "admin",
    summary: "Send the message again; one replayed or dropped before is not sent",
    answer: "id, state, sent",
    handle: ({ path, caller }, { engine }) => deadLetterActs(engine).replay(idOf(path), caller.name),
  }),
  route({
    method: "POST",
    path: "/dead-letters/{id}/drop",
    scope: "admin",
    summary: "Never mind it; it stays written down",
    answer: "id, state",
    handle: ({ path, caller }, { engine }) => deadLetterActs(engine).drop(idOf(path), caller.name),
  }),
];
