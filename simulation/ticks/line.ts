/** One sender's way to the portfolio: a message is under way until a turn has taken it up, later ones gather behind it. */
import type { PortfolioCommand } from "../../domain/portfolio/commands.ts";

export interface Waiting {
  readonly command: PortfolioCommand;
  /** Whose message it is, and ends with it; undefined for the others of a message. */
  readonly ends?: Line | undefined;
}

export class Line {
  private readonly mailbox: (waiting: Waiting) => void;
  private readonly together: number;
  private readonly gathered: PortfolioCommand[] = [];
  private underWay = false;

  /** `together`: commands in one message at most. */
  constructor(mailbox: (waiting: Waiting) => void, together: number) {
    this.mailbox = mailbox;
    this.together = together;
  }

  post(command: PortfolioCommand): void {
    this.gathered.push(command);
    if (!this.underWay) this.next();
  }

  /** Its message has been taken up. */
  next(): void {
    const message = this.gathered.splice(0, this.together);
    this.underWay = message.length > 0;
    message.forEach((command, k) =>
      this.mailbox(k === message.length - 1 ? { command, ends: this } : { command }),
    );
  }
}
