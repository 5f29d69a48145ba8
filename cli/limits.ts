/** `shoal limits show|change|approve|withdraw`: limits while it runs. Lowering takes one person, raising takes two. */
import { Command } from "commander";
import { Invalid } from "../domain/values/invalid.ts";
import type { LimitOutcome } from "../domain/risk/raises.ts";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, table, timeText } from "./terminal.ts";
import { wholeNumber } from "./verb.ts";

interface Shown {
  readonly limits: Readonly<Record<string, string | number>>;
  readonly configured: Readonly<Record<string, string | number>>;
  readonly waiting: readonly {
    readonly number: number;
    readonly change: Readonly<Record<string, string | number | null>>;
    readonly by: string;
    readonly until: number;
  }[];
}

interface Limits {
  readonly portfolios: readonly ({ readonly portfolio: string } & Shown)[];
  readonly shared:
    | (Shown & {
        readonly grants: {
          readonly limits: readonly {
            readonly limit: string;
            readonly max: string;
            readonly portfolios: readonly {
              readonly portfolio: string;
              readonly granted: string;
              readonly used: string;
            }[];
          }[];
        };
      })
    | null;
}

interface Whose extends Where {
  readonly portfolio?: string;
}

export const make = (): Command =>
  new Command("limits")
    .description("Limits of a running engine: see, lower, and raise them with a second person.")
    .helpOption("-h, --help", "show this help")
    .addHelpText(
      "after",
      `
Examples:
  npx shoal limits show
  npx shoal limits change orderNotionalMax=20000 --portfolio main
  npx shoal limits approve 1 --portfolio main`,
    )
    .addCommand(show())
    .addCommand(change())
    .addCommand(
      decision("approve", "Approve a raise that somebody else has asked for. Needs the scope admin."),
    )
    .addCommand(decision("withdraw", "A raise that waits is not wanted any more."));

const withWhose = (command: Command): Command =>
  command.option("--portfolio <id>", "limits of this one (default: those over several portfolios)");

const show = (): Command =>
  liveVerb({
    name: "show",
    about: "What counts, what the configuration says, which raises wait, and what is granted to whom.",
    examples: [
      ["limits show", "all portfolios"],
      ["limits show --json", "for a script"],
    ],
  }).action(async (where: Where) => {
    const gateway = await openGateway(where, "read");
    const found = await gateway.get<Limits>("limits");
    answer(where.json === true, found, () => textOf(found));
  });

const changeText = (change: Shown["waiting"][number]["change"]): string =>
  Object.entries(change)
    .map(([name, value]) => `${name}=${value ?? "none"}`)
    .join(" ");

const textOf = ({ portfolios, shared }: Limits): string => {
  const all = [
    ...portfolios.map((one) => ({ owner: one.portfolio, ...one })),
    ...(shared === null ? [] : [{ owner: "(shared)", ...shared }]),
  ];
  return [
    table(
      [["Of"], ["Limit"], ["Now", "right"], ["Configured", "right"]],
      all.flatMap(({ owner, limits, configured }) =>
        [...new Set([...Object.keys(limits), ...Object.keys(configured)])].map((name) => [
          ...[owner, name, limits[name] ?? "none", configured[name] ?? "none"],
        ]),
      ),
      "no limits",
    ),
    table(
      [["Raise", "right"], ["Of"], ["Change"], ["Asked by"], ["Until (UTC)"]],
      all.flatMap(({ owner, waiting }) =>
        waiting.map((raise) => [
          raise.number,
          owner,
          changeText(raise.change),
          raise.by,
          timeText(raise.until),
        ]),
      ),
      "no raise waits",
    ),
    ...(shared === null
      ? []
      : [
          table(
            [["Limit"], ["Portfolio"], ["Granted", "right"], ["Used", "right"]],
            shared.grants.limits.flatMap(({ limit, portfolios: of }) =>
              of.map(({ portfolio, granted, used }) => [limit, portfolio, granted, used]),
            ),
            "nothing is shared",
          ),
        ]),
  ].join("\n\n");
};

const outcomeText = ({ outcome, number, until }: LimitOutcome): string =>
  outcome === "asked"
    ? `raise ${number} waits until ${timeText(until!)} (UTC) for somebody else to approve it`
    : number === undefined
      ? outcome
      : `raise ${number}: ${outcome}`;

const valuesOf = (words: readonly string[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^([^=]+)=(.+)$/.exec(word) ?? [];
      if (name === undefined || value === undefined)
        throw new Invalid("limits", "name=value, or name=none to take one away", word);
      return [name, value === "none" ? null : value];
    }),
  );

const change = (): Command =>
  withWhose(
    liveVerb({
      name: "change",
      about: "Lower limits at once; what raises one waits until somebody else approves it, at most a day.",
      examples: [
        ["limits change grossNotionalMax=50000 risk.exposure.gross=0.8 --portfolio main", "one portfolio"],
        ["limits change gross=200000 asset:BTC=60000", "those over several portfolios"],
      ],
    }),
  )
    .argument("<limits...>", "name=value; name=none for no limit")
    .action(async (words: readonly string[], { portfolio, ...where }: Whose) => {
      const limits = valuesOf(words);
      const gateway = await openGateway(where, "trade");
      const done = await gateway.post<LimitOutcome>("limits/change", { portfolio, limits });
      answer(where.json === true, done, () => outcomeText(done));
    });

const decision = (name: "approve" | "withdraw", about: string): Command =>
  withWhose(
    liveVerb({
      name,
      about,
      examples: [
        [`limits ${name} 3 --portfolio main`, "of a portfolio"],
        [`limits ${name} 3 --json`, "of those over several, for a script"],
      ],
    }),
  )
    .argument("<number>", "as `limits show` tells it", wholeNumber(1, 1_000_000_000))
    .action(async (number: number, { portfolio, ...where }: Whose) => {
      const gateway = await openGateway(where, name === "approve" ? "admin" : "trade");
      const done = await gateway.post<LimitOutcome>(`limits/${name}`, { portfolio, number });
      answer(where.json === true, done, () => outcomeText(done));
    });
