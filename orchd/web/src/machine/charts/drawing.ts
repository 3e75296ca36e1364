/** How charts are drawn: uPlot, which is loaded with the first of them, in the colours of the theme. */

import type { Options } from "uplot";
import type uPlot from "uplot";
import { language } from "$/text/language.svelte";
import { part } from "$/ui/parts";

export type UPlot = uPlot;

const VARIABLES = { accent: "--accent", second: "--code-title", third: "--code-number" } as const;
const AXIS_WIDTH = 64;
/** How wide half a time is, less what is left free on the right. */
const HALF_TIME = 24;
/** Between the lines of an axis: whole ones only, since there is no half request. */
const STEPS = Array.from({ length: 14 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();
const SYNC_KEY = "machine";

/** What a chart reads each time that it draws. */
export interface Reading {
  most(): number | undefined;
  limit(): number | undefined;
  format(value: number): string;
  point(index: number | undefined): void;
}

let loaded: typeof uPlot | undefined;
const load = part(async () => (loaded = (await import("uplot")).default));

/** Let a chart follow the pointer over the others, or no more. */
export function cursorSync(chart: uPlot, on: boolean): void {
  const sync = loaded?.sync(SYNC_KEY);
  if (on) sync?.sub(chart);
  else sync?.unsub(chart);
}

/** Draw an empty chart with a line of each of these colours, as large as its place. */
export async function drawing(
  place: HTMLElement,
  colours: readonly (keyof typeof VARIABLES)[],
  reading: Reading,
): Promise<uPlot> {
  const Plot = await load();
  const chart = new Plot(optionsOf(place, colours, reading), undefined, place);
  cursorSync(chart, true);
  return chart;
}

function optionsOf(
  place: HTMLElement,
  colours: readonly (keyof typeof VARIABLES)[],
  { most, limit, format, point }: Reading,
): Options {
  const style = getComputedStyle(place);
  const colour = (variable: string): string => style.getPropertyValue(variable).trim();
  const time = new Intl.DateTimeFormat(language.locale, { timeStyle: "medium" });
  const font = `12px ${style.fontFamily}`;
  return {
    width: Math.max(1, place.clientWidth),
    height: Math.max(1, place.clientHeight),
    legend: { show: false },
    padding: [8, 16, 0, 0],
    cursor: {
      y: false,
      drag: { setScale: false, x: false, y: false },
      points: { show: false },
      sync: { key: SYNC_KEY, setSeries: false },
    },
    scales: {
      x: { time: true, auto: false },
      y: { range: (_, __, max) => [0, most() ?? Math.max(5, max * 1.1)] },
    },
    axes: [
      {
        size: 24,
        space: 110,
        font,
        stroke: () => colour("--ink-dim"),
        grid: { show: false },
        ticks: { show: false },
        // Half of what stands at the very end would be cut off.
        values: (chart, splits) =>
          splits.map((split) =>
            chart.valToPos(split, "x") > chart.over.clientWidth - HALF_TIME ? "" : time.format(new Date(split * 1000)),
          ),
      },
      {
        size: AXIS_WIDTH,
        space: 32,
        incrs: STEPS,
        font,
        stroke: () => colour("--ink-dim"),
        grid: { stroke: () => colour("--edge"), width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map(format),
      },
    ],
    series: [
      {},
      ...colours.map((name) => ({
        stroke: () => colour(VARIABLES[name]),
        width: 1.5,
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      setCursor: [(chart) => point(chart.cursor.idx ?? undefined)],
      draw: [(chart) => drawLimit(chart, limit(), colour("--warn"))],
    },
  };
}

function drawLimit(chart: uPlot, limit: number | undefined, colour: string): void {
  if (limit === undefined) return;
  const { ctx, bbox } = chart;
  const y = Math.round(chart.valToPos(limit, "y", true));
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
