/** A sandbox in trouble: plans set, faults counted, orders placed raw, and what of them is at the venue itself. */
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { startSandbox, type Sandbox } from "../../sandbox/sandbox.ts";
import { admin, signed, type Answer } from "./clients.ts";

export let sandbox: Sandbox;

/** One for all tests of a file, without trouble at the start of each. */
export const useSandbox = (): void => {
  beforeAll(async () => {
    sandbox = await startSandbox({
      market: { kind: "synthetic", symbols: ["BTC/USDT"], warmupMs: 600_000 },
      speed: 20,
    });
  });
  afterAll(() => sandbox.stop());
  beforeEach(async () => {
    await admin(sandbox, "faults", {});
  });
};

interface Counts {
  readonly answers429: number;
  readonly answers418: number;
  readonly faults: Readonly<Record<string, number>>;
}
export const counts = async (): Promise<Counts> =>
  ((await admin(sandbox, "state")).body as { readonly counts: Counts }).counts;
export const met = async (kind: string): Promise<number> => (await counts()).faults[kind]!;
export const plan = async (wanted: object): Promise<void> => {
  expect((await admin(sandbox, "faults", wanted)).status).toBe(200);
};

let last = 0;
export const id = (): string => `f${(last += 1)}`;
export const buy = (clientId: string, own: Record<string, string> = {}) => ({
  symbol: "BTCUSDT",
  side: "BUY",
  type: "MARKET",
  quantity: "0.001",
  newClientOrderId: clientId,
  ...own,
});
export const resting = { type: "LIMIT", timeInForce: "GTC", price: "1000", quantity: "0.01" };
export const place = (clientId: string, own?: Record<string, string>): Promise<Answer> =>
  signed(sandbox, "POST", "/api/v3/order", buy(clientId, own));
export const find = (clientId: string): Promise<Answer> =>
  signed(sandbox, "GET", "/api/v3/order", { symbol: "BTCUSDT", origClientOrderId: clientId });
/** Status and text of an answer that need not be JSON. */
export const raw = async (path: string): Promise<{ readonly status: number; readonly text: string }> => {
  const answer = await fetch(`${sandbox.url}${path}`);
  return { status: answer.status, text: await answer.text() };
};
/** Orders at the venue itself, whatever it tells. */
export const atVenue = async (clientId: string): Promise<number> => {
  const { orders } = (await admin(sandbox, "orders")).body as { orders: { clientOrderId: string }[] };
  return orders.filter((order) => order.clientOrderId === clientId).length;
};
