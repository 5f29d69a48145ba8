/**
 * Typed messages over the bus. A contract lists what one kind of actor answers and what it tells; every
 * message has the logical address `<kind>.<id>.<message>`. `ref` and `hear` are the only places that spell
 * one, so a renamed message is a compile error everywhere, not a time-out in production.
 * Parsers run at the receiver: a bad message is refused with `Invalid` (422) and reaches no handler.
 */
import { Invalid } from "../domain/values/invalid.ts";

declare const answer: unique symbol;

export type Parse<I> = (raw: unknown) => I;
/** A command may change state, so the bus never repeats one that may have been taken. A query may be repeated. */
export type Mode = "command" | "query";

export interface Ask<I, O> {
  readonly mode: Mode;
  readonly parse: Parse<I>;
  readonly [answer]?: O;
}
export interface Tell<N> {
  readonly mode: "event";
  readonly [answer]?: N;
}

export const command = <I, O = void>(parse: Parse<I>): Ask<I, O> => ({ mode: "command", parse });
export const query = <I, O>(parse: Parse<I>): Ask<I, O> => ({ mode: "query", parse });
export const event = <N>(): Tell<N> => ({ mode: "event" });
/** The parser of a message without input. */
export const nothing: Parse<void> = (raw) => {
  if (raw !== undefined && raw !== null) throw new Invalid("input", "nothing", raw);
};

export interface Contract {
  readonly kind: string;
  readonly answers: Readonly<Record<string, Ask<unknown, unknown>>>;
  readonly tells: Readonly<Record<string, Tell<unknown>>>;
}
export const contract = <const C extends Contract>(c: C): C => c;

type In<M> = M extends { readonly parse: Parse<infer I> } ? I : never;
type Out<M> = M extends { readonly [answer]?: infer O } ? O : never;

/** What an actor implements. */
export type Handlers<C extends Contract> = {
  readonly [K in keyof C["answers"]]: (
    input: In<C["answers"][K]>,
  ) => Promise<Out<C["answers"][K]>> | Out<C["answers"][K]>;
};
/** What a caller holds. */
export type Ref<C extends Contract> = {
  readonly [K in keyof C["answers"]]: (input: In<C["answers"][K]>) => Promise<Out<C["answers"][K]>>;
};
export type News<C extends Contract, K extends keyof C["tells"]> = Out<C["tells"][K]>;

/** All that a typed handle needs of the bus. */
export interface Caller {
  ask(
    kind: string,
    id: string,
    message: string,
    input: unknown,
    mode: Mode,
    timeoutMs?: number,
  ): Promise<unknown>;
}
/** All that an announcement needs of the bus. */
export interface Teller {
  publish(kind: string, id: string, message: string, news: unknown): void;
}

/**
 * A typed handle on one actor, wherever it runs: `await ref(wire, PortfolioContract, id).propose(proposal)`.
 * Methods reject with the receiver's error (code, type, retryable, field kept). `timeoutMs` counts for remote actors.
 */
export const ref = <C extends Contract>(
  caller: Caller,
  c: C,
  id: string,
  options: { readonly timeoutMs?: number } = {},
): Ref<C> => {
  const handle: Record<string, (input: unknown) => Promise<unknown>> = {};
  for (const message of Object.keys(c.answers)) {
    const { mode } = c.answers[message]!;
    handle[message] = (input) => caller.ask(c.kind, id, message, input, mode, options.timeoutMs);
  }
  return handle as Ref<C>;
};

/** Tell everybody who listens, at most once: `tell(wire, PortfolioContract, id, "changed", news)`. */
export const tell = <C extends Contract, K extends keyof C["tells"] & string>(
  teller: Teller,
  c: C,
  id: string,
  message: K,
  news: News<C, K>,
): void => teller.publish(c.kind, id, message, news);

export interface Hearing {
  readonly kind: string;
  /** `*` hears all actors of the kind. */
  readonly id: string;
  readonly message: string;
  readonly handle: (news: unknown, id: string) => Promise<void> | void;
}

/** Listen to one kind of news from one actor, or from all of its kind with `*`. */
export const hear = <C extends Contract, K extends keyof C["tells"] & string>(
  c: C,
  id: string,
  message: K,
  handle: (news: News<C, K>, id: string) => Promise<void> | void,
): Hearing => ({ kind: c.kind, id, message, handle: handle as Hearing["handle"] });
