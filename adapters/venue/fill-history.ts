/**
 * What the venue remembers of one account, asked for by REST: single orders and fills; and which of our ids stands
 * behind a venue's order id, for private trades name only the latter.
 */
import type { Fill } from "../../domain/order/order.ts";
import type { AccountId, ClientOrderId, VenueId } from "../../domain/values/values.ts";
import type { Exchange, UnifiedOrder, UnifiedTrade } from "./ccxt-words.ts";
import { conditionalOf, LISTED_APART } from "./conditionals.ts";
import { ofItsLeg } from "./legs.ts";
import type { Link } from "./link.ts";
import { clientIdOf, fillOf } from "./mapping.ts";
import { kinds } from "./outcome.ts";

const PAGE = 1_000;
const PAGES_MAX = 1_000;
/** Ids remembered both ways; the oldest go first, and are asked for again when needed. */
const IDS_MAX = 20_000;

export class FillHistory {
  private readonly link: Link;
  private readonly venue: VenueId;
  private readonly account: AccountId;
  private readonly clientIds = new Map<string, ClientOrderId>();
  private readonly venueIds = new Map<string, string>();
  /** Our ids of stops that stood in the venue's own list of them when they were last heard of. */
  private readonly listedApart = new Map<ClientOrderId, true>();

  constructor(link: Link, venue: VenueId, account: AccountId) {
    this.link = link;
    this.venue = venue;
    this.account = account;
  }

  remember(symbol: string, venueId: string | undefined, clientId: string | undefined): void {
    if (venueId === undefined || clientId === undefined || clientId === "") return;
    keep(this.clientIds, `${symbol} ${venueId}`, clientId as ClientOrderId);
    keep(this.venueIds, `${symbol} ${clientId}`, venueId);
  }

  /** Of an order that the venue tells of. The ids of a list of stops are not those of its trades. */
  note(symbol: string, order: UnifiedOrder, clientId = order.clientOrderId): void {
    const conditional = conditionalOf(order);
    this.remember(symbol, conditional === undefined ? order.id : conditional.became, clientId);
    if (conditional === undefined || clientId === undefined) return;
    if (conditional.triggered) this.listedApart.delete(clientId as ClientOrderId);
    else keep(this.listedApart, clientId, true);
  }

  standsApart(order: ClientOrderId): boolean {
    return this.listedApart.has(order);
  }

  venueId(symbol: string, clientId: ClientOrderId): string | undefined {
    return this.venueIds.get(`${symbol} ${clientId}`);
  }

  clientId(symbol: string, venueId: string | undefined): ClientOrderId | undefined {
    return this.clientIds.get(`${symbol} ${venueId ?? ""}`);
  }

  /** One order by our own id; undefined when the venue does not know it. */
  async find(exchange: Exchange, symbol: string, order: ClientOrderId): Promise<UnifiedOrder | undefined> {
    const { dialect } = this.link;
    const id = this.venueId(symbol, order);
    if (id === undefined && !dialect.findByClientId) return this.search(exchange, symbol, order);
    const params = { [dialect.clientIdParam]: order };
    const inBook = () => this.ask(exchange, symbol, id, params);
    if (!dialect.stopsApart) return this.noted(symbol, order, await inBook());
    const apart = this.standsApart(order);
    const first = this.noted(symbol, order, apart ? undefined : await inBook());
    if (first !== undefined) return first;
    const stop = await this.ask(exchange, symbol, undefined, { ...params, ...LISTED_APART });
    this.noted(symbol, order, stop);
    const conditional = stop === undefined ? undefined : conditionalOf(stop);
    // It has become an order of the book, or we took it for a stop.
    if (conditional === undefined) return apart ? this.noted(symbol, order, await inBook()) : undefined;
    if (!conditional.triggered) return stop;
    const { became } = conditional;
    if (became === undefined) return { ...stop!, status: "open" };
    return this.noted(symbol, order, await this.ask(exchange, symbol, became, {}));
  }

  private noted(symbol: string, order: ClientOrderId, found: UnifiedOrder | undefined) {
    if (found !== undefined) this.note(symbol, found, order);
    return found;
  }

  /** Undefined when the venue does not know it. */
  private async ask(
    exchange: Exchange,
    symbol: string,
    id: string | undefined,
    params: Readonly<Record<string, unknown>>,
  ): Promise<UnifiedOrder | undefined> {
    try {
      // Until its fate is known the order stands in the way of others, exits too.
      return await this.link.read(() => exchange.fetchOrder(id, symbol, params), "exit");
    } catch (error) {
      if (kinds(error).includes("OrderNotFound")) return undefined;
      throw error;
    }
  }

  /** Where orders cannot be asked for by our id: among the open ones, then among the latest. */
  private async search(
    exchange: Exchange,
    symbol: string,
    order: ClientOrderId,
  ): Promise<UnifiedOrder | undefined> {
    const calls = [() => exchange.fetchOpenOrders(symbol)];
    if (exchange.has["fetchClosedOrders"] === true) calls.push(() => exchange.fetchClosedOrders(symbol));
    for (const call of calls) {
      const found = (await this.link.read(call, "exit")).find(({ clientOrderId }) => clientOrderId === order);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** All fills of one symbol from `since`, oldest first; of a contract those of its legs too. */
  async since(exchange: Exchange, symbol: string, since: number): Promise<readonly Fill[]> {
    const trades = await this.trades(exchange, symbol, since);
    await this.learn(exchange, symbol, trades);
    return trades.map((trade) => this.fill(exchange, trade));
  }

  /** The client id must be known by then, or the order counts as foreign: `venue:<its id>`. */
  fill(exchange: Exchange, trade: UnifiedTrade): Fill {
    const order =
      clientIdOf(trade) ?? this.clientId(trade.symbol, trade.order) ?? `venue:${trade.order ?? ""}`;
    const { quote } = exchange.market(trade.symbol);
    return fillOf(this.venue, this.account, ofItsLeg(trade), order as ClientOrderId, quote);
  }

  /** Asks for the client ids that are still unknown: in bulk where the venue can, then one by one. */
  async learn(exchange: Exchange, symbol: string, trades: readonly UnifiedTrade[]): Promise<void> {
    const unknown = new Set<string>();
    for (const trade of trades)
      if (trade.order !== undefined && clientIdOf(trade) === undefined && !this.clientId(symbol, trade.order))
        unknown.add(trade.order);
    if (unknown.size > 3 && this.link.dialect.fillsFromId) await this.learnInBulk(exchange, symbol, unknown);
    for (const id of unknown) {
      try {
        this.learned(symbol, await this.link.read(() => exchange.fetchOrder(id, symbol)), unknown);
      } catch (error) {
        // The venue forgets old orders before their trades.
        if (!kinds(error).includes("OrderNotFound")) throw error;
      }
    }
  }

  private async learnInBulk(exchange: Exchange, symbol: string, unknown: Set<string>): Promise<void> {
    for (let page = 0; page < PAGES_MAX && unknown.size > 0; page += 1) {
      const first = [...unknown].reduce((least, id) => (Number(id) < Number(least) ? id : least));
      const orders = await this.link.read(() =>
        exchange.fetchOrders(symbol, undefined, PAGE, { orderId: first }),
      );
      const before = unknown.size;
      for (const order of orders) this.learned(symbol, order, unknown);
      if (unknown.size === before) return;
    }
  }

  private learned(symbol: string, order: UnifiedOrder, unknown: Set<string>): void {
    this.remember(symbol, order.id, order.clientOrderId);
    if (order.id !== undefined) unknown.delete(order.id);
  }

  private async trades(exchange: Exchange, symbol: string, since: number): Promise<readonly UnifiedTrade[]> {
    const found: UnifiedTrade[] = [];
    const seen = new Set<string>();
    const { fillsWindow } = this.link.dialect;
    const now = this.link.now();
    let begins = fillsWindow === undefined ? since : Math.max(since, now - fillsWindow.backMs);
    let from: number | undefined = begins;
    let params: Readonly<Record<string, unknown>> = {};
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const at: number | undefined = from;
      const asked = params;
      const trades: readonly UnifiedTrade[] = await this.link.read(() =>
        exchange.fetchMyTrades(symbol, at, PAGE, asked),
      );
      // A trade id names both sides of a trade with oneself.
      const fresh = trades.filter((trade) => !seen.has(`${trade.id ?? ""} ${trade.order ?? ""}`));
      for (const trade of fresh) seen.add(`${trade.id ?? ""} ${trade.order ?? ""}`);
      found.push(...fresh);
      const last = fresh.at(-1);
      if (last === undefined || trades.length < PAGE) {
        if (fillsWindow === undefined || begins + fillsWindow.spanMs > now) break;
        begins += fillsWindow.spanMs;
        from = begins;
        params = {};
        continue;
      }
      if (this.link.dialect.fillsFromId) {
        from = undefined;
        params = { fromId: Number(last.id) + 1 };
      } else from = last.timestamp;
    }
    return found.sort((a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0) || Number(a.id) - Number(b.id));
  }
}

const keep = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.delete(key);
  map.set(key, value);
  if (map.size > IDS_MAX) map.delete(map.keys().next().value!);
};
