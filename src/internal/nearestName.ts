/**
 * Finds the name that was probably intended by an unknown one, such as an option or a protocol method. The callers
 * pass the list of names.
 */

/** Returns the nearest name: equal except for case and separators (`codex_home`), or with a few typing errors. */
export const nearestName = (name: string, names: Iterable<string>): string | undefined => {
  const written = plain(name.slice(0, longest))
  let allowed = Math.min(3, Math.floor(written.length / 3))
  let found: string | undefined
  for (const each of names) {
    const other = plain(each)
    // A distance is at least the difference in length.
    if (Math.abs(other.length - written.length) > allowed) continue
    const errors = distance(written, other)
    if (errors > allowed) continue
    found = each
    allowed = errors - 1
  }
  return found
}

// internal

// In JavaScript, a name can be any string. No name of the protocol or of an option is longer.
const longest = 60

const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, "")

/** Returns how many letters to insert, delete, replace or swap with their neighbor. */
const distance = (from: string, to: string): number => {
  let before: ReadonlyArray<number> = []
  let above: ReadonlyArray<number> = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          cell(above, column) + 1,
          cell(current, column - 1) + 1,
          cell(above, column - 1) + (same ? 0 : 1),
          swapped ? cell(before, column - 2) + 1 : Number.POSITIVE_INFINITY
        )
      )
    }
    before = above
    above = current
  }
  return cell(above, to.length)
}

const cell = (row: ReadonlyArray<number>, column: number): number => row[column] ?? Number.POSITIVE_INFINITY
