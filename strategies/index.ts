/** The only list of strategies. A new one is one file and one name here. */
import type { Strategy } from "../domain/strategy/strategy.ts";
import { meanReversion } from "./mean-reversion.ts";
import { movingAverageCross } from "./moving-average-cross.ts";
import { trendPullback } from "./trend-pullback.ts";

const all: readonly Strategy[] = [movingAverageCross, meanReversion, trendPullback];

export const strategies: ReadonlyMap<string, Strategy> = new Map(all.map((one) => [one.name, one]));
