/**
 * A plot of one measure as an SVG: the samples, and the line through them. Its colors follow the reader's scheme, light
 * or dark.
 */
import type { Verdict } from "./measures.ts"

const width = 720
const height = 240
const left = 56
const right = 28
const top = 36
const bottom = 36

const style = [
  "text{font:12px system-ui,sans-serif;fill:#57606a}",
  ".title{font-size:14px;fill:#1f2328}",
  ".grid{stroke:#d0d7de}",
  ".sample{stroke:#0969da;stroke-width:4;stroke-linecap:round}",
  ".fit{stroke:#bc4c00;stroke-width:2}",
  "@media(prefers-color-scheme:dark){",
  "text{fill:#9198a1}.title{fill:#f0f6fc}.grid{stroke:#3d444d}.sample{stroke:#4493f8}.fit{stroke:#db6d28}}"
].join("")

/** A round step, at most four of which cover a range. */
const stepFor = (range: number): number => {
  const rough = range / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough) ?? rough
}

const ticks = (most: number): ReadonlyArray<number> => {
  if (!(most > 0)) return [0]
  const step = stepFor(most)
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
}

const short = (value: number): string => String(Number(value.toPrecision(3)))

/** The y axis starts at 0, so that what is flat looks flat. */
export const plot = ({ line, measure, points }: Verdict): string => {
  const mostX = Math.max(1, ...points.map(({ x }) => x))
  const mostY = Math.max(...points.map(({ y }) => y)) * 1.1 || 1
  const x = (value: number): string => (left + (value / mostX) * (width - left - right)).toFixed(1)
  const y = (value: number): string => (height - bottom - (value / mostY) * (height - top - bottom)).toFixed(1)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${measure.title}">`,
    `<style>${style}</style>`,
    `<text class="title" x="${left}" y="20">${measure.title} (${measure.unit})</text>`,
    ...ticks(mostY).flatMap((value) => [
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}"/>`,
      `<text x="${left - 8}" y="${y(value)}" dy="4" text-anchor="end">${short(value)}</text>`
    ]),
    ...ticks(mostX).map(
      (value) => `<text x="${x(value)}" y="${height - bottom + 18}" text-anchor="middle">${short(value)}</text>`
    ),
    `<text x="${width - right}" y="${height - 4}" text-anchor="end">turns</text>`,
    // Lines without a length, whose round ends are the dots: a hundred samples in 2 kB.
    `<path class="sample" d="${points.map((point) => `M${x(point.x)} ${y(point.y)}h0`).join("")}"/>`,
    `<line class="fit" x1="${x(0)}" y1="${y(line.at(0))}" x2="${x(mostX)}" y2="${y(line.at(mostX))}"/>`,
    "</svg>",
    ""
  ].join("\n")
}
