/**
 * Two rules of how this project is written, for texts and comments: a line's length, and words that make a sentence
 * hard to read. It judges neither grammar nor style; CONTRIBUTING has the rest of the rules.
 *
 * In tests, it checks comments and titles only, because names and data may have any words.
 */

/** A place that breaks a rule. */
export interface Finding {
  readonly line: number
  readonly problem: string
}

const longest = 120

const words = /\b(nobody|somebody|whoever)\b|\bthat there (?:aren't|isn't)\b/i

/** A call of the test runner up to the quote of its title: `it.live(`, `describe.skipIf(…)(`, `it.each(…)(`. */
const titled = /(?<![.\w])(?:it|describe|test)(?:\.\w+)*(?:\([^()"'`]*\))?\(\s*(["'`])/g

/** Titles that start with a relative clause in place of a subject. */
const relative = /^(?:who|whom|whose)\b/i

/** The lines of a Markdown file that are prose: no code, and no rows of tables, which cannot be broken. */
const proseOf = (text: string): ReadonlyArray<readonly [number, string]> => {
  let isCode = false
  return text.split("\n").flatMap((line, index) => {
    if (line.startsWith("```")) isCode = !isCode
    return isCode || line.startsWith("```") || line.startsWith("|") ? [] : [[index + 1, line] as const]
  })
}

/** The lines of a TypeScript file that are comments, or end in one. */
const commentsOf = (text: string): ReadonlyArray<readonly [number, string]> => {
  let isComment = false
  return text.split("\n").flatMap((line, index) => {
    const trimmed = line.trim()
    const opens = trimmed.startsWith("/*")
    const found = isComment || opens || trimmed.startsWith("//") || / \/\/ \S/.test(line)
    if (opens) isComment = true
    if (trimmed.endsWith("*/")) isComment = false
    return found ? [[index + 1, line] as const] : []
  })
}

/** The titles of tests, each with the line on which it starts. */
const titlesOf = (text: string): ReadonlyArray<readonly [number, string]> =>
  [...text.matchAll(titled)].map(({ 0: call, 1: quote = "", index }) => {
    const start = index + call.length
    const title = text.slice(start, text.indexOf(quote, start))
    return [text.slice(0, start).split("\n").length, title]
  })

const isTest = (file: string): boolean => file.startsWith("test/")

/** A line that is one long word, such as an address, cannot be broken. */
const canBreak = (line: string): boolean => /\S\s+\S/.test(line.replace(/^\s*(?:\*|\/\/|-|\d+\.)\s+/, ""))

/** Where a text breaks the rules. */
export const check = (file: string, text: string): ReadonlyArray<Finding> => {
  const prose = file.endsWith(".md") ? proseOf(text) : commentsOf(text)
  const long = prose.flatMap(([line, content]) =>
    content.length > longest && canBreak(content)
      ? [{ line, problem: `${content.length} columns, and at most ${longest} are allowed` }]
      : []
  )
  const titles = isTest(file) ? titlesOf(text) : []
  const read = isTest(file)
    ? [...prose, ...titles]
    : text.split("\n").map((content, index) => [index + 1, content] as const)
  const hard = [
    ...read.map(([line, content]) => [line, words.exec(content)?.[0]] as const),
    ...titles.map(([line, content]) => [line, relative.exec(content)?.[0]] as const)
  ].flatMap(([line, word]) => (word === undefined ? [] : [{ line, problem: `the word "${word}": name the subject` }]))
  return [...long, ...hard].sort((a, b) => a.line - b.line)
}
