/** The same strategy, whose trader is saved through JSON, forgotten and loaded again before its events, all of them or some. */
import type { Params, Saved, Strategy, Trader } from "../../domain/strategy/strategy.ts";
import { fromJson, toJson } from "../../domain/values/json.ts";

/** `before`: whether, by the number of the event, counted from 1. `next`: who goes on, the same strategy unless told. */
export const renewed = <P extends Params>(
  strategy: Strategy<P>,
  before: (event: number) => boolean = () => true,
  next: Strategy<P> = strategy,
): Strategy<P> => ({
  ...strategy,
  start: (params, market) => {
    let trader = strategy.start(params, market);
    let events = 0;
    const anew = (): Trader => {
      if (!before((events += 1))) return trader;
      const saved = fromJson(toJson(trader.save())) as Saved;
      trader = next.start(params, market);
      trader.load(saved);
      return trader;
    };
    return {
      onCandle: (...told) => anew().onCandle(...told),
      ...(trader.onTrade && { onTrade: (...told) => anew().onTrade!(...told) }),
      ...(trader.onQuote && { onQuote: (...told) => anew().onQuote!(...told) }),
      ...(trader.onOrder && { onOrder: (...told) => anew().onOrder!(...told) }),
      ...(trader.onTimer && { onTimer: (...told) => anew().onTimer!(...told) }),
      save: () => trader.save(),
      load: (saved) => trader.load(saved),
    } satisfies Trader;
  },
});
