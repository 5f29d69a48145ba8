/** What a stream must look like after several writers shared it. */
import { expect } from "vitest";
import type { Stored } from "../../../adapters/journal/journal.ts";
import { noteOf } from "./entry.ts";

/** Dense from 1, and each of `writers` wrote 1..count in order. */
export const expectShared = (stored: readonly Stored[], writers: readonly string[], count: number): void => {
  expect(stored.map(({ sequence }) => sequence)).toEqual(stored.map((_, i) => i + 1));
  const notes = Array.from({ length: count }, (_, i) => i + 1);
  for (const writer of writers)
    expect(stored.filter((one) => one.writer === writer).map(noteOf)).toEqual(notes);
  expect(stored).toHaveLength(writers.length * count);
};
