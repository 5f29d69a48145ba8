/** The clearing house and the asking account of a call on the futures wire. */
import { unknownMethod } from "../../errors.ts";
import type { Call } from "../../rest/route.ts";
import type { House } from "../house.ts";
import type { MarginAccount } from "../margin-account.ts";

/** On a sandbox of spot there is no such path. */
export const houseOf = ({ floor }: Call): House => {
  if (floor.house === undefined) throw unknownMethod();
  return floor.house;
};

export const marginOf = (call: Call): MarginAccount => houseOf(call).account(call.account);
