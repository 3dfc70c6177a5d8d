/**
 * Messages of a server, made from the schemas of the protocol: for every notification, request and response a valid one, a changed one or a cut one.
 * Which of them harm a client is `connection.ts`.
 */
import { Arbitrary, Effect, Exit, Schema } from "effect"
import { clientRequestResults, serverNotificationParams, serverRequestParams } from "../../src/generated/methods.ts"
import { knownForm } from "../../src/internal/protocol/forms.ts"
import type { Seeded } from "../scoreboard/scenario.ts"
import * as mutate from "./mutate.ts"

/** What is sent: the line of a message, and what it is. */
export interface Sample {
  readonly kind: "notification" | "request" | "response"
  readonly method: string
  /** How it was made, for reports. */
  readonly how: "valid" | "changed" | "cut"
  /** The params or the result as JSON; a cut one is none. */
  readonly payload: string
}

const tables = [
  ["notification", serverNotificationParams],
  ["request", serverRequestParams],
  ["response", clientRequestResults]
] as const

/** All messages of the protocol that a server can send, by kind. */
export const methods: ReadonlyArray<readonly [kind: Sample["kind"], method: string]> = tables.flatMap(([kind, table]) =>
  [...table.keys()].map((method) => [kind, method] as const)
)

// How many values are derived from a schema at once. They are taken in turns, so that no message needs a derivation of its own.
const batch = 40

/** A source of messages; the same seed makes the same ones. */
export const make = (seeded: Seeded) => {
  const values = new Map<Schema.Codec<unknown>, Array<unknown>>()

  const value = (codec: Schema.Codec<unknown>): unknown => {
    const left = values.get(codec) ?? []
    if (left.length === 0) {
      const options = { count: batch, size: seeded.int(1, 6), seed: seeded.int(0, 2 ** 31) }
      // The form without unknown members: those are made by changes.
      const known = Schema.make<Schema.Codec<unknown>>(knownForm(codec.ast))
      left.push(...Effect.runSync(Effect.orDie(Arbitrary.sampleEffect(Arbitrary.schema(known), options))))
      values.set(codec, left)
    }
    const taken = left.pop()
    const encoded = Schema.encodeUnknownExit(codec)(taken)
    return Exit.isSuccess(encoded) ? encoded.value : taken
  }

  /** The text of a message of this method. `ids` are put in the place of those of threads, turns and items, now and then. */
  const sample = (kind: Sample["kind"], method: string, ids: mutate.Ids): Sample => {
    const codec = tables.find(([name]) => name === kind)?.[1].get(method)
    const made = codec === undefined ? {} : value(codec)
    const known = seeded.int(0, 3) === 0 ? made : mutate.withIds(made, ids)
    const how = seeded.pick(["valid", "valid", "changed", "changed", "cut"] as const)
    const json = JSON.stringify(how === "changed" ? mutate.changed(seeded, known) : known) ?? "null"
    return { kind, method, how, payload: how === "cut" ? json.slice(0, seeded.int(0, json.length - 1)) : json }
  }

  return { sample, any: (ids: mutate.Ids) => sample(...seeded.pick(methods), ids) }
}
