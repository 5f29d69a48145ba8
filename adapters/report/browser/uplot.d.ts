/** The chart library stands in the page before these scripts, as a global. */
declare const uPlot: typeof import("uplot");
