/**
 * The time-out of remote asks: one timer at the caller, inside of the breaker, so that time-outs open it. Moleculer's own
 * stands outside, and sets a second timer at the receiver, which by then cannot undo anything.
 */
import { Errors, type Middleware } from "moleculer";

interface Call {
  readonly options: { readonly deadlineMs?: number };
  readonly nodeID: string;
}
type Handler = (context: Call) => Promise<unknown>;

export const deadline = {
  name: "Deadline",
  remoteAction:
    (next: Handler, action: { readonly name: string }): Handler =>
    (context) => {
      const { deadlineMs } = context.options;
      const answer = next(context);
      if (deadlineMs === undefined) return answer;
      return new Promise((resolve, reject) => {
        const late = (): void =>
          reject(new Errors.RequestTimeoutError({ action: action.name, nodeID: context.nodeID }));
        const timer = setTimeout(late, deadlineMs);
        const answered = (): void => clearTimeout(timer);
        answer.then(answered, answered);
        answer.then(resolve, reject);
      });
    },
} as unknown as Middleware;
