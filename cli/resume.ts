/** `shoal resume`: lifts a halt. Only through the gateway: whoever resumes must be known. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer } from "./terminal.ts";

export const make = (): Command =>
  liveVerb({
    name: "resume",
    about: "Trade again after a halt.",
    examples: [
      ["resume", "all portfolios"],
      ["resume --portfolio main", "one of them"],
    ],
  })
    .option("--portfolio <id>", "only this one (default: all)")
    .action(async (wanted: Where & { readonly portfolio?: string }) => {
      const { portfolio } = wanted;
      const gateway = await openGateway(wanted, "admin");
      const body = portfolio === undefined ? {} : { portfolio };
      const done = await gateway.post<{ readonly resumed: readonly string[] }>("resume", body);
      answer(wanted.json === true, done, () => `resumed: ${done.resumed.join(", ")}`);
    });
