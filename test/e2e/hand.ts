/** A strategy that the test itself plays, by the name `hand`: it proposes to portfolio main for instruments at a sandbox of futures. */
import { expect } from "vitest";
import type { PortfolioView } from "../../domain/portfolio/view.ts";
import { money, price, toFloat } from "../../domain/values/values.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { EngineProcess } from "./processes.ts";

/** `engine` is asked for at each use: it may be another one after a restart. */
export const handOf = (url: string, engine: () => EngineProcess, instruments: readonly string[]) => {
  let sequence = 0;

  const admin = async <T>(path: string, body?: object): Promise<T> => {
    const answer = await fetch(
      `${url}/admin/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    expect(answer.status).toBe(200);
    return (await answer.json()) as T;
  };
  const last = async (of: string): Promise<number> => {
    const symbol = of.split(":")[1]!.replace("/", "");
    const answer = await fetch(`${url}/fapi/v1/ticker/price?symbol=${symbol}`);
    return Number(((await answer.json()) as { price: string }).price);
  };
  const view = (): Promise<PortfolioView> => engine().ask<PortfolioView>("portfolio", "main", "view");

  return {
    admin,
    last,
    view,
    /** Its venue, for requests signed as the account main. */
    venue: { url, accounts: [{ apiKey: "sandbox-key", secret: "sandbox-secret" }] } as unknown as Sandbox,
    async allot(amount: string): Promise<void> {
      const at = await engine().call<number>("marketNow");
      const allotted = { strategy: "hand", account: "main", asset: "USDT", amount: money(amount), at };
      await engine().ask("portfolio", "main", "allot", allotted, "command");
    },
    async propose(...asks: readonly object[]): Promise<void> {
      sequence += 1;
      const at = await engine().call<number>("marketNow");
      const marks: Record<string, object> = {};
      for (const of of instruments) {
        const now = price(String(await last(of)));
        marks[of] = { bid: now, ask: now, last: now };
      }
      const wish = { strategy: "hand", account: "main", sequence, at, marks, asks };
      await engine().ask("portfolio", "main", "propose", wish, "command");
    },
    aim: (instrument: string, exposure: number) => ({
      ...{ type: "aim", instrument, exposure, reason: "test", numbers: [] },
    }),
    protect: (instrument: string, stopPrice: number) => ({
      ...{ type: "protect", instrument, reason: "test", stopPrice },
    }),
    async quantity(of: string): Promise<number> {
      const book = (await view()).strategies.find(({ strategy }) => strategy === "hand");
      return toFloat(book?.positions.find(({ instrument }) => instrument === of)?.quantity ?? 0n);
    },
    /** Its orders that are not closed. */
    orders: async () => (await view()).orders.filter(({ strategy }) => strategy === "hand"),
  };
};
