/**
 * Text that others wrote, made safe to show: what a model, a command, an MCP server or the server itself says. Nothing
 * in it can act on a terminal or hide. Every character that could is named in its place, as `\u{…}`: control
 * characters, with them all escape sequences, characters that turn the direction of writing, line separators,
 * characters that show nothing, and halves of characters.
 *
 * It doesn't tell letters apart that look alike, and it doesn't shorten anything. It is for terminals and logs, and is
 * no escaping for HTML, a shell or SQL.
 *
 * **Example** (Printing what a model says)
 *
 * ```ts
 * const result = yield* thread.run("Say hello.")
 * yield* Console.log(Printable.text(Option.getOrElse(result.finalResponse, () => "(no answer)")))
 * ```
 *
 * @since 0.171.0
 */

/**
 * Makes a text of several lines safe to show.
 *
 * **When to use**
 *
 * Use to print what a model says, or what a command writes. Each piece of a text that arrives in pieces can be made
 * safe by itself.
 *
 * **Details**
 *
 * Line feeds and tabs stay, as do emoji, which can hold a joiner or a variation selector. A carriage return before a
 * line feed is left out.
 *
 * For text whose line breaks must not look like lines of your own, use {@link line}.
 *
 * @category formatting
 * @since 0.171.0
 */
export const text = (source: string): string =>
  source.replaceAll("\r\n", "\n").replaceAll(keptOrHidden, (found, kept?: string) => kept ?? named(found))

/**
 * Makes a text one line that is safe to show.
 *
 * **When to use**
 *
 * Use to show a command, a path, a name or a question beside words of your own, and for log lines.
 *
 * **Details**
 *
 * Line breaks are named, so that no part of the text looks like another line. A tab becomes a blank. Nothing else stays
 * that shows nothing, not even in an emoji.
 *
 * For text of several lines, use {@link text}.
 *
 * @category formatting
 * @since 0.171.0
 */
export const line = (source: string): string => source.replaceAll(hidden, (char) => (char === "\t" ? " " : named(char)))

// internal

// U+2800 is the Braille pattern without dots, which counts as visible.
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu

// Emoji first: a joiner or a selector is a part of them.
const keptOrHidden = new RegExp(
  String.raw`(\n|\t|\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?(?:\u200D\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?)*|[#*0-9]\uFE0F\u20E3)` +
    `|${hidden.source}`,
  "gu"
)

const named = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
