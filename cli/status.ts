/** `shoal status`: is it well, what does it hold, what is that worth. */
import type { Command } from "commander";
import type { LevelView } from "../domain/portfolio/levels.ts";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, shorter, sumsText, table, timeText } from "./terminal.ts";

type Amounts = Readonly<Record<string, string>>;

interface Status {
  readonly version: string;
  readonly node: string;
  readonly at: number;
  readonly hosts: readonly { readonly id: string; readonly actors: number; readonly leaving: boolean }[];
  readonly ticks: number;
  readonly candles: number;
  readonly portfolios: readonly {
    readonly portfolio: string;
    readonly halted: { readonly level: string; readonly by: string; readonly reason: string } | null;
    readonly accounts: readonly ({
      readonly account: string;
      readonly contracts?: readonly Contract[];
    } & LevelView)[];
    readonly equity: Amounts;
    readonly realised: Amounts;
    readonly unrealised: Amounts;
    readonly fees: Amounts;
    readonly strategies: number;
    readonly openOrders: number;
    readonly orders: number;
    readonly fills: number;
    readonly refusals: Readonly<Record<string, number>>;
  }[];
  readonly silent: readonly string[];
}

interface Contract {
  readonly instrument: string;
  readonly quantity: string;
  readonly averagePrice: string;
  readonly mark: string;
  readonly margin: string;
  readonly unrealised: string;
  readonly liquidationPrice: string | null;
  readonly liquidationDistance: number | null;
}

interface Position {
  readonly strategy: string;
  readonly instrument: string;
  readonly quantity: string;
  readonly averagePrice: string;
  readonly mark: string;
  readonly value: string;
  readonly unrealised: string;
  readonly protection: {
    readonly stopPrice: string | null;
    readonly keptBy: "venue" | "engine" | null;
    readonly order: string | null;
    readonly lost: boolean;
    readonly targets: readonly { readonly price: string; readonly part: number }[];
  } | null;
}

export const make = (): Command =>
  liveVerb({
    name: "status",
    about: "What runs, what is held, what it is worth.",
    examples: [
      ["status", "the engine of this directory"],
      ["status --json | jq .positions", "open positions for a script"],
    ],
  }).action(async (where: Where) => {
    const gateway = await openGateway(where, "read");
    const status = await gateway.get<Status>("status");
    const positions = await positionsOf(gateway);
    answer(where.json === true, { ...status, positions }, () => textOf(status, positions, gateway.url));
  });

const positionsOf = async (
  gateway: Awaited<ReturnType<typeof openGateway>>,
): Promise<readonly Position[]> => {
  const { portfolios } = await gateway.get<{
    readonly portfolios: readonly {
      readonly strategies: readonly {
        readonly strategy: string;
        readonly positions: readonly Omit<Position, "strategy">[];
      }[];
    }[];
  }>("profit");
  return portfolios.flatMap(({ strategies }) =>
    strategies.flatMap(({ strategy, positions }) =>
      positions.filter(({ quantity }) => quantity !== "0").map((position) => ({ strategy, ...position })),
    ),
  );
};

const textOf = (status: Status, positions: readonly Position[], url: string): string => {
  const halted = status.portfolios.filter(({ halted: halt }) => halt !== null);
  return [
    `shoal ${status.version}, ${url}; market time ${timeText(status.at)}`,
    `hosts: ${status.hosts.map(({ id, actors, leaving }) => `${id} (${actors} actors${leaving ? ", leaving" : ""})`).join(", ")}; ${status.ticks} ticks, ${status.candles} candles`,
    ...halted.map(
      ({ portfolio, halted: halt }) =>
        `HALTED: ${portfolio} (${halt!.level}) by ${halt!.by}: ${halt!.reason}`,
    ),
    ...status.portfolios.flatMap(({ portfolio, accounts }) =>
      accounts.flatMap((one) =>
        one.degraded === null ? [] : [`DEGRADED: ${portfolio}, account ${one.account}: ${degradedText(one)}`],
      ),
    ),
    ...status.silent.map((who) => `SILENT: ${who}`),
    "",
    table(
      [
        ["Portfolio"],
        ["Equity", "right"],
        ["Realised", "right"],
        ["Unrealised", "right"],
        ["Strategies", "right"],
        ["Orders", "right"],
        ["Open", "right"],
        ["Fills", "right"],
        ["Refused", "right"],
      ],
      status.portfolios.map((one) => [
        one.portfolio,
        sumsText(one.equity, 4),
        sumsText(one.realised, 4),
        sumsText(one.unrealised, 4),
        one.strategies,
        one.orders,
        one.openOrders,
        one.fills,
        Object.values(one.refusals).reduce((sum, count) => sum + count, 0),
      ]),
      "no portfolio answers",
    ),
    "",
    table(
      [
        ["Strategy"],
        ["Pair"],
        ["Amount", "right"],
        ["Open rate", "right"],
        ["Current rate", "right"],
        ["Value", "right"],
        ["Profit", "right"],
        ["Profit %", "right"],
        ["Stop", "right"],
      ],
      positions.map((one) => [
        one.strategy,
        one.instrument,
        shorter(one.quantity),
        shorter(one.averagePrice),
        shorter(one.mark),
        shorter(one.value, 4),
        shorter(one.unrealised, 4),
        percent(one.unrealised, Number(one.value) - Number(one.unrealised)),
        protectionText(one.protection),
      ]),
      "no open positions",
    ),
    ...contractLines(status),
  ].join("\n");
};

/** Of accounts that hold contracts: where the venue would close them. */
const contractLines = ({ portfolios }: Status): readonly string[] => {
  const held = portfolios.flatMap(({ accounts }) =>
    accounts.flatMap(({ account, contracts = [] }) => contracts.map((one) => ({ account, ...one }))),
  );
  if (held.length === 0) return [];
  const rows = held.map((one) => [
    one.account,
    one.instrument,
    shorter(one.quantity),
    shorter(one.averagePrice),
    shorter(one.mark),
    shorter(one.margin, 4),
    shorter(one.unrealised, 4),
    one.liquidationPrice === null ? "none" : shorter(one.liquidationPrice, 8),
    one.liquidationDistance === null ? "" : (100 * one.liquidationDistance).toFixed(2),
  ]);
  const columns = ["Amount", "Open rate", "Current rate", "Margin", "Profit", "Liquidation", "Away %"];
  return [
    "",
    table(
      [["Account"], ["Contract"], ...columns.map((name): [string, "right"] => [name, "right"])],
      rows,
      "",
    ),
  ];
};

const degradedText = ({ level, degraded }: Status["portfolios"][number]["accounts"][number]): string => {
  const { reason, ms, limitMs, at } = degraded!;
  const figures = ms === null ? "" : ` ${ms} ms, limit ${limitMs ?? 0} ms`;
  return `${level} (${reason}${figures}) since market time ${timeText(at)}`;
};

/** The price of its stop, and its targets. */
const protectionText = (protection: Position["protection"]): string => {
  if (protection === null) return "";
  const targets = protection.targets.map(({ price, part }) => `${shorter(price)} x${part}`);
  const stop = protection.stopPrice === null ? "" : stopText(protection.stopPrice, protection);
  return [stop, ...targets].filter((one) => one !== "").join(" / ");
};

/** A word where none stands at the venue though one is wished for. */
const stopText = (stopPrice: string, protection: NonNullable<Position["protection"]>): string => {
  const price = shorter(stopPrice);
  if (protection.lost) return `${price} LOST`;
  if (protection.order === null) return `${price} missing`;
  // The venue takes no such stop: it ends with the engine.
  return protection.keptBy === "engine" ? `${price} kept` : price;
};

const percent = (profit: string, of: number): string =>
  of === 0 ? "" : ((100 * Number(profit)) / of).toFixed(2);
