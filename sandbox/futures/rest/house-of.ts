/** The clearing house and the asking account of a call on the futures wire. */
import { unknownMethod } from "../../errors.ts";
import type { Call } from "../../rest/route.ts";
import type { Futures } from "../futures.ts";
import type { House } from "../house.ts";
import type { MarginAccount } from "../margin-account.ts";

/** A sandbox of spot has no path that asks for it. */
export const futuresOf = ({ floor }: Pick<Call, "floor">): Futures => {
  if (floor.futures === undefined) throw unknownMethod();
  return floor.futures;
};

export const houseOf = (call: Call): House => futuresOf(call).house;

export const marginOf = (call: Call): MarginAccount => houseOf(call).account(call.account);
