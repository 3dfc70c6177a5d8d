/** Inboxes for tests: in memory, and on a PostgreSQL server of its own. */
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer } from "effect"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as Postgres from "../support/postgres.ts"

/** A client of a PostgreSQL server that ends with the scope. */
export const database = Layer.unwrap(
  Effect.map(Postgres.start, ({ socket, username }) =>
    PgClient.layer({ path: socket, username, database: "postgres", maxConnections: 4 })
  )
)

export const sql = (options?: ApprovalInbox.Options) =>
  ApprovalInbox.layerSql(options).pipe(Layer.provideMerge(database))

/** An inbox on the same database, as another process has it. */
export const another = (options?: ApprovalInbox.Options) =>
  Effect.flatMap(Effect.scope, (scope) =>
    Effect.map(
      Layer.buildWithMemoMap(ApprovalInbox.layerSql(options), Layer.makeMemoMapUnsafe(), scope),
      Context.get(ApprovalInbox.ApprovalInbox)
    )
  )

/** A request for a decision. */
export const request = {
  kind: "command",
  lines: ["May this command run?", "  $ deploy"],
  choices: [
    { name: "accept", label: "Accept", needsValue: false },
    { name: "decline", label: "Decline", needsValue: false }
  ]
} satisfies ApprovalInbox.Request

/** What happened to an entry, in words. */
export const audit = (inbox: ApprovalInbox.ApprovalInbox, entryId: string) =>
  Effect.map(inbox.history({ entryId }), ({ data }) =>
    data.map(({ by, detail, type }) =>
      [type, by._tag === "Some" ? `by ${by.value}` : "", detail._tag === "Some" ? `(${detail.value})` : ""]
        .filter((word) => word !== "")
        .join(" ")
    )
  )
