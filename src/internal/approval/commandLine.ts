/**
 * Reads a command line as one simple command, and writes words as a command line.
 *
 * The result decides what may run, so the reader is strict. It rejects operators, redirections, substitutions,
 * variables, patterns, `~`, assignments, comments, several lines, and every character that it does not explicitly
 * allow. A POSIX shell reads every accepted line as the same words.
 */
import * as Option from "effect/Option"

// Characters that a shell takes literally everywhere outside quotes.
const plain = /^[\w./:@%+,=-]$/
// The characters that a backslash can escape within double quotes.
const escapable = new Set(['"', "\\", "$", "`"])
const blank = new Set([" ", "\t"])

/** Returns the words of a line, or none if it is not exactly one simple command. */
export const words = (line: string): Option.Option<ReadonlyArray<string>> => {
  // Also within quotes: the shell removes a backslash together with the end of the line that follows it.
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
  // `NAME=value command` does not run what its first word suggests.
  return first === undefined || first === "" || first.includes("=") ? Option.none() : Option.some(found)
}

/** Returns the words of the command in `bash -lc '…'` and similar lines, or of the line itself. */
export const simple = (line: string): Option.Option<ReadonlyArray<string>> => Option.flatMap(words(line), inner)

/** Does the same for a command that is already split into words. */
export const inner = (argv: ReadonlyArray<string>): Option.Option<ReadonlyArray<string>> => {
  const [program, flag, script] = argv
  if (program === undefined || !shells.test(program)) return Option.some(argv)
  return argv.length === 3 && (flag === "-lc" || flag === "-c") && script !== undefined ? words(script) : Option.none()
}

/**
 * Whether another reading of the command, given as lines, agrees with these words.
 *
 * It disagrees if it has further commands or a different one. It agrees if it is empty, or if a line is these words
 * with a shell around them.
 */
export const agrees = (argv: ReadonlyArray<string>, lines: ReadonlyArray<string>): boolean => {
  const isSame = (other: ReadonlyArray<string>) =>
    other.length === argv.length && other.every((word, index) => word === argv[index])
  return (
    lines.length <= 1 &&
    lines.every((line) => Option.exists(words(line), isSame) || Option.exists(simple(line), isSame))
  )
}

/** Writes the words as a line that a POSIX shell reads as the same words. Words with other characters are quoted. */
export const quoted = (argv: ReadonlyArray<string>): string =>
  argv.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ")

// internal

const plainWord = /^[\w./:@%+,=-]+$/

// The usual locations: a `bash` in the workspace could be any program.
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
