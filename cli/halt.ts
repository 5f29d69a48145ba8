/** `shoal halt`: through the gateway, or with `--nats` straight over the bus when the gateway is gone. */
import { userInfo } from "node:os";
import { Option, type Command } from "commander";
import { withoutPassword } from "../adapters/nats/addresses.ts";
import { Invalid } from "../domain/values/invalid.ts";
import type { OpenLegs } from "../nodes/open-legs.ts";
import { Exit, exits } from "./exit.ts";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer } from "./terminal.ts";

interface Wanted extends Where {
  readonly level: "entries" | "all";
  readonly reason: string;
  readonly portfolio?: string;
  readonly nats?: string;
}

export const make = (): Command =>
  liveVerb({
    name: "halt",
    about: "Stop trading now. It survives restarts, until `shoal resume`.",
    examples: [
      ["halt --reason 'news'", "no new positions; exits go on"],
      ["halt --level all --nats nats://127.0.0.1:4222", "no orders at all, though no gateway answers"],
    ],
  })
    .addOption(
      new Option("--level <level>", "entries: only what reduces a position passes; all: no order passes")
        .choices(["entries", "all"])
        .default("entries"),
    )
    .option("--reason <text>", "for the ledger, at most 500 characters", "by hand")
    .option("--portfolio <id>", "only this one (default: all; not over NATS)")
    .option("--nats <url>", "straight over NATS, every portfolio; needs no gateway and no token")
    .action((wanted: Wanted) =>
      wanted.nats === undefined ? byGateway(wanted) : byNats(wanted, wanted.nats),
    );

const byGateway = async (wanted: Wanted): Promise<void> => {
  const { level, reason, portfolio } = wanted;
  const gateway = await openGateway(wanted, "trade");
  const body = { level, reason, ...(portfolio === undefined ? {} : { portfolio }) };
  const done = await gateway.post<{ readonly halted: readonly string[] } & OpenLegs>("halt", body);
  const { openLegsText } = await import("../nodes/open-legs.ts");
  answer(wanted.json === true, done, () =>
    [`halted (${level}): ${done.halted.join(", ")}`, ...openLegsText(done)].join("\n"),
  );
};

const byNats = async ({ level, reason, json }: Wanted, url: string): Promise<void> => {
  const [{ haltOverNats }, { openLegsText }] = await Promise.all([
    import("../nodes/halt-line.ts"),
    import("../nodes/open-legs.ts"),
  ]);
  const shown = withoutPassword(url);
  let done;
  try {
    done = await haltOverNats(url, { level, reason, by: userInfo().username });
  } catch (error) {
    if (error instanceof Invalid) throw error;
    throw new Exit(exits.unreachable, `NATS at ${shown} cannot be reached: ${(error as Error).message}`);
  }
  const { acknowledged, halted, missing } = done;
  const open = {
    openLegs: acknowledged.flatMap((one) => one.open?.openLegs ?? []),
    unheard: acknowledged.flatMap((one) => one.open?.unheard ?? []),
  };
  if (missing === undefined)
    throw new Exit(exits.unreachable, `no engine listens on NATS at ${shown}: nothing was halted`);
  answer(json === true, { halted, missing, level, acknowledged, ...open }, () =>
    [
      `halted (${level}): ${halted.join(", ") || "nothing"}; answered: ${acknowledged.map(({ node }) => node).join(", ")}`,
      ...openLegsText(open),
    ].join("\n"),
  );
  const failed = acknowledged.flatMap((one) => one.failed.map((why) => `${one.node}: ${why}`));
  if (missing.length > 0 || failed.length > 0)
    throw new Exit(exits.refused, [`not halted: ${missing.join(", ")}`, ...failed].join("; "));
};
