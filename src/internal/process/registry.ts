/**
 * A directory with one file for each running server. `reaper.ts` ends what the servers of killed programs left.
 *
 * A file names the program, the server and its mark. Each is created with its whole content, and no other program
 * changes it. It contains no secret, but only its user can read it.
 *
 * Ids of processes are reused, and other machines and containers can use the same directory. A file therefore also
 * has the start times, which together with the id name one process until the machine restarts, and the place where
 * they are valid.
 *
 * The files are read and written synchronously, with descriptors, so that a file cannot be replaced by a link after it
 * was checked.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync
} from "node:fs"
import { InvalidOptions } from "../../CodexError.ts"
import * as place from "./place.ts"
import * as processTable from "./processTable.ts"

// A function, because most programs have no registry, and every import of the package would build the schema.
const makeSchema = () => {
  const ProcessId = Schema.Struct({
    pid: Schema.Int.check(Schema.isGreaterThan(1)),
    /** The start time, in the ticks of the process table. */
    start: Schema.Int.check(Schema.isGreaterThan(0))
  })
  return Schema.Struct({
    version: Schema.Literal(1),
    /** Where the ids of processes are valid. */
    place: Schema.Struct({ machine: Schema.String, boot: Schema.String, namespace: Schema.String }),
    /** The program that started the server. */
    host: ProcessId,
    server: ProcessId,
    /** The id of the server's mark. A shorter text could occur in the variables of any process. */
    mark: Schema.NullOr(Schema.String.check(Schema.isUUID())),
    /** `CODEX_HOME` of the server, for a person who reads the file. */
    home: Schema.NullOr(Schema.String)
  })
}

/** A running server. */
export type Entry = ReturnType<typeof makeSchema>["Type"]

/** A file of the directory, and its entry if it is one. `undefined` marks a file that is ignored. */
export interface File {
  readonly path: string
  readonly entry: Entry | undefined
}

/** Creates the directory if it does not exist. Returns what prevents its use. */
export const problem = (folder: string): InvalidOptions | undefined => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const stats = lstatSync(folder)
    if (!stats.isDirectory()) return invalid("must be a directory, and not a link to one")
    if (stats.uid !== user()) return invalid("the directory belongs to another user")
    if ((stats.mode & 0o022) !== 0) {
      return invalid("other users can write to the directory; remove that permission with `chmod go-w`")
    }
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return codeOf(error) === "EEXIST"
      ? invalid("must be a directory, and not a link to one")
      : invalid(`cannot be used as a directory (${codeOf(error)})`)
  }
}

/** Returns an entry for a server of this program. `undefined` on systems that do not identify a process. */
export const entry = (
  server: { readonly pid: number; readonly start: number },
  mark: string | undefined,
  home: string | undefined
): Entry | undefined => {
  const host = processTable.read(process.pid)
  return host === undefined || server.start === 0
    ? undefined
    : {
        version: 1,
        place: place.here(),
        host: { pid: host.pid, start: host.start },
        server: { pid: server.pid, start: server.start },
        mark: mark ?? null,
        home: home ?? null
      }
}

/** Writes the file of an entry, and returns its path. Throws if it cannot be written. */
export const write = (folder: string, entry: Entry): string => {
  const path = `${folder}/${prefix}${crypto.randomUUID()}`
  const unfinished = `${path}.new`
  try {
    writeFileSync(unfinished, codec().encode(entry), { flag: "wx", mode: 0o600 })
    renameSync(unfinished, path + suffix)
  } catch (error) {
    remove(unfinished)
    throw error
  }
  return path + suffix
}

/** Reads all files of the directory, except those that are just being written. */
export const read = (folder: string): ReadonlyArray<File> => {
  try {
    return readdirSync(folder)
      .filter((name) => !(name.startsWith(prefix) && name.endsWith(".new")))
      .flatMap((name) => {
        const path = `${folder}/${name}`
        const text = name.startsWith(prefix) && name.endsWith(suffix) ? textOf(path) : foreign
        return text === gone
          ? []
          : [{ path, entry: text === foreign ? undefined : Option.getOrUndefined(codec().decode(text)) }]
      })
  } catch {
    return []
  }
}

/** Removes a file, if it is still there. */
export const remove = (path: string): void => {
  try {
    unlinkSync(path)
  } catch {
    // Another program has removed it.
  }
}

// internal

const prefix = "server-"
const suffix = ".json"
const maxBytes = 16_384

const gone = Symbol("gone")
const foreign = Symbol("foreign")

const makeCodec = () => {
  const text = Schema.fromJsonString(makeSchema())
  return { encode: Schema.encodeSync(text), decode: Schema.decodeOption(text) }
}

let made: ReturnType<typeof makeCodec> | undefined

const codec = () => (made ??= makeCodec())

const invalid = (description: string) => new InvalidOptions({ option: "registry", description })

// Where there are no users, nothing is registered.
const user = (): number => process.geteuid?.() ?? -1

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "Unknown"

/** Reads a regular file that only this user can read and write. */
const textOf = (path: string): string | typeof gone | typeof foreign => {
  let descriptor: number | undefined
  try {
    // A pipe would block the program until something is written to it.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const stats = fstatSync(descriptor)
    const isPrivate = stats.isFile() && stats.uid === user() && (stats.mode & 0o077) === 0
    return isPrivate && stats.size <= maxBytes ? readFileSync(descriptor, "utf8") : foreign
  } catch (error) {
    return codeOf(error) === "ENOENT" ? gone : foreign
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}
