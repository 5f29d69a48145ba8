/** `shoal actors`: which runs where, how full its mailbox is, and how it has fared. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, table, timeText } from "./terminal.ts";

interface Actors {
  readonly hosts: readonly {
    readonly id: string;
    readonly roles: readonly string[];
    readonly leaving: boolean;
    readonly actors: number;
    readonly silent?: string;
  }[];
  readonly actors: readonly {
    readonly kind: string;
    readonly id: string;
    readonly host: string;
    readonly depth: number;
    readonly depthMax: number;
    readonly processed: number;
    readonly refused: number;
    readonly failed: number;
    readonly restarts: number;
    readonly since: number;
  }[];
}

export const make = (): Command =>
  liveVerb({
    name: "actors",
    about: "Every actor of the cluster, the host it runs on, and its mailbox.",
    examples: [
      ["actors", "who is where"],
      ["actors --kind strategy --json", "one kind, for a script"],
    ],
  })
    .option("-k, --kind <kind>", "only exchange, execution, portfolio, recorder, strategy or symbol")
    .action(async (where: Where & { readonly kind?: string }) => {
      const gateway = await openGateway(where, "read");
      const path = where.kind === undefined ? "actors" : `actors/${encodeURIComponent(where.kind)}`;
      const told = await gateway.get<Actors>(path);
      answer(where.json === true, told, () => textOf(told));
    });

const textOf = ({ hosts, actors }: Actors): string =>
  [
    ...hosts.map(
      ({ id, roles, leaving, actors: count, silent }) =>
        `${id}: ${count} actors, roles ${roles.join(", ")}${leaving ? ", leaving" : ""}${silent === undefined ? "" : `, SILENT: ${silent}`}`,
    ),
    "",
    table(
      [
        ["Actor"],
        ["Host"],
        ["Waiting", "right"],
        ["of", "right"],
        ["Done", "right"],
        ["Refused", "right"],
        ["Failed", "right"],
        ["Restarts", "right"],
        ["Since (UTC)"],
      ],
      [...actors]
        .sort((a, b) => `${a.kind}.${a.id}`.localeCompare(`${b.kind}.${b.id}`))
        .map((one) => [
          `${one.kind}.${one.id}`,
          one.host,
          one.depth,
          one.depthMax,
          one.processed,
          one.refused,
          one.failed,
          one.restarts,
          timeText(one.since),
        ]),
      "no actors of that kind",
    ),
  ].join("\n");
