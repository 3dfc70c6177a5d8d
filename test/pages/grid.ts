/**
 * What a terminal shows after an output: a grid of lines without end, as wide as it has to be. Knows what the chat and
 * readline write, and no more: text, line breaks, and moving, clearing and erasing with the cursor. Any other control
 * sequence is an error.
 */

/** The lines that are on the screen after this output, without blanks at their ends. */
export const linesOf = (output: string): ReadonlyArray<string> => {
  const rows: Array<Array<string>> = [[]]
  let row = 0
  let column = 0
  const at = (index: number): Array<string> => {
    while (rows.length <= index) rows.push([])
    return rows[index] ?? []
  }
  const write = (character: string) => {
    const line = at(row)
    while (line.length < column) line.push(" ")
    line[column++] = character
  }
  const control = (count: number, letter: string) => {
    switch (letter) {
      case "A":
        return (row = Math.max(0, row - count))
      case "B":
        return at((row += count))
      case "C":
        return (column += count)
      case "D":
        return (column = Math.max(0, column - count))
      case "G":
        return (column = count - 1)
      case "J":
        at(row).splice(column)
        return rows.splice(row + 1)
      case "K":
        return at(row).splice(column)
      default:
        throw new Error(`The terminal does not know the sequence CSI ${count} ${letter}`)
    }
  }
  // oxlint-disable-next-line no-control-regex
  for (const [whole, parameter, letter] of output.matchAll(/\u001b\[(?:\?\d+[hl]|(\d*)([A-Za-z]))|[^]/gu)) {
    if (letter !== undefined) control(parameter === "0" && "JK".includes(letter) ? 0 : Number(parameter || 1), letter)
    else if (whole === "\n") at(++row)
    else if (whole === "\r") column = 0
    else if (whole === "\u0008") column = Math.max(0, column - 1)
    else if (!whole.startsWith("\u001b[?")) write(whole)
  }
  return rows.map((line) => line.join("").trimEnd())
}
