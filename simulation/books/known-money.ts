/** The wallets as the strategy knows them: what the answers to its orders have told, at the prices that the feed has. */
import type { TraderDesk } from "../../domain/strategy/desk.ts";
import { toFloat, type Asset } from "../../domain/values/values.ts";
import type { BookLane } from "./book-lane.ts";
import type { Wallet } from "./wallet.ts";
import { worthOf } from "./worth.ts";

const known = ({ price }: BookLane): number => price;

export class KnownMoney {
  private readonly home: Asset;
  private readonly wallets = new Map<Wallet, Map<Asset, number>>();

  /** `home`: what equity is counted in. */
  constructor(home: Asset) {
    this.home = home;
  }

  open(wallet: Wallet): void {
    const amounts = new Map([...wallet.totals].map(([asset, amount]) => [asset, toFloat(amount)]));
    this.wallets.set(wallet, amounts);
  }

  hear({ wallet, instrument }: BookLane, quote: number, base: number): void {
    this.wallets.get(wallet)!.set(instrument.quote, quote).set(instrument.base, base);
  }

  /** What the desk shows. What no book has told a price of counts nothing, as in the portfolio. */
  mark(desk: TraderDesk, lanes: readonly BookLane[]): void {
    const { home } = this;
    let equity = 0;
    for (const amounts of this.wallets.values())
      for (const [asset, amount] of amounts) {
        const worth = amount === 0 ? 0 : amount * worthOf(asset, home, lanes, known);
        if (!Number.isNaN(worth)) equity += worth;
      }
    desk.equity = equity;
    for (let i = 0; i < lanes.length; i += 1) {
      const { instrument, position, price, wallet } = lanes[i]!;
      const amounts = this.wallets.get(wallet)!;
      desk.positions[i] = position;
      desk.cashes[i] = amounts.get(instrument.quote) ?? 0;
      desk.holdings[i] = amounts.get(instrument.base) ?? 0;
      const worth = position * price * worthOf(instrument.quote, home, lanes, known);
      desk.exposures[i] = position === 0 || !(equity > 0) ? 0 : worth / equity;
    }
  }
}
