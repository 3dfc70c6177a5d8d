/**
 * Makes text of a model, a command, an MCP server or the app-server safe to print.
 *
 * The output contains no terminal control sequences or hidden characters. Each such character is replaced by its
 * code, as `\u{…}`: control characters (and so all escape sequences), characters that change the writing direction,
 * line separators, invisible characters, and unpaired surrogates.
 *
 * It does not distinguish similar letters, and it does not shorten text. It is for terminals and logs. It is not an
 * escaping for HTML, a shell or SQL.
 *
 * **Example** (Printing the answer of a model)
 *
 * ```ts
 * import { Console, Effect, Option } from "effect"
 * import { Printable, type Thread } from "effect-codex"
 *
 * const print = (thread: Thread.Thread) =>
 *   Effect.flatMap(thread.run("Say hello."), ({ finalResponse }) =>
 *     Console.log(Printable.text(Option.getOrElse(finalResponse, () => "(no answer)")))
 *   )
 * ```
 *
 * @since 0.171.0
 */

/**
 * Makes text of several lines safe to print.
 *
 * **When to use**
 *
 * Use to print the output of a model or a command. If a text arrives in pieces, you can process each piece
 * separately.
 *
 * **Details**
 *
 * Line feeds and tabs stay, and so do emoji, which can contain a joiner or a variation selector. A carriage return
 * before a line feed is removed.
 *
 * If line breaks of the text must not look like your own lines, use {@link line}.
 *
 * @category formatting
 * @since 0.171.0
 */
export const text = (source: string): string =>
  source.replaceAll("\r\n", "\n").replaceAll(patterns().keptOrHidden, (found, kept?: string) => kept ?? named(found))

/**
 * Turns text into one line that is safe to print.
 *
 * **When to use**
 *
 * Use to print a command, a path, a name or a question next to your own text, and for log lines.
 *
 * **Details**
 *
 * Line breaks are replaced by their code, so that no part of the text looks like another line. A tab becomes a
 * space. No other invisible character stays, not even in an emoji.
 *
 * For text of several lines, use {@link text}.
 *
 * @category formatting
 * @since 0.171.0
 */
export const line = (source: string): string =>
  source.replaceAll(patterns().hidden, (char) => (char === "\t" ? " " : named(char)))

// internal

const makePatterns = () => {
  // U+2800 is the Braille pattern without dots, which counts as visible.
  const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu
  // Emoji first: a joiner or a selector is a part of them.
  const keptOrHidden = new RegExp(
    String.raw`(\n|\t|\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)*|[#*0-9]\uFE0F\u20E3)` +
      `|${hidden.source}`,
    "gu"
  )
  return { hidden, keptOrHidden }
}

// Made on first use: patterns with classes of Unicode are slow to make, and every import of the package would do it.
let made: ReturnType<typeof makePatterns> | undefined

const patterns = () => (made ??= makePatterns())

const named = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
