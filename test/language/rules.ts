/**
 * Two rules of how this project is written, for texts and comments: a line's length, and words that make a sentence hard to
 * read. It judges neither grammar nor style; CONTRIBUTING has the rest of the rules.
 */

/** A place that breaks a rule. */
export interface Finding {
  readonly line: number
  readonly problem: string
}

const longest = 120

const words = /\b(nobody|somebody|whoever)\b|\bthat there (?:aren't|isn't)\b/i

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
  const hard = text.split("\n").flatMap((content, index) => {
    const [word] = words.exec(content) ?? []
    return word === undefined ? [] : [{ line: index + 1, problem: `the word "${word}": name the subject` }]
  })
  return [...long, ...hard].sort((a, b) => a.line - b.line)
}
