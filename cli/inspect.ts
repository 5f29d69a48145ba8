/** `shoal inspect <kind>.<id>`: one actor from inside, as it sees itself. */
import type { Command } from "commander";
import { stringify } from "yaml";
import { Invalid } from "../domain/values/invalid.ts";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer } from "./terminal.ts";

export const make = (): Command =>
  liveVerb({
    name: "inspect",
    about: "One actor from inside: its state and counters.",
    examples: [
      ["inspect portfolio.main", "the whole ledger of a portfolio"],
      ["inspect symbol.sandbox:BTC/USDT --json", "one instrument's market"],
    ],
  })
    .argument("<actor>", "<kind>.<id>, as `shoal actors` lists them")
    .action(async (actor: string, where: Where) => {
      const dot = actor.indexOf(".");
      if (dot < 1 || dot === actor.length - 1)
        throw new Invalid("actor", "<kind>.<id>, such as portfolio.main", actor);
      const gateway = await openGateway(where, "read");
      const kind = encodeURIComponent(actor.slice(0, dot));
      const told = await gateway.get<unknown>(
        `actors/${kind}?id=${encodeURIComponent(actor.slice(dot + 1))}`,
      );
      answer(where.json === true, told, () => stringify(told).trimEnd());
    });
