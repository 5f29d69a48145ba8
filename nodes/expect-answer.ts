/** Whether a sandbox that the settings name is there. */
import { Invalid } from "../domain/values/invalid.ts";

const ANSWER_MS = 5_000;

/** A sandbox that somebody has named must be there: waiting for a mistyped address would look like a market without trades. */
export const expectAnswer = async (field: string, url: string, exchange: string): Promise<void> => {
  const expected = "a sandbox exchange that answers there";
  let status: number;
  try {
    const answer = await fetch(new URL(exchange === "binanceusdm" ? "/fapi/v1/ping" : "/api/v3/ping", url), {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    await answer.arrayBuffer();
    ({ status } = answer);
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Invalid(field, expected, `${url}: ${cause instanceof Error ? cause.message : message}`);
  }
  // A sandbox in trouble is there all the same.
  if (status === 404) throw new Invalid(field, expected, `${url}: HTTP ${status}`);
};
