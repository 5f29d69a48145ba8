/** All REST paths: of spot, and of USD-margined futures. A sandbox speaks one of the two. */
import { futuresAccountRoutes } from "../futures/rest/account.ts";
import { futuresConditionalRoutes } from "../futures/rest/conditional.ts";
import { futuresMarketRoutes } from "../futures/rest/market.ts";
import { futuresOrderRoutes } from "../futures/rest/orders.ts";
import { futuresSettingRoutes } from "../futures/rest/settings.ts";
import { accountRoutes } from "./account.ts";
import { marketRoutes } from "./market.ts";
import { orderRoutes } from "./orders.ts";
import type { Route } from "./route.ts";

export const spotRoutes: Readonly<Record<string, Route>> = {
  ...marketRoutes,
  ...orderRoutes,
  ...accountRoutes,
};

export const futuresRoutes: Readonly<Record<string, Route>> = {
  ...futuresMarketRoutes,
  ...futuresOrderRoutes,
  ...futuresConditionalRoutes,
  ...futuresSettingRoutes,
  ...futuresAccountRoutes,
};
