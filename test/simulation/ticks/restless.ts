/** A strategy that asks for something of everything, at candles, prints, timers and fills. */
import type { Strategy, Trader } from "../../../domain/strategy/strategy.ts";
import { timestamp } from "../../../domain/values/values.ts";

/** `trades`: it hears each print. */
export const restless = (trades: boolean): Strategy => ({
  name: "restless",
  about: "",
  genes: {},
  needs: () => ({ timeframes: ["1m", "5m"], warmupCandles: 0, trades }),
  start: (): Trader => {
    let [candles, prints] = [0, 0];
    return {
      onCandle: ({ low }, i, _frame, desk) => {
        candles += 1;
        if (candles % 5 === 1) desk.aim(i, 0.4, "some");
        if (candles % 5 === 2)
          desk.place({ i, side: "buy", type: "limit", quantity: 2, price: low - 0.02 }, `l${candles}`);
        if (candles % 5 === 3) desk.protect(i, low - 0.03);
        if (candles % 5 === 4) desk.wake(timestamp(desk.now + 20_500));
        if (candles % 5 === 0) desk.cancel(`l${candles - 3}`);
      },
      onTrade: ({ price, quantity }, i, desk) => {
        prints += 1;
        if (prints % 17 === 0)
          desk.place({ i, side: "buy", type: "limit", quantity, price: price - 0.01 }, `t${prints}`);
        if (prints % 23 === 0) desk.wake(timestamp(desk.now + 700));
      },
      onTimer: (_at, desk) => desk.aim(0, desk.exposure(0) > 0.2 ? 0.1 : 0.5, "timer", desk.equity),
      onOrder: ({ i, status, filled }, desk) => {
        if (status === "filled" && candles % 3 === 0 && filled > 1)
          desk.place({ i, side: "sell", type: "market", quantity: 1 }, `s${candles}-${prints}`);
      },
      save: () => ({}),
      load: () => undefined,
    };
  },
});
