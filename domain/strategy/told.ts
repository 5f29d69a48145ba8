/** Keeps hold of the trader that a run starts, so that what it has to tell can be asked for when the run is over. */
import type { Params, Strategy, ToldRow, Trader } from "./strategy.ts";

/** The strategy to run instead, and what the last trader of it tells. */
export const listenedTo = <P extends Params>(
  strategy: Strategy<P>,
): { readonly strategy: Strategy<P>; readonly told: () => readonly ToldRow[] } => {
  let trader: Trader | undefined;
  return {
    strategy: {
      ...strategy,
      start: (params, market) => {
        trader = strategy.start(params, market);
        return trader;
      },
    },
    told: () => trader?.report?.() ?? [],
  };
};

/** As a part of an answer; nothing where there is nothing to tell. */
export const toldOf = (told: () => readonly ToldRow[]): { readonly told?: readonly ToldRow[] } => {
  const rows = told();
  return rows.length === 0 ? {} : { told: rows };
};
