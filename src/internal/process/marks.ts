/**
 * The mark of a server: a variable with a value that no other server has. Processes inherit it from their parents, and Linux shows it to the user
 * who runs them, so it tells whose a process is, whatever became of its parent, its group and its session. Finding and ending them is
 * `leftovers.ts`.
 *
 * Processes don't have it that clean their environment (`env -i`, and Codex for its MCP servers), and commands under a
 * `shell_environment_policy` with `include_only` or `filters`. Other systems don't show the variables of a process reliably, so nothing is
 * marked there.
 */

/** The variable. */
export const variable = "EFFECT_CODEX_SERVER"

/** What marks the processes of one server. */
export interface Mark {
  readonly id: string
  /** The variable's value. */
  readonly value: string
}

/** A new mark. A program that is itself a descendant of a server passes on the marks of that one. */
export const make = (inherited: string | undefined): Mark => {
  const id = crypto.randomUUID()
  const marks = inherited === undefined || inherited === "" ? [] : inherited.split(" ")
  return { id, value: [...marks.slice(-maxInherited), id].join(" ") }
}

// internal

const maxInherited = 16
