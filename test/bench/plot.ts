/** A plot of points on logarithmic axes, as SVG: without a library, a script, or colors that a dark page would hide. */

export interface Point {
  readonly x: number
  readonly y: number
}

const width = 640
const height = 400
const margin = 60

/** Draws the points, and through the last one the line on which each costs the same. */
export const plot = (name: string, points: ReadonlyArray<Point>): string => {
  const logs = (of: "x" | "y") => points.map((point) => Math.log10(point[of]))
  const low = { x: Math.floor(Math.min(...logs("x"))), y: Math.floor(Math.min(...logs("y"))) }
  const high = { x: Math.ceil(Math.max(...logs("x"))), y: Math.ceil(Math.max(...logs("y"))) }
  const span = (of: "x" | "y") => Math.max(1, high[of] - low[of])
  const left = (value: number) => margin + ((Math.log10(value) - low.x) / span("x")) * (width - 2 * margin)
  const top = (value: number) => height - margin - ((Math.log10(value) - low.y) / span("y")) * (height - 2 * margin)
  const place = (x: number, y: number) => `${left(x).toFixed(1)},${top(y).toFixed(1)}`

  const ticks = [
    ...powers(low.x, high.x).map(
      (value) => `<text x="${left(value).toFixed(1)}" y="${height - margin + 20}" text-anchor="middle">${value}</text>`
    ),
    ...powers(low.y, high.y).map(
      (value) => `<text x="${margin - 8}" y="${top(value).toFixed(1)}" text-anchor="end">${value}</text>`
    )
  ]
  const last = points.at(-1)
  const lowest = 10 ** low.y
  const linear =
    last === undefined
      ? ""
      : place(Math.max(10 ** low.x, (last.x * lowest) / last.y), Math.max(lowest, last.y * (10 ** low.x / last.x)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    `<text x="${width / 2}" y="24" text-anchor="middle" font-size="15">${name}: milliseconds by number</text>`,
    `<path d="M${margin},${margin} V${height - margin} H${width - margin}" fill="none" stroke="black"/>`,
    ...ticks,
    ...(last === undefined
      ? []
      : [`<path d="M${linear} L${place(last.x, last.y)}" stroke="gray" stroke-dasharray="4" fill="none"/>`]),
    `<polyline points="${points.map(({ x, y }) => place(x, y)).join(" ")}" fill="none" stroke="steelblue"/>`,
    ...points.map(
      ({ x, y }) => `<circle cx="${left(x).toFixed(1)}" cy="${top(y).toFixed(1)}" r="4" fill="steelblue"/>`
    ),
    `<text x="${width / 2}" y="${height - 14}" text-anchor="middle">dashed: linear, through the last point</text>`,
    "</svg>",
    ""
  ].join("\n")
}

const powers = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index))
