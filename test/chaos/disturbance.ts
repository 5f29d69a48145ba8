/** What a machine does to a process: its wall clock is stepped, its processor is busy. Test only; monotonic time stays true. */

let offsetMs = 0;
const wall = Date.now.bind(Date);

// At once, and imported before all else: ccxt keeps the function, and signs by it.
Date.now = () => wall() + offsetMs;

/** Forward or back, for all that asks `Date.now`: our clock, and ccxt. */
export const stepWallClock = (ms: number): void => {
  offsetMs += ms;
};

export interface Burning {
  readonly forMs: number;
  /** The event loop is blocked for so long, and then let go for as long as `restMs`. */
  readonly sliceMs: number;
  readonly restMs: number;
}

export const burn = ({ forMs, sliceMs, restMs }: Burning): void => {
  const end = performance.now() + forMs;
  const slice = (): void => {
    const until = performance.now() + sliceMs;
    while (performance.now() < until);
    if (performance.now() < end) setTimeout(slice, restMs);
  };
  slice();
};
