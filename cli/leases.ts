/** `shoal leases`: which process owns each portfolio and account of a cluster, and whether its lease stands. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, table } from "./terminal.ts";

interface Leases {
  readonly clustered: boolean;
  readonly host: string;
  readonly epoch: number;
  readonly holds: boolean;
  readonly owners: readonly {
    readonly actor: string;
    readonly host: string;
    readonly epoch: number;
    readonly live: boolean;
  }[];
}

export const make = (): Command =>
  liveVerb({
    name: "leases",
    about: "Which process owns each portfolio and account, under which epoch, and whether its lease stands.",
    examples: [
      ["leases", "who owns what"],
      ["leases --json", "the same, for a script"],
    ],
  }).action(async (where: Where) => {
    const gateway = await openGateway(where, "read");
    const told = await gateway.get<Leases>("leases");
    answer(where.json === true, told, () => textOf(told));
  });

const textOf = ({ clustered, host, epoch, holds, owners }: Leases): string => {
  if (!clustered) return `${host} runs alone: its data directory is locked, and nothing is leased`;
  return [
    holds
      ? `${host} holds its lease, epoch ${epoch}`
      : `${host} holds NO lease: its portfolios and accounts stand still`,
    "",
    table(
      [["Actor"], ["Owner"], ["Epoch", "right"], ["Lease"]],
      owners.map((one) => [one.actor, one.host, one.epoch, one.live ? "stands" : "over"]),
      "nothing is owned yet",
    ),
  ].join("\n");
};
