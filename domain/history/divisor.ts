/**
 * Numbers that came from short decimals as whole numbers over one power of ten (141342 / 1e8): sums of them are exact, and they
 * store in a third of the space. Exact both ways, since a division of two exact doubles gives back the nearest.
 */

const DECIMALS_MAX = 12;
/** 2^53 with room, as in the archive of trades. */
const WHOLE_MAX = 9e15;

/** The smallest power of ten that makes all of `column` whole numbers below 2^53; undefined when none does. */
export const divisorOf = (column: Float64Array): number | undefined => {
  let divisor = 1;
  let decimals = 0;
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!;
    while (!fits(value, divisor)) {
      decimals += 1;
      if (decimals > DECIMALS_MAX) return undefined;
      divisor = Number(`1e${decimals}`);
    }
  }
  // A larger divisor may carry an earlier value past 2^53.
  return column.every((value) => fits(value, divisor)) ? divisor : undefined;
};

const fits = (value: number, divisor: number): boolean => {
  const whole = Math.round(value * divisor);
  return Math.abs(whole) < WHOLE_MAX && whole / divisor === value;
};
