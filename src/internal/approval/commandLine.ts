/**
 * Reads a command line as one simple command, or not at all, and writes words as a line. Reading decides what may run,
 * so it knows little and refuses the rest: operators, redirections, substitutions, variables, patterns, `~`,
 * assignments, comments, several lines, and every character it has no reason to know. What it accepts, a POSIX shell
 * reads as the same words.
 */
import * as Option from "effect/Option"

// Characters that mean themselves to a shell, wherever they stand unquoted.
const plain = /^[\w./:@%+,=-]$/
// What a backslash can quote between double quotes.
const escapable = new Set(['"', "\\", "$", "`"])
const blank = new Set([" ", "\t"])

/** The words of a line, or none if it is more than one simple command. */
export const words = (line: string): Option.Option<ReadonlyArray<string>> => {
  // In quotes, too: the shell drops a backslash with the end of the line behind it.
  if (/[\n\r]/.test(line)) return Option.none()
  const found: Array<string> = []
  let word: string | undefined
  let at = 0
  while (at < line.length) {
    const character = line.charAt(at)
    if (blank.has(character)) {
      if (word !== undefined) found.push(word)
      word = undefined
      at++
    } else if (character === "'" || character === '"') {
      const quoted = character === "'" ? single(line, at) : double(line, at)
      if (quoted === undefined) return Option.none()
      word = (word ?? "") + quoted.text
      at = quoted.end
    } else if (plain.test(character)) {
      word = (word ?? "") + character
      at++
    } else return Option.none()
  }
  if (word !== undefined) found.push(word)
  const [first] = found
  // `NAME=value command` runs something else than it seems to.
  return first === undefined || first === "" || first.includes("=") ? Option.none() : Option.some(found)
}

/** The words of the command that a shell is told to run by `bash -lc '…'` and the like, or of the line itself. */
export const simple = (line: string): Option.Option<ReadonlyArray<string>> => Option.flatMap(words(line), inner)

/** The same for a command that came as words already. */
export const inner = (argv: ReadonlyArray<string>): Option.Option<ReadonlyArray<string>> => {
  const [program, flag, script] = argv
  if (program === undefined || !shells.test(program)) return Option.some(argv)
  return argv.length === 3 && (flag === "-lc" || flag === "-c") && script !== undefined ? words(script) : Option.none()
}

/**
 * Whether another reading of the command, as lines, contradicts that it is these words: it has further commands, or
 * another one. A line that is the words with a shell around them agrees, and so does an empty reading.
 */
export const agrees = (argv: ReadonlyArray<string>, lines: ReadonlyArray<string>): boolean => {
  const isSame = (other: ReadonlyArray<string>) =>
    other.length === argv.length && other.every((word, index) => word === argv[index])
  return (
    lines.length <= 1 &&
    lines.every((line) => Option.exists(words(line), isSame) || Option.exists(simple(line), isSame))
  )
}

/** The words as a line that a POSIX shell reads as the same words: each is quoted unless it means itself. */
export const quoted = (argv: ReadonlyArray<string>): string =>
  argv.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ")

// internal

const plainWord = /^[\w./:@%+,=-]+$/

// Where systems keep them: a `bash` in the workspace could be anything.
const shells = /^(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|z|da)?sh$/

interface Quoted {
  readonly text: string
  readonly end: number
}

const single = (line: string, at: number): Quoted | undefined => {
  const end = line.indexOf("'", at + 1)
  return end === -1 ? undefined : { text: line.slice(at + 1, end), end: end + 1 }
}

const double = (line: string, start: number): Quoted | undefined => {
  let text = ""
  for (let at = start + 1; at < line.length; at++) {
    const character = line.charAt(at)
    if (character === '"') return { text, end: at + 1 }
    if (character === "$" || character === "`" || character === "!") return undefined
    if (character === "\\" && escapable.has(line.charAt(at + 1))) at++
    text += line.charAt(at)
  }
  return undefined
}
