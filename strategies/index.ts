/** The only list of strategies. A new one is one file and one name here. */
import type { Strategy } from "../domain/strategy/strategy.ts";
import { avellanedaStoikov } from "./avellaneda-stoikov.ts";
import { bollingerReversion } from "./bollinger-reversion.ts";
import { channelBreakout } from "./channel-breakout.ts";
import { composite } from "./composite.ts";
import { crossVenueArbitrage } from "./cross-venue-arbitrage.ts";
import { dcaLadder } from "./dca-ladder.ts";
import { dcaTimetable } from "./dca-timetable.ts";
import { execute } from "./execute.ts";
import { grid } from "./grid.ts";
import { marketMaker } from "./market-maker.ts";
import { meanReversion } from "./mean-reversion.ts";
import { momentum } from "./momentum.ts";
import { movingAverageCross } from "./moving-average-cross.ts";
import { pairs } from "./pairs.ts";
import { trendPullback } from "./trend-pullback.ts";
import { triangularArbitrage } from "./triangular-arbitrage.ts";

const all: readonly Strategy[] = [
  movingAverageCross,
  meanReversion,
  momentum,
  channelBreakout,
  bollingerReversion,
  trendPullback,
  dcaTimetable,
  dcaLadder,
  grid,
  execute,
  pairs,
  composite,
  marketMaker,
  avellanedaStoikov,
  crossVenueArbitrage,
  triangularArbitrage,
];

export const strategies: ReadonlyMap<string, Strategy> = new Map(all.map((one) => [one.name, one]));
