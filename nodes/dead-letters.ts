/**
 * What people may do with dead letters. A replay is the same message through the same contract: its receiver checks it
 * anew and ignores what it has seen, so a replay made twice changes nothing.
 */
import type { Letter } from "../adapters/dead-letters/dead-letters.ts";
import { Failure } from "../contracts/failure.ts";
import type { Engine } from "./engine.ts";

/** Longer than an actor takes to start anew. */
const ANSWER_MS = 10_000;

export interface Replayed {
  readonly id: number;
  readonly state: Letter["state"];
  /** False when the letter had been replayed or dropped before: nothing was sent. */
  readonly sent: boolean;
}

export const deadLetterActs = ({ wire, deadLetters }: Pick<Engine, "wire" | "deadLetters">) => {
  const get = async (id: number): Promise<Letter> => {
    const letter = await deadLetters.get(id);
    if (letter === undefined)
      throw new Failure("Unknown", `there is no dead letter ${id}`, 404, "NO_SUCH_LETTER", false);
    return letter;
  };

  return {
    get,
    list: async (state: "open" | "all"): Promise<readonly Letter[]> =>
      (await deadLetters.list()).filter((letter) => state === "all" || letter.state === "open"),

    async replay(id: number, by: string): Promise<Replayed> {
      const letter = await get(id);
      if (letter.state !== "open") return { id, state: letter.state, sent: false };
      const { kind, id: to, message, mode } = letter.to;
      if (letter.cut === true || letter.reason === "unreadable")
        throw new Failure("Refused", `letter ${id} holds no whole message`, 409, "NOT_REPLAYABLE", false);
      if (mode === "news") wire.publish(kind, to, message, letter.input);
      else
        try {
          await wire.ask(kind, to, message, letter.input, "command", ANSWER_MS);
        } catch (error) {
          await deadLetters.replayFailed(id, by, `${(error as Error).name}: ${(error as Error).message}`);
          throw error;
        }
      await deadLetters.replayed(id, by);
      return { id, state: "replayed", sent: true };
    },

    async drop(id: number, by: string): Promise<{ readonly id: number; readonly state: Letter["state"] }> {
      await get(id);
      await deadLetters.drop(id, by);
      return { id, state: (await get(id)).state };
    },
  };
};
