/** `shoal kill-switch on|off|status`: everything stops, and each portfolio says so. */
import { Command } from "commander";
import type { OpenLegs } from "../nodes/open-legs.ts";
import type { Switched } from "../nodes/kill-switch.ts";
import { Exit, exits } from "./exit.ts";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, table, timeText } from "./terminal.ts";

interface Status extends OpenLegs {
  readonly on: boolean;
  readonly portfolios: readonly {
    readonly actor: string;
    readonly answers: boolean;
    readonly halted: {
      readonly level: string;
      readonly by: string;
      readonly reason: string;
      readonly at: number;
    } | null;
  }[];
}

export const make = (): Command =>
  new Command("kill-switch")
    .description(
      "Stop everything: no order passes, resting ones are cancelled, stops stay. Survives restarts.",
    )
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
  npx shoal kill-switch on --reason "prices are wrong"
  npx shoal kill-switch status`,
    )
    .addCommand(on())
    .addCommand(off())
    .addCommand(status());

const told = async (
  { acknowledged, silent, ...open }: Switched & Partial<OpenLegs>,
  what: string,
  json: boolean,
): Promise<void> => {
  const { openLegs, unheard } = open;
  const { openLegsText } = await import("../nodes/open-legs.ts");
  const left = openLegs && unheard ? openLegsText({ openLegs, unheard }) : [];
  answer(json, { acknowledged, silent, ...open }, () =>
    [what, ...acknowledged.map(({ actor, ms }) => `  ${actor} after ${ms} ms`), ...left].join("\n"),
  );
  if (silent.length > 0)
    throw new Exit(exits.refused, silent.map(({ actor, error }) => `${actor}: ${error}`).join("; "));
};

const on = (): Command =>
  liveVerb({
    name: "on",
    about:
      "Halt every portfolio altogether and cancel what rests at the venue, but for what protects a position.",
    examples: [
      ['kill-switch on --reason "prices are wrong"', "each portfolio acknowledges, with its time"],
      ["kill-switch on --json", "for a script; exit code 4 where one did not answer"],
    ],
  })
    .option("--reason <text>", "for the ledger, at most 500 characters", "kill switch")
    .action(async (where: Where & { readonly reason: string }) => {
      const gateway = await openGateway(where, "trade");
      await told(
        await gateway.post<Switched & OpenLegs>("kill-switch/on", { reason: where.reason }),
        "stopped",
        where.json === true,
      );
    });

const off = (): Command =>
  liveVerb({
    name: "off",
    about: "Trade again. Needs the scope admin: whoever lifts it must be known.",
    examples: [
      ["kill-switch off", "all portfolios"],
      ["kill-switch off --json", "for a script"],
    ],
  }).action(async (where: Where) => {
    const gateway = await openGateway(where, "admin");
    await told(await gateway.post<Switched>("kill-switch/off", {}), "trading again", where.json === true);
  });

const status = (): Command =>
  liveVerb({
    name: "status",
    about: "Whether it is on, and what each portfolio says.",
    examples: [
      ["kill-switch status", "who halted, when and why"],
      ["kill-switch status --json", "for a script"],
    ],
  }).action(async (where: Where) => {
    const gateway = await openGateway(where, "read");
    const found = await gateway.get<Status>("kill-switch");
    const { openLegsText } = await import("../nodes/open-legs.ts");
    answer(where.json === true, found, () =>
      [
        `the kill switch is ${found.on ? "on" : "off"}`,
        table(
          [["Portfolio"], ["Halted"], ["Since (UTC)"], ["By"], ["Reason"]],
          found.portfolios.map(({ actor, answers, halted }) => [
            actor,
            answers ? (halted?.level ?? "no") : "does not answer",
            halted === null ? "" : timeText(halted.at),
            halted?.by ?? "",
            halted?.reason ?? "",
          ]),
          "there are no portfolios",
        ),
        ...openLegsText(found),
      ].join("\n"),
    );
  });
