/**
 * The recorded sessions: in their order, and sorted by method. `session.ts` records them.
 */
import { readdirSync, readFileSync } from "node:fs"
import type { Frame, Session } from "./session.ts"

const folder = new URL("../fixtures/sessions/", import.meta.url)

/** The recorded versions. */
export const versions: ReadonlyArray<string> = readdirSync(folder).map((file) => file.replace(/\.json$/, ""))

/** The session of a version. */
export const read = (version: string): Session => {
  if (!versions.includes(version)) {
    throw new Error(`no session of ${version} is recorded: node test/compat/record.ts ${version}`)
  }
  // Type boundary: the file is written by `record.ts`.
  return JSON.parse(readFileSync(new URL(`${version}.json`, folder), "utf8")) as Session
}

/** What the server sent: results of requests, params of notifications, params of its own requests. */
export type Kind = "results" | "notifications" | "requests"

/** A payload of the server. */
export interface Payload {
  readonly kind: Kind
  readonly method: string
  readonly value: unknown
}

/** The payloads of the server in their order, without its errors. */
export const payloads = (frames: ReadonlyArray<Frame>): ReadonlyArray<Payload> => {
  const asked = new Map<unknown, string>()
  return frames.flatMap(([direction, { error, id, method, params, result }]): ReadonlyArray<Payload> => {
    if (direction === ">") {
      if (method !== undefined) asked.set(id, method)
      return []
    }
    if (method !== undefined) return [{ kind: id === undefined ? "notifications" : "requests", method, value: params }]
    return error === undefined ? [{ kind: "results", method: asked.get(id) ?? "", value: result }] : []
  })
}
