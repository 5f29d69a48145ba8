/**
 * Load on a venue from inside an engine's process, through the budgets that the engine itself spends from: data is asked for
 * without pause, orders are placed, and cancels are timed where they are asked for.
 */
import { systemClock } from "../../adapters/clock/clock.ts";
import { ccxtAccount, type CcxtAccount } from "../../adapters/venue/ccxt-account.ts";
import type { CcxtSettings } from "../../adapters/venue/ccxt.ts";
import { ccxtMarket, type CcxtMarket } from "../../adapters/venue/ccxt-market.ts";
import { Blocked } from "../../adapters/venue/outcome.ts";
import type { Order } from "../../domain/order/order.ts";
import {
  decimal,
  type AccountId,
  type ClientOrderId,
  type InstrumentId,
  type Timestamp,
} from "../../domain/values/values.ts";
import type { Engine } from "../../nodes/engine.ts";

const btc = "sandbox:BTC/USDT" as InstrumentId;

export interface Door {
  readonly url: string;
  readonly account: string;
  readonly weightPerMinute: number;
}

export interface Load extends Door {
  /** Of orders that rest: cancelled one after the other, each after a pause. */
  readonly cancel: readonly string[];
  readonly pauseMs: number;
  /** Askers of data that never pause; 0: none, and no orders beside. */
  readonly askers: number;
}

export interface Loaded {
  readonly cancelsMs: readonly number[];
  readonly answered: number;
  /** There was no room in the budget. */
  readonly refused: number;
  /** What the venue says is used. */
  readonly weightUsed: number;
}

const settingsOf = ({ url, weightPerMinute }: Door): CcxtSettings => ({
  ...{ venue: "sandbox", exchange: "binance", url, rateLimitMs: 0, timers: false },
  limits: { weightPerMinute },
});

let opened: { readonly account: CcxtAccount; readonly market: CcxtMarket } | undefined;

/** Once in a process: opening it costs a good deal of a low limit. */
const open = ({ limits }: Engine, door: Door) => {
  const ports = { clock: systemClock, chance: () => 0.5, limits };
  const { account } = door;
  const keys = { apiKey: `${account}-key`, secret: `${account}-secret` };
  opened ??= {
    account: ccxtAccount({ ...settingsOf(door), ...keys, account: account as AccountId }, ports),
    market: ccxtMarket(settingsOf(door), ports),
  };
  return opened;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => systemClock.after(ms, () => resolve()));

/** Far below the market: it rests. */
const resting = (id: string, account: string): Order =>
  ({
    ...{ id, account, strategy: "s", instrument: btc, side: "buy", type: "limit", timeInForce: "GTC" },
    ...{ quantity: decimal("0.01"), price: decimal("1000"), tag: "", reason: "", at: 0 },
  }) as unknown as Order;

/** False where the budget has no room for it. */
const place = async (account: CcxtAccount, id: string, owner: string): Promise<boolean> => {
  const outcome = await account.place(resting(id, owner));
  if (outcome.type === "not-sent") return false;
  if (outcome.type !== "accepted") throw new Error(`order ${id}: ${JSON.stringify(outcome)}`);
  return true;
};

export const placeOrders = async (engine: Engine, door: Door, ids: readonly string[]): Promise<void> => {
  const { account, market } = open(engine, door);
  await market.instruments();
  for (const id of ids) while (!(await place(account, id, door.account))) await pause(250);
};

export const loadVenue = async (engine: Engine, load: Load): Promise<Loaded> => {
  const { account, market } = open(engine, load);
  let over = false;
  let answered = 0;
  let refused = 0;
  const untilOver = async (ask: (k: number) => Promise<boolean>): Promise<void> => {
    for (let k = 0; !over; k += 1)
      if (await ask(k)) answered += 1;
      else {
        refused += 1;
        await pause(20);
      }
  };
  const candles = (): Promise<boolean> =>
    market.candles(btc, "1m", 0 as Timestamp, 10).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Blocked) return false;
        throw error;
      },
    );
  const others = Array.from({ length: load.askers }, () => untilOver(candles));
  if (load.askers > 0) others.push(untilOver((k) => place(account, `x-${k}`, load.account)));
  const cancelsMs: number[] = [];
  for (const id of load.cancel) {
    await pause(load.pauseMs);
    const begun = systemClock.monotonic();
    const outcome = await account.cancel(id as ClientOrderId, btc);
    cancelsMs.push(systemClock.monotonic() - begun);
    if (outcome.type !== "accepted") throw new Error(`cancel of ${id}: ${JSON.stringify(outcome)}`);
  }
  over = true;
  const weightUsed = account.weight().used;
  await Promise.all(others);
  return { cancelsMs, answered, refused, weightUsed };
};
