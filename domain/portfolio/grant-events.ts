/** What of the limits over several portfolios this one may use: how it is told, and what is journaled of it. */
import type { Grant } from "../risk/shared/granting.ts";
import type { ByLimit } from "../risk/shared/shared-limits.ts";
import type { Timestamp } from "../values/values.ts";

export type GrantCommand =
  /** By the risk actor. One that is not later than that which stands changes nothing. */
  | { readonly type: "TakeGrant"; readonly grant: Grant; readonly at: Timestamp }
  /** Gives up what is beyond these amounts and beyond what is in use. */
  | { readonly type: "LessenGrant"; readonly amounts: ByLimit; readonly at: Timestamp }
  /** Its time may be over. */
  | { readonly type: "EndGrant"; readonly at: Timestamp };

export type GrantEvent =
  | { readonly type: "GrantTaken"; readonly grant: Grant; readonly at: Timestamp }
  | { readonly type: "GrantLessened"; readonly amounts: ByLimit; readonly at: Timestamp }
  /** Exits only, until the next one. */
  | { readonly type: "GrantEnded"; readonly version: number; readonly at: Timestamp };

export interface HeldGrant extends Grant {
  readonly ended: boolean;
}
