/** Exact amounts by name as decimals, for an answer; nothing where there is none. */
import { format } from "../domain/values/values.ts";

export const amounts = (by: ReadonlyMap<string, bigint>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...by].filter(([, amount]) => amount !== 0n).map(([name, amount]) => [name, format(amount)]),
  );
