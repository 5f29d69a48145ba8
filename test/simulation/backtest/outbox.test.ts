/** What is sent to a venue of candles, and in which order, when its answers bring more. */
import { describe, expect, it } from "vitest";
import { Outbox } from "../../../simulation/backtest/outbox.ts";
import { takeOut } from "../../../simulation/backtest/venue-order.ts";
import type { PortfolioEvent } from "../../../domain/portfolio/events.ts";

const cancel = (order: string): PortfolioEvent =>
  ({ type: "CancelRequested", account: "a", order, instrument: "v:A/B" }) as never;

describe("an outbox", () => {
  it("sends what an answer brings after all that was decided before it", () => {
    const sent: string[] = [];
    const outbox = new Outbox((effect) => {
      const order = effect.type === "cancel" ? effect.order : effect.order.id;
      sent.push(order);
      if (order !== "one") return;
      outbox.add(cancel("three"));
      outbox.sendAll();
    });
    for (const order of ["one", "two"]) outbox.add(cancel(order));
    outbox.sendAll();
    expect(sent).toEqual(["one", "two", "three"]);
    outbox.sendAll();
    expect(sent).toHaveLength(3);
  });
});

it("an order that is not there is not taken out in place of another", () => {
  const orders = ["one", "two"];
  expect(() => takeOut(orders, "three")).toThrow("not where it was placed");
  expect(orders).toEqual(["one", "two"]);
  takeOut(orders, "one");
  expect(orders).toEqual(["two"]);
});
