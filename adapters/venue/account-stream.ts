/**
 * The private stream: reports, fills and balances in the venue's order. A fill that lacks its fee or our order id is
 * completed by REST first, and what came after it waits.
 */
import { isClosed, type OrderReport } from "../../domain/order/order.ts";
import type { ClientOrderId, Timestamp } from "../../domain/values/values.ts";
import { balanceReader } from "./balance-news.ts";
import { STALE_AFTER_MS } from "./ccxt.ts";
import { conditionalOf, datedEvent } from "./conditionals.ts";
import type { Exchange, UnifiedBalance, UnifiedOrder, UnifiedTrade } from "./ccxt-words.ts";
import type { FillHistory } from "./fill-history.ts";
import type { Link } from "./link.ts";
import { clientIdOf, feeKnown } from "./mapping.ts";
import { Streams } from "./streams.ts";
import type { AccountSink, StreamHealth } from "./venue.ts";

interface StreamEars {
  reportOf(order: UnifiedOrder): OrderReport;
  /** Leverage, or another setting of the account. */
  settingsChanged(): void;
}

export class AccountStream {
  /** Private events seen on the wire. */
  received = 0;
  private readonly link: Link;
  private readonly exchange: Exchange;
  private readonly history: FillHistory;
  private readonly sink: AccountSink;
  private readonly ears: StreamEars;
  private readonly streams: Streams;
  /** Set while a fill is being completed: everything later queues behind it. */
  private waiting: (() => void)[] | undefined;
  private readonly balance = balanceReader();
  /** Sent, and their end not told yet. */
  private readonly unended = new Set<ClientOrderId>();

  constructor(link: Link, exchange: Exchange, history: FillHistory, sink: AccountSink, ears: StreamEars) {
    this.link = link;
    this.exchange = exchange;
    this.history = history;
    this.sink = sink;
    this.ears = ears;
    this.streams = new Streams(
      link,
      exchange,
      {
        orders: (orders) => this.inOrder(() => this.tellOrders(orders)),
        fills: (fills) => this.hearFills(fills),
        balance: (balance) => this.inOrder(() => this.tellBalance(balance)),
      },
      {
        heard: datedEvent,
        frame: (message) => this.count(message),
        resumed: () => this.inOrder(() => sink.resumed()),
      },
    );
  }

  start(): Promise<void> {
    const { exchange } = this;
    const { dialect, meter } = this.link;
    return this.streams.add([
      async () => {
        await meter.socketRequest(dialect.accountStreamWeight ?? 0);
        return exchange.watchOrders();
      },
      () => exchange.watchMyTrades(),
      () => exchange.watchBalance(),
    ]);
  }

  /**
   * An order is under way to the venue. Silence after it was accepted means that the stream is dead. When the answer says
   * that it has ended, its end must be told here too: otherwise that was lost, and what happened must be asked for.
   */
  expectNews(order: ClientOrderId, answer: Promise<UnifiedOrder>): void {
    const { settings, ports } = this.link;
    if (settings.timers === false) return;
    const since = ports.clock.now();
    this.unended.add(order);
    answer.then(
      ({ status = "open" }) => {
        if (status === "open") this.unended.delete(order);
        ports.clock.after(settings.staleAfterMs ?? STALE_AFTER_MS, () => this.expected(order, since));
      },
      () => this.unended.delete(order),
    );
  }

  health(): StreamHealth {
    return {
      stream: "account",
      lastAt: this.streams.lastAt as Timestamp,
      reconnects: this.streams.reconnects,
      gapsFilled: 0,
    };
  }

  close(): void {
    this.streams.close();
  }

  private count(message: unknown): void {
    const outer = message as { readonly event?: unknown; readonly data?: unknown } | undefined;
    const event = (outer?.event ?? outer?.data ?? outer) as { readonly e?: unknown } | undefined;
    if (event?.e === "ACCOUNT_CONFIG_UPDATE") this.ears.settingsChanged();
    if (typeof event?.e === "string" && this.link.dialect.userEvents.has(event.e)) this.received += 1;
  }

  private expected(order: ClientOrderId, since: number): void {
    const lost = this.unended.delete(order);
    if (this.streams.lastAt < since) this.streams.restart("an accepted order was not reported on the stream");
    else if (lost) {
      this.link.tell(`the end of order ${order} was not told on the stream`);
      this.inOrder(() => this.sink.resumed());
    }
  }

  private inOrder(tell: () => void): void {
    if (this.waiting === undefined) tell();
    else this.waiting.push(tell);
  }

  private tellOrders(orders: readonly UnifiedOrder[]): void {
    for (const order of orders) {
      this.history.note(order.symbol, order);
      // From then on the order that the stop has become tells.
      if (conditionalOf(order)?.triggered === true) continue;
      const report = this.ears.reportOf(order);
      if (isClosed(report.status)) this.unended.delete(report.order);
      this.sink.report(report);
    }
  }

  private tellBalance(balance: UnifiedBalance): void {
    if (this.link.dialect.lists === "contracts") {
      // Its orders explain the others; of what they do not, the account itself tells the whole.
      if (balance.info?.e === "ACCOUNT_UPDATE" && balance.info.a?.m !== "ORDER") this.sink.resumed();
      return;
    }
    const news = this.balance(balance);
    if (news !== undefined) this.sink.balances(news.totals, news.at);
  }

  private hearFills(fills: readonly UnifiedTrade[]): void {
    this.inOrder(() => {
      for (const fill of fills)
        if (feeKnown(fill) && this.knowsOrder(fill)) this.sink.fill(this.history.fill(this.exchange, fill));
        else this.inOrder(() => this.hold(fill));
    });
  }

  private knowsOrder(fill: UnifiedTrade): boolean {
    return clientIdOf(fill) !== undefined || this.history.clientId(fill.symbol, fill.order) !== undefined;
  }

  private hold(fill: UnifiedTrade): void {
    this.waiting = [];
    this.complete(fill)
      .catch((error: unknown) => {
        this.link.tell(error);
        return fill;
      })
      .then((completed) => {
        const later = this.waiting ?? [];
        this.waiting = undefined;
        this.sink.fill(this.history.fill(this.exchange, completed));
        // Each may begin to wait again; the rest then queues behind it.
        for (const tell of later) this.inOrder(tell);
      })
      .catch((error: unknown) => this.link.tell(error));
  }

  private async complete(fill: UnifiedTrade): Promise<UnifiedTrade> {
    if (!this.knowsOrder(fill)) await this.history.learn(this.exchange, fill.symbol, [fill]);
    if (feeKnown(fill)) return fill;
    const since = fill.timestamp === undefined ? undefined : fill.timestamp - 1_000;
    const trades = await this.link.read(() => this.exchange.fetchMyTrades(fill.symbol, since, 1_000));
    const told = trades.find(
      ({ id, order }) => id === fill.id && (order === fill.order || order === undefined),
    );
    if (told?.fee === undefined) {
      this.link.tell(`the fee of trade ${fill.id ?? "?"} of ${fill.symbol} is not known: taken as zero`);
      return fill;
    }
    return { ...fill, fee: told.fee };
  }
}
