/** Any error as the gateway tells it: a status and one shape. What nobody meant to tell stays in the log. */
import { Failure } from "../../contracts/failure.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import { TooMany } from "./rate-limit.ts";

export interface Refusal {
  readonly code: number;
  readonly type: string;
  readonly message: string;
  readonly field?: string;
  readonly retryAfterSeconds?: number;
}

export const starting = (): Failure =>
  new Failure("Starting", "the engine is still starting; try again", 503, "STARTING", true);

const internal: Refusal = { code: 500, type: "INTERNAL", message: "internal error; the log has it" };

const words: Readonly<Record<string, readonly [number, string, string]>> = {
  "entity.too.large": [413, "TOO_LARGE", "the body is larger than 64 KiB"],
  "entity.parse.failed": [400, "NOT_JSON", "the body is not JSON"],
  "encoding.unsupported": [415, "UNSUPPORTED", "this content encoding is not understood"],
  "charset.unsupported": [415, "UNSUPPORTED", "this charset is not understood"],
  UNABLE_DECODE_PARAM: [400, "BAD_PATH", "the path is not percent-encoded as it should be"],
  NOT_FOUND: [404, "NOT_FOUND", "there is no such address; see /api/v1/openapi.json"],
};

export const refusalOf = (error: unknown): Refusal => {
  if (error instanceof Invalid)
    return { code: 422, type: error.type, message: error.message, field: error.field };
  const { code, status, type, message, field } = error as Partial<Failure> & { readonly status?: number };
  const known = type === undefined || !Object.hasOwn(words, type) ? undefined : words[type];
  if (known !== undefined) return { code: known[0], type: known[1], message: known[2] };
  const number = typeof code === "number" ? code : status;
  if (typeof number !== "number" || number < 400 || number > 599 || number === 500) return internal;
  return {
    code: number,
    type: type ?? "ERROR",
    message: message ?? "refused",
    ...(field === undefined ? {} : { field }),
    ...(error instanceof TooMany ? { retryAfterSeconds: error.retryAfterSeconds } : {}),
    ...(number === 503 ? { retryAfterSeconds: 1 } : {}),
  };
};
