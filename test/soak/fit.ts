/**
 * A line through samples that a few outliers do not bend: the Theil–Sen estimator, the median of the slopes between all
 * pairs.
 */
import { median } from "../bench/measure.ts"

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Line {
  readonly slope: number
  readonly at: (x: number) => number
}

export const line = (points: ReadonlyArray<Point>): Line => {
  const slopes: Array<number> = []
  for (const [index, from] of points.entries()) {
    for (const to of points.slice(index + 1)) if (to.x !== from.x) slopes.push((to.y - from.y) / (to.x - from.x))
  }
  const slope = slopes.length === 0 ? 0 : median(slopes)
  const start = median(points.map(({ x, y }) => y - slope * x))
  return { slope, at: (x) => start + slope * x }
}
