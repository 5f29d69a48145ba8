/** A table before it is drawn: the terminal and the HTML page show the same cells. */
export interface ReportColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** A gain or a loss: HTML gives it a colour by its sign. */
  readonly signed?: boolean;
}

export interface ReportTable {
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Whether the last row sums up the others. */
  readonly total: boolean;
  /** How to read it, in a sentence; "" where nothing needs saying. */
  readonly note: string;
}

export const text = (title: string): ReportColumn => ({ title, align: "left" });
export const count = (title: string): ReportColumn => ({ title, align: "right" });
export const gain = (title: string): ReportColumn => ({ title, align: "right", signed: true });
