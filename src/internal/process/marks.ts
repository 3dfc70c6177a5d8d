/**
 * The mark of a server: a variable with a value that no other server has.
 *
 * Processes inherit it from their parents, and Linux shows it to the user who runs them. It therefore identifies the
 * server of a process, regardless of what happened to the parent, the group and the session.
 *
 * Two kinds of processes lack the mark: those that clean their environment (`env -i`, and Codex for its MCP servers),
 * and commands under a `shell_environment_policy` with `include_only` or `filters`. Other systems do not show the
 * variables of a process reliably, so nothing is marked there.
 *
 * `leftovers.ts` finds and ends the marked processes.
 */

/** The name of the variable. */
export const variable = "EFFECT_CODEX_SERVER"

/** The mark of one server's processes. */
export interface Mark {
  readonly id: string
  /** The value of the variable. */
  readonly value: string
}

/** Creates a mark. A program that is itself a descendant of a server passes on the marks of that server. */
export const make = (inherited: string | undefined): Mark => {
  const id = crypto.randomUUID()
  const marks = inherited === undefined || inherited === "" ? [] : inherited.split(" ")
  return { id, value: [...marks.slice(-maxInherited), id].join(" ") }
}

// internal

const maxInherited = 16
