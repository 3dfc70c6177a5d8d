/**
 * The folder of an embedded database, and the lock that keeps other processes out of it.
 *
 * PGlite itself does not lock. The lock is one of SQLite on the file `lock`: the system releases it when the process
 * ends, however it ends. A file with the id of a process could outlive it, and would mean nothing in another container.
 *
 * - `database`: the database.
 * - `database.lock`: empty; locked while the database is open.
 * - `database.pid`: the id of the process that has the lock, for messages only.
 * - `database.incomplete`: exists while the database is created. A process that is killed meanwhile has stored nothing,
 *   so the next one begins again.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { FolderFailed, FolderInUse, PackageMissing } from "./reasons.ts"

/** A folder that this process has to itself. */
export interface Folder {
  /** Where the database is. */
  readonly data: string
  /** Notes that the database was created completely. */
  readonly created: Effect.Effect<void, FolderFailed>
}

/** Creates a folder if it does not exist, and locks it until the scope closes. */
export const open = Effect.fnUntraced(function* (
  path: string
): Effect.fn.Return<Folder, FolderFailed | FolderInUse | PackageMissing, Scope.Scope> {
  const folder = resolve(path)
  const data = join(folder, "database")
  const [holder, incomplete] = [`${data}.pid`, `${data}.incomplete`]
  const attempt = <A>(body: () => A) =>
    Effect.try({ try: body, catch: (error) => new FolderFailed({ folder, kind: codeOf(error) }) })

  const { DatabaseSync } = yield* Effect.tryPromise({
    // Only this module needs it, and Node 22 warns that it is new.
    try: () => import("node:sqlite"),
    catch: () => new PackageMissing({ package: "node:sqlite" })
  })
  yield* attempt(() => mkdirSync(folder, { recursive: true, mode: 0o700 }))
  const lock = yield* Effect.acquireRelease(
    attempt(() => new DatabaseSync(`${data}.lock`)),
    (lock) => Effect.sync(() => lock.close())
  )
  yield* Effect.try({
    try: () => lock.prepare("BEGIN EXCLUSIVE").run(),
    catch: (error) =>
      errorNumber(error) === SQLITE_BUSY
        ? new FolderInUse({ folder, pid: pidIn(holder) })
        : new FolderFailed({ folder, kind: codeOf(error) })
  })
  yield* Effect.acquireRelease(
    attempt(() => writeFileSync(holder, `${process.pid}\n`)),
    () => Effect.sync(() => rmSync(holder, { force: true }))
  )
  yield* attempt(() => {
    if (existsSync(incomplete)) rmSync(data, { recursive: true, force: true })
    if (!existsSync(data)) writeFileSync(incomplete, "")
    mkdirSync(data, { recursive: true, mode: 0o700 })
    // The files of the database can be read by all users. Only the folder keeps them out.
    chmodSync(data, 0o700)
  })
  if (!existsSync(incomplete) && !(yield* attempt(() => readdirSync(data))).includes("PG_VERSION")) {
    return yield* new FolderFailed({ folder, kind: "NotADatabase" })
  }
  return { data, created: attempt(() => rmSync(incomplete, { force: true })) }
})

// internal

const SQLITE_BUSY = 5

const errorNumber = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "errcode" in error ? error.errcode : undefined

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string"
    ? error.code
    : "Unknown"

const pidIn = (file: string): number | undefined => {
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10)
    return Number.isSafeInteger(pid) ? pid : undefined
  } catch {
    return undefined
  }
}
