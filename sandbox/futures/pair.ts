/** A listed contract on the wire: market streams carry event and transaction times, and depth names the update before. */
import { levelsJson, type Best, type Diff } from "../book-feed.ts";
import { Pair, type PastTrade } from "../pair.ts";

export class ContractPair extends Pair {
  /** Market times at which the mark was told last, by stream. */
  readonly #markAt = new Map<string, number>();

  markAt(stream: string): number {
    return this.#markAt.get(stream) ?? -1;
  }

  markTold(stream: string, at: number): void {
    this.#markAt.set(stream, at);
  }

  override tradeJson({ id, at, ticks, lots, buys }: PastTrade): string {
    return `{"e":"trade","E":${at},"T":${at},"s":"${this.name}","t":${id},"p":"${this.price.text(ticks)}","q":"${this.lot.text(lots)}","X":"MARKET","m":${!buys}}`;
  }

  override bookTickerJson(best: Best): string {
    const { price, lot, quoteAt: at } = this;
    return `{"e":"bookTicker","u":${this.book.updateId},"s":"${this.name}","b":"${price.text(best.bid)}","B":"${lot.text(best.bidLots)}","a":"${price.text(best.ask)}","A":"${lot.text(best.askLots)}","T":${at},"E":${at}}`;
  }

  override diffJson(diff: Diff, at: number): string {
    return `{"e":"depthUpdate","E":${at},"T":${at},"s":"${this.name}","U":${diff.first},"u":${diff.last},"pu":${diff.first - 1},"b":${levelsJson(diff.bids, this.price, this.lot)},"a":${levelsJson(diff.asks, this.price, this.lot)}}`;
  }

  markJson(mark: string, rate: string, nextFundingAt: number, at: number): string {
    return `{"e":"markPriceUpdate","E":${at},"s":"${this.name}","p":"${mark}","i":"${mark}","P":"${mark}","r":"${rate}","T":${nextFundingAt}}`;
  }
}
