/** All REST paths. */
import { accountRoutes } from "./account.ts";
import { marketRoutes } from "./market.ts";
import { orderRoutes } from "./orders.ts";
import type { Route } from "./route.ts";

export const routes: Readonly<Record<string, Route>> = { ...marketRoutes, ...orderRoutes, ...accountRoutes };
