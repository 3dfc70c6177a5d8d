/**
 * Threads on several machines, by Effect's own cluster: import it from `effect-codex/cluster`.
 *
 * @since 0.171.0
 */
export * as ApprovalInbox from "./ApprovalInbox.ts"
export * as EmbeddedPostgres from "./EmbeddedPostgres.ts"
export * as Runner from "./Runner.ts"
export * as ThreadDirectory from "./ThreadDirectory.ts"
export * as ThreadEntity from "./ThreadEntity.ts"
