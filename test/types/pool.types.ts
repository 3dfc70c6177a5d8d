/**
 * What must and must not compile about pools. Checked by `npm run types`; never run.
 */
import { Effect, type Scope } from "effect"
import type { AppServer } from "../../src/AppServer.ts"
import type * as Codex from "../../src/Codex.ts"
import type { CodexClient } from "../../src/CodexClient.ts"
import type { CodexError } from "../../src/CodexError.ts"
import * as CodexPool from "../../src/CodexPool.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

interface TenantId {
  readonly region: string
  readonly number: number
}
interface Database {
  readonly database: true
}
interface Unknown {
  readonly _tag: "Unknown"
}
declare const strings: CodexPool.CodexPool
declare const tenants: CodexPool.CodexPool<TenantId, Unknown | CodexError>
declare const find: (id: TenantId) => Effect.Effect<Codex.Options, Unknown, Database | Scope.Scope>

// A pool has string keys and fails with `CodexError`, unless its type says otherwise.
const get = strings.get("acme")
holds<Equal<typeof get, Effect.Effect<Codex.Codex, CodexError, Scope.Scope>>>()
const other = tenants.get({ region: "eu", number: 1 })
holds<Equal<Effect.Error<typeof other>, Unknown | CodexError>>()
// @ts-expect-error another key
tenants.get("acme")

// `use` provides the services of the process, and leaves the others.
declare const body: Effect.Effect<number, "mine", Codex.Codex | CodexClient | AppServer | Scope.Scope>
const used = strings.use("acme", body)
holds<Equal<typeof used, Effect.Effect<number, CodexError | "mine", Scope.Scope>>>()

// The errors of `lookup` are those of its calls, and not of the layer. Its scope is that of the process.
const made = CodexPool.make({ lookup: find })
holds<Equal<Effect.Success<typeof made>, CodexPool.CodexPool<TenantId, Unknown | CodexError>>>()
holds<Equal<Effect.Error<typeof made>, CodexError>>()
holds<Equal<Extract<Effect.Services<typeof made>, Database | Scope.Scope>, Database | Scope.Scope>>()
// @ts-expect-error the service `CodexPool` has no other errors
CodexPool.layer({ lookup: () => find({ region: "eu", number: 1 }) })
// @ts-expect-error a misspelled option
CodexPool.layer({ lookup: () => ({}), maxProceses: 1 })
// @ts-expect-error no options of a process
CodexPool.layer({ lookup: () => Effect.succeed({ codexHom: "/a" }) })
