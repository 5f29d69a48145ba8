/**
 * Takes an order or a cancel to execution and brings back what became of it. A try that certainly was not taken (no
 * such actor yet, mailbox full, bus down) may be made again as a first one; any other failure leaves open whether the
 * order was sent, and from then on the venue is asked first.
 */
import type { Tenure } from "../../adapters/leases/leases.ts";
import { isFailure, lost } from "../../contracts/failure.ts";
import { ref } from "../../contracts/contract.ts";
import { ExecutionContract, type Placed } from "../../contracts/execution.ts";
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";
import type { Effect } from "../../domain/portfolio/news.ts";
import type { Order } from "../../domain/order/order.ts";
import type { ClientOrderId, Quantity } from "../../domain/values/values.ts";
import type { Wire } from "../../mixins/wire.ts";

/** Until execution knows the fate. It may take longer: the next attempt joins the first where that is under way. */
const ANSWER_MS = 15_000;

/** Nothing leaves once the tenure is over: whoever owns the portfolio then sends it, or finds out that it was sent. */
export const delivery = (
  wire: Wire,
  tell: (command: PortfolioCommand) => Promise<unknown>,
  { tenure, onStale }: { readonly tenure: Tenure; onStale(error: unknown): void },
) => {
  const { epoch } = tenure;
  /** Orders that may have been sent although nobody told us. */
  const maybeSent = new Set<ClientOrderId>();

  const place = async (order: Order, attempt: number): Promise<void> => {
    const again = maybeSent.has(order.id) || (attempt > 1 && !tried.has(order.id));
    tried.add(order.id);
    let placed: Placed;
    try {
      placed = await ref(wire, ExecutionContract, order.account, { timeoutMs: ANSWER_MS }).place({
        order,
        attempt: again ? 2 : 1,
        epoch,
      });
    } catch (error) {
      if (again || !wasNotTaken(error)) maybeSent.add(order.id);
      throw error;
    }
    maybeSent.delete(order.id);
    tried.delete(order.id);
    await tell(outcomeOf(order, placed));
  };
  /** Orders first tried in this life; one that comes back from the journal was not. */
  const tried = new Set<ClientOrderId>();

  const deliver = async (effect: Effect, attempt: number): Promise<void> => {
    if (effect.type === "place") await place(effect.order, attempt);
    else {
      const { account, order, instrument } = effect;
      const done = await ref(wire, ExecutionContract, account, { timeoutMs: ANSWER_MS }).cancel({
        order,
        instrument,
        epoch,
      });
      if (done.type === "not-sent") throw new Error(`cancel of ${order} was not sent: ${done.detail}`);
    }
  };

  return async (effect: Effect, attempt: number): Promise<void> => {
    if (!tenure.holds()) throw lost("the portfolio");
    try {
      await deliver(effect, attempt);
    } catch (error) {
      if (isFailure(error, "STALE_OWNER")) onStale(error);
      throw error;
    }
  };
};

const wasNotTaken = (error: unknown): boolean =>
  isFailure(error, "NOT_HERE") || isFailure(error, "MAILBOX_FULL") || isFailure(error, "BUS_DOWN");

const outcomeOf = (order: Order, placed: Placed): PortfolioCommand => {
  const { account, instrument, id } = order;
  switch (placed.type) {
    case "accepted":
      return {
        type: "RecordReport",
        report: {
          account,
          instrument,
          order: id,
          status: "open",
          filled: 0n as Quantity,
          at: placed.at,
          ...(placed.venueOrderId === undefined ? {} : { venueOrderId: placed.venueOrderId }),
        },
      };
    case "refused":
      return {
        type: "RecordReport",
        report: {
          account,
          instrument,
          order: id,
          status: "refused",
          filled: 0n as Quantity,
          reason: placed.reason,
          at: placed.at,
        },
      };
    default:
      return { type: "RecordOutcome", order: id, outcome: placed.type, at: placed.at };
  }
};
