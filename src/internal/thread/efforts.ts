/**
 * Logs a reasoning effort that no model of the server lists, because the server accepts any text. It never rejects one:
 * a provider's own model can have efforts that no list has.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Client } from "../../CodexClient.ts"
import * as listing from "../client/listing.ts"
import * as paging from "../client/paging.ts"
import { nearestName } from "../nearestName.ts"

/** The efforts that were checked or need no check. Each is checked once for each `Codex`. */
export type Checked = Set<string>

/** Every model lists these. */
export const make = (): Checked => new Set(["low", "medium", "high"])

/**
 * Checks an effort in the background, so that no turn waits for the list of models. A probable misspelling is a
 * warning.
 */
export const check = (client: Client, checked: Checked, effort: unknown): Effect.Effect<void> => {
  // A JavaScript caller can pass anything, and new texts without end must not fill the set.
  if (typeof effort !== "string" || checked.has(effort) || checked.size >= mostChecked) return Effect.void
  checked.add(effort)
  return Effect.asVoid(client["~session"].fork(Effect.ignore(report(client, effort))))
}

// internal

const mostChecked = 64

const report = Effect.fnUntraced(function* (client: Client, effort: string) {
  const models = yield* Stream.runCollect(
    paging.elements((cursor) => listing.models(client, { cursor, includeHidden: true }), undefined)
  )
  const listed = new Set(
    models.flatMap(({ supportedReasoningEfforts }) =>
      supportedReasoningEfforts.map(({ reasoningEffort }) => reasoningEffort)
    )
  )
  if (listed.size === 0 || listed.has(effort)) return
  const all = Array.from(listed, (each) => `\`${each}\``).join(", ")
  const near = nearestName(effort, listed)
  // The value is not logged, because it can be any text.
  yield* near === undefined
    ? Effect.logDebug(`No model of the server lists the \`effort\` of this turn. Listed: ${all}. Logged once.`)
    : Effect.logWarning(
        `No model of the server lists the \`effort\` of this turn; did you mean \`${near}\`? Listed: ${all}. Logged once.`
      )
})
