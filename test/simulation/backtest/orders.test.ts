/** Limits, stops and their arrival under each convention: candles, what is asked, and the fills worked by hand. */
import { describe, expect, it } from "vitest";
import { accountings } from "../../../simulation/backtest/settings.ts";
import { cases, orderOf, seen } from "./order-cases.ts";
import { run } from "./scripted.ts";

describe.each(accountings)("orders, %s", (accounting) => {
  it.each(cases)("$what", ({ rows, asks, expected, convention = "next-open" }) => {
    const { orders } = run(
      rows,
      {
        onCandle: ({ k }, desk) => {
          for (const { tag, ...request } of asks[k] ?? []) desk.place(orderOf(request), tag);
        },
      },
      { accounting, convention },
    );
    expect(orders.map(seen)).toEqual(expected);
  });
});
