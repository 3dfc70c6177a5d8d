/**
 * What the names and the first lines of rollout files say. Nothing here reads files.
 *
 * A thread has one file, and one more for each revert: `rollout-<time>-<thread>_<rollout>.jsonl`. The id of the first
 * rollout is that of the thread. The first line of a file names the rollout whose history it continues, the source of
 * a fork, and the parent of a sub-agent. The name of a thread is a line of `session_index.jsonl`.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** The file that has the names of threads. */
export const indexFile = "session_index.jsonl"

/** The folder of the files of archived threads, which has no subfolders. */
export const archive = "archived_sessions"

/** The folders that have rollout files. */
export const folders = ["sessions", archive]

/** The id of the thread of a rollout file, or `undefined` if the name is not that of one. */
export const threadOf = (fileName: string): string | undefined => fileName.match(rolloutName)?.[2]

/** The id of the rollout in a file, or `undefined` if the name is not that of one. */
export const rolloutOf = (fileName: string): string | undefined => {
  const found = fileName.match(rolloutName)
  return found?.[3] ?? found?.[2]
}

/**
 * The newest of the names of the files of one thread. Names sort by time: first the second of the start, then the id
 * of the rollout, which begins with the millisecond.
 */
export const newestOf = (names: Iterable<string>): string | undefined => {
  let newest: string | undefined
  for (const name of names) if (newest === undefined || name > newest) newest = name
  return newest
}

/** The folders of a rollout file below `sessions`: year, month and day. */
export const dayOf = (fileName: string): ReadonlyArray<string> => fileName.match(rolloutName)?.[1]?.split("-") ?? []

/** What the first line of a rollout file says of other threads. */
export interface Origin {
  /** The rollout whose history this file continues, and how many of its bytes: of a fork, or after a revert. */
  readonly base: { readonly rollout: string; readonly bytes: number } | undefined
  /** The source of a fork that continues its history. */
  readonly source: string | undefined
  /** The thread that spawned this one as a sub-agent. */
  readonly parent: string | undefined
}

/** Reads the first line of a rollout file. `undefined` if the line is not complete. */
export const originOf = (bytes: Uint8Array): Origin | undefined => {
  const end = bytes.indexOf(NEWLINE)
  if (end < 0) return undefined
  const meta = Option.getOrUndefined(decodeMeta(decoder.decode(bytes.subarray(0, end))))?.payload
  const base = meta?.history_base ?? undefined
  return {
    base: base && { rollout: base.thread_id, bytes: base.end_byte_offset ?? Infinity },
    source: base && (meta?.forked_from_id ?? undefined),
    parent: meta?.parent_thread_id ?? undefined
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
  /^rollout-(\d{4}-\d\d-\d\d)T\d\d-\d\d-\d\d-([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:_([0-9a-f-]{36}))?\.jsonl$/

const notInNames = /[^\dA-Za-z.-]/g

const decoder = new TextDecoder()

const decodeMeta = Schema.decodeUnknownOption(
  Schema.fromJsonString(
    Schema.Struct({
      payload: Schema.Struct({
        history_base: Schema.optionalKey(
          Schema.NullOr(
            Schema.Struct({
              thread_id: Schema.String,
              end_byte_offset: Schema.optionalKey(Schema.NullOr(Schema.Number))
            })
          )
        ),
        forked_from_id: Schema.optionalKey(Schema.NullOr(Schema.String)),
        parent_thread_id: Schema.optionalKey(Schema.NullOr(Schema.String))
      })
    })
  )
)

const decodeName = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ id: Schema.String, thread_name: Schema.String, updated_at: Schema.String }))
)
