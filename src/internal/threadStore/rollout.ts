/**
 * What the names and the first lines of rollout files say. Nothing here reads files.
 *
 * A thread has one file, and one more for each revert. The first line names the thread whose history the file
 * continues, and the parent of a sub-agent. The name of a thread is a line of `session_index.jsonl`.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The file that has the names of threads. */
export const indexFile = "session_index.jsonl"

/** The folders that have rollout files: those of threads, and of archived ones. */
export const folders = ["sessions", "archived_sessions"]

/** The id of the thread of a rollout file, or `undefined` if the name is not that of one. */
export const threadOf = (fileName: string): string | undefined => fileName.match(rolloutName)?.[2]

/** The folders of a rollout file below `sessions`: year, month and day. */
export const dayOf = (fileName: string): ReadonlyArray<string> => fileName.match(rolloutName)?.[1]?.split("-") ?? []

/** What the first line of a rollout file says of other threads. */
export interface Origin {
  /** The thread whose history this file continues: the source of a fork, or the thread itself after a revert. */
  readonly base: string | undefined
  /** The thread that spawned this one as a sub-agent. */
  readonly parent: string | undefined
}

/** Reads the first line of a rollout file. `undefined` if the line is not complete. */
export const originOf = (bytes: Uint8Array): Origin | undefined => {
  const end = bytes.indexOf(NEWLINE)
  if (end < 0) return undefined
  const payload = Option.map(decodeMeta(decoder.decode(bytes.subarray(0, end))), (meta) => meta.payload)
  return {
    base: Option.getOrUndefined(payload)?.history_base?.thread_id,
    parent: Option.getOrUndefined(payload)?.parent_thread_id ?? undefined
  }
}

/** The name of the segment that says that the thread has this sub-agent. */
export const agentSegment = (threadId: string): string => `agent-${threadId}`

/** The sub-agent of such a segment. */
export const agentOf = (segment: string): string | undefined =>
  segment.startsWith("agent-") ? segment.slice("agent-".length) : undefined

/** A name of a thread, as a line of the index. */
export interface Name {
  readonly threadId: string
  readonly name: string
  /** The segment that has it. Of two, the later in the order of texts is the newer name. */
  readonly segment: string
  /** The line with its newline. */
  readonly line: string
}

/** Whether a segment has a name. */
export const isNameSegment = (segment: string): boolean => segment.startsWith("name-")

/** Reads a line of the index. */
export const nameOf = (line: string): Name | undefined => {
  const found = Option.getOrUndefined(decodeName(line))
  if (found === undefined) return undefined
  const { id: threadId, thread_name: name, updated_at } = found
  return { threadId, name, segment: `name-${updated_at.replaceAll(notInNames, "-").slice(0, 100)}`, line: `${line}\n` }
}

// internal

const NEWLINE = 10

const rolloutName =
  /^rollout-(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\d-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:_[0-9a-f-]{36})?\.jsonl$/

const notInNames = /[^\dA-Za-z.-]/g

const decoder = new TextDecoder()

const decodeMeta = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      payload: Schema.Struct({
        history_base: Schema.optionalKey(Schema.NullOr(Schema.Struct({ thread_id: Schema.String }))),
        parent_thread_id: Schema.optionalKey(Schema.NullOr(Schema.String))
      })
    })
  )
)

const decodeName = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ id: Schema.String, thread_name: Schema.String, updated_at: Schema.String }))
)
