/**
 * Reasons of an `EmbeddedPostgresError`: why the database of the process did not start. A failure of a statement is an
 * `SqlError`, as with any other database.
 *
 * `isRetryable` is true if the same layer, unchanged, can start later.
 */
import * as Schema from "effect/Schema"

const id = (name: string): string => `effect-codex/EmbeddedPostgresError/${name}`

/** A package that the database needs is not installed, or does not load. */
export class PackageMissing extends Schema.TaggedError<PackageMissing>(id("PackageMissing"))("PackageMissing", {
  /** The name of the package. */
  package: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return this.package.startsWith("node:")
      ? `This runtime has no \`${this.package}\`. Use Node 22.19 or later.`
      : `The package \`${this.package}\` is not installed. Install what the database needs: \`npm install @electric-sql/pglite @effect/sql-pg\`.`
  }
}

/** Another process, or another layer of this process, uses the folder. Nothing was opened. */
export class FolderInUse extends Schema.TaggedError<FolderInUse>(id("FolderInUse"))("FolderInUse", {
  /** The folder. */
  folder: Schema.String,
  /** The process that uses it, if it is known. */
  pid: Schema.UndefinedOr(Schema.Int)
}) {
  readonly isRetryable = true
  override get message(): string {
    const holder = this.pid === undefined ? "Another process" : `Process ${this.pid}`
    return `${holder} uses the database in ${this.folder}, and only one can. End it, use another folder, or share one layer within a process. Several processes need a PostgreSQL server.`
  }
}

/** The folder cannot be created, read or written. */
export class FolderFailed extends Schema.TaggedError<FolderFailed>(id("FolderFailed"))("FolderFailed", {
  /** The folder. */
  folder: Schema.String,
  /** The code of the failure, such as `EACCES`. */
  kind: Schema.String
}) {
  readonly isRetryable = true
  override get message(): string {
    return `The folder ${this.folder} cannot be used (${this.kind}). Choose one that this user can create and write, on a local disk with free space.`
  }
}

/** The database did not start. */
export class StartFailed extends Schema.TaggedError<StartFailed>(id("StartFailed"))("StartFailed", {
  /** The kind of the failure. */
  kind: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The database did not start (${this.kind}). If it has a folder, check that the disk has space and that the same version of PGlite wrote it. Otherwise restore the folder from a copy, or move it away to begin with an empty database.`
  }
}
