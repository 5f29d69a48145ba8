/**
 * A synthetic market: a crowd that trades on the simulated venue as anybody does. Makers keep a living book
 * around a fair price (fair-price.ts): they give up quotes that the price has passed, cancel some, and replenish;
 * takers arrive by a Poisson process with log-normal sizes, more often on the side the price is moving to.
 * Nothing is random but the seed: equal options give equal orders, however `advance` is sliced.
 */
import { Chance } from "../../domain/values/chance.ts";
import { Invalid } from "../../domain/values/invalid.ts";
import type { Price } from "../../domain/values/values.ts";
import { toFloat } from "../../domain/values/values.ts";
import { FairPrice } from "./fair-price.ts";
import type { Regime } from "./fair-price.ts";
import { Quotes, sizeIn } from "./quotes.ts";
import type { SimulatedVenue } from "./venue.ts";

export interface CrowdMarket {
  /** Listed on the venue as a book. */
  readonly symbol: string;
  readonly startPrice: Price;
  /** Median size of a trade in quote units; 400 by default. */
  readonly tradeNotional?: number;
}

export interface CrowdOptions {
  readonly venue: SimulatedVenue;
  /** An unlimited account of the venue. */
  readonly account: string;
  readonly markets: readonly CrowdMarket[];
  readonly seed: number | string;
  /** Time at which the market begins, ms. */
  readonly startAt: number;
  /** Mean trades a second and instrument; 2 by default. */
  readonly tradesPerSecond?: number;
  /** How often quotes move, ms; 200 by default. */
  readonly stepMs?: number;
  /** Orders a side; 14 by default. */
  readonly quotes?: number;
  readonly spreadBps?: number;
  /** Weight of the factor common to all instruments, 0 to 1; 0.6 by default. */
  readonly correlation?: number;
  /** Scales all price movement; 1 by default: two to eight per cent a day. */
  readonly volatility?: number;
}

export interface Crowd {
  /** Does all that happens up to and with `toMs`; earlier times do nothing. */
  advance(toMs: number): void;
  /** What the makers believe. */
  fair(symbol: string): { readonly price: number; readonly regime: Regime } | undefined;
}

/** Spread of taker sizes: standard deviation of the logarithm. */
const SIZE_SIGMA = 1.1;

interface Arrival {
  readonly at: number;
  readonly market: Market;
  readonly push: number;
}

class Market {
  readonly symbol: string;
  readonly fair: FairPrice;
  readonly chance: Chance;
  readonly quotes: Quotes;
  private readonly venue: SimulatedVenue;
  private readonly account: string;
  private readonly tradeNotional: number;

  constructor(options: CrowdOptions, market: CrowdMarket, chance: Chance) {
    const { symbol, startPrice, tradeNotional = 400 } = market;
    const { venue, account, correlation = 0.6, volatility = 1, quotes = 14, spreadBps = 1.5 } = options;
    if (venue.listing(symbol) === undefined) throw new Invalid("symbol", "a listed pair", symbol);
    if (startPrice <= 0n) throw new Invalid(`${symbol}.startPrice`, "more than 0", startPrice);
    this.symbol = symbol;
    this.venue = venue;
    this.account = account;
    this.tradeNotional = tradeNotional;
    this.chance = chance.fork("takers");
    this.fair = new FairPrice(toFloat(startPrice), correlation, volatility, chance.fork("price"));
    this.quotes = new Quotes(
      venue,
      account,
      symbol,
      quotes,
      spreadBps,
      tradeNotional * 8,
      chance.fork("makers"),
    );
  }

  /** One taker: `push` is the recent return in standard deviations, and draws takers to its side. */
  take(push: number, at: number): void {
    const { venue, chance, symbol, account } = this;
    const listing = venue.listing(symbol);
    if (listing?.status !== "trading") return;
    const lean = Math.max(-0.3, Math.min(0.3, push * 0.12));
    const side = chance.next() < 0.5 + lean ? "buy" : "sell";
    const wanted = sizeIn(
      listing,
      this.fair.value,
      this.tradeNotional * Math.exp(SIZE_SIGMA * chance.gaussian()),
    );
    // Nobody empties the book: at most a third of what the other side's makers hold.
    const lots = Math.max(
      listing.lotsMin,
      Math.min(wanted, Math.floor(this.quotes.lots(side === "buy" ? "sell" : "buy") / 3)),
    );
    venue.submit({ account, symbol, clientId: "", side, type: "market", timeInForce: "IOC", lots }, at);
  }
}

class SyntheticMarket implements Crowd {
  private readonly markets: Market[];
  private readonly chance: Chance;
  private readonly stepMs: number;
  private readonly tradesPerStep: number;
  private nextStepAt: number;
  /** Takers of the step at hand, by time. */
  private arrivals: Arrival[] = [];

  constructor(options: CrowdOptions) {
    const { seed, startAt, stepMs = 200, tradesPerSecond = 2 } = options;
    if (!(stepMs > 0)) throw new Invalid("stepMs", "more than 0", stepMs);
    const chance = new Chance(seed);
    this.chance = chance.fork("common");
    this.stepMs = stepMs;
    this.tradesPerStep = (tradesPerSecond * stepMs) / 1_000;
    this.nextStepAt = startAt;
    this.markets = options.markets.map((market) => new Market(options, market, chance.fork(market.symbol)));
    this.advance(startAt);
  }

  advance(toMs: number): void {
    for (;;) {
      const taker = this.arrivals[0];
      if (taker !== undefined && taker.at < this.nextStepAt) {
        if (taker.at > toMs) return;
        this.arrivals.shift();
        taker.market.take(taker.push, taker.at);
      } else {
        if (this.nextStepAt > toMs) return;
        this.step(this.nextStepAt);
        this.nextStepAt += this.stepMs;
      }
    }
  }

  fair(symbol: string): { readonly price: number; readonly regime: Regime } | undefined {
    const market = this.markets.find((one) => one.symbol === symbol);
    return market && { price: market.fair.value, regime: market.fair.regime };
  }

  private step(at: number): void {
    const seconds = this.stepMs / 1_000;
    const common = this.chance.gaussian();
    for (const market of this.markets) {
      const { fair, chance, quotes } = market;
      const push = fair.step(seconds, common) / (fair.sigma * Math.sqrt(seconds));
      quotes.move(fair.value, fair.sigma, at);
      for (let t = chance.wait(1); t < this.tradesPerStep; t += chance.wait(1))
        this.arrivals.push({ at: at + Math.floor((t / this.tradesPerStep) * this.stepMs), market, push });
    }
    // A stable sort: takers of one millisecond keep the order of their instruments.
    this.arrivals.sort((a, b) => a.at - b.at);
  }
}

/** The book stands from `startAt` on. Throws `Invalid` for pairs that are not listed. */
export const createCrowd = (options: CrowdOptions): Crowd => new SyntheticMarket(options);
