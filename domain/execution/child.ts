/** How large an order for a part of a total may be. All in whole lots. */

export interface Part {
  /** Of the parent: all of it, what is filled or out, and what may be by now. */
  readonly total: number;
  readonly committed: number;
  readonly due: number;
  /** What the venue takes at least and at most at this price. */
  readonly least: number;
  readonly most: number;
  /** What may stand at a time, and what position or money allow. */
  readonly shown: number;
  readonly room: number;
  /** Whether it may go ahead of what is due: a last part that the venue would not take goes with the one before. */
  readonly ahead: boolean;
}

/** 0 where none is to be sent now. */
export const partOf = ({ total, committed, due, least, most, shown, room, ahead }: Part): number => {
  const rest = total - committed;
  let part = Math.min(due - committed, shown, most, rest);
  if (part < least) return 0;
  const after = rest - part;
  // What would be left over is too small for an order of its own.
  if (after > 0 && after < least) part = ahead && rest <= most ? rest : rest - least;
  part = Math.min(part, room);
  return part < least ? 0 : part;
};
