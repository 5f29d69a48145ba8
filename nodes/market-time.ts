/** The market's time as this process knows it: the newest that was told by a sandbox, the wall clock at real venues. */
import type { Clock } from "../adapters/clock/clock.ts";
import { marketSubject } from "../contracts/market.ts";
import type { InstrumentId, Timestamp } from "../domain/values/values.ts";
import type { Road } from "../actors/ports.ts";

export class MarketTime {
  readonly now: () => Timestamp;
  #at = 0 as Timestamp;

  constructor(clock: Clock, simulated: boolean) {
    this.now = simulated ? () => this.#at : () => clock.now();
  }

  readonly told = (at: Timestamp): void => {
    if (at > this.#at) this.#at = at;
  };

  /** Where the exchange actor is on another node, the road tells the time. Returns the end of it. */
  follow(road: Pick<Road, "subscribe">, instruments: readonly InstrumentId[]): () => void {
    const ends = instruments.map((id) => road.subscribe(marketSubject(id), ({ at }) => this.told(at)));
    return () => ends.forEach((end) => end());
  }
}
