/** `shoal orders`: those that are or may be at the venue. */
import type { Command } from "commander";
import { liveVerb, openGateway, type Where } from "./gateway.ts";
import { answer, shorter, table, timeText } from "./terminal.ts";

interface Order {
  readonly order: string;
  readonly strategy: string;
  readonly instrument: string;
  readonly side: string;
  readonly orderType: string;
  readonly price: string;
  readonly quantity: string;
  readonly filled: string;
  readonly phase: string;
  readonly unknown: boolean;
  readonly cancelling: boolean;
  readonly tag: string;
  readonly at: number;
}

export const make = (): Command =>
  liveVerb({
    name: "orders",
    about: "Open orders, and those of which the venue has not said yet what became of them.",
    examples: [
      ["orders", "all portfolios"],
      ["orders --json", "with all fields"],
    ],
  }).action(async (where: Where) => {
    const told = await (
      await openGateway(where, "read")
    ).get<{ readonly orders: readonly Order[] }>("orders");
    answer(where.json === true, told, () =>
      table(
        [
          ["ID"],
          ["Date (UTC)"],
          ["Strategy"],
          ["Pair"],
          ["Side"],
          ["Type"],
          ["Amount", "right"],
          ["Filled", "right"],
          ["Rate", "right"],
          ["Status"],
          ["Tag"],
        ],
        told.orders.map((one) => [
          one.order,
          timeText(one.at),
          one.strategy,
          one.instrument,
          one.side,
          one.orderType,
          shorter(one.quantity),
          shorter(one.filled),
          one.price === "0" ? "market" : shorter(one.price),
          `${one.phase}${one.unknown ? ", being asked for" : ""}${one.cancelling ? ", cancelling" : ""}`,
          one.tag,
        ]),
        "no open orders",
      ),
    );
  });
