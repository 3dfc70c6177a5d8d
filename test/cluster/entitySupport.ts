/**
 * A cluster of one process for tests: a machine with the threads of `ThreadEntity`, and a client of them.
 */
import { type Context, Effect, Layer, Scope } from "effect"
import type { Sharding } from "effect/cluster"
import * as Runner from "../../src/cluster/Runner.ts"
import * as ThreadEntity from "../../src/cluster/ThreadEntity.ts"
import type * as CodexTest from "../../src/testing/CodexTest.ts"
import * as support from "./support.ts"

/** A runner in this process, until its scope closes. */
export const start = Effect.fnUntraced(function* (
  home: CodexTest.TestHome,
  options?: ThreadEntity.Options,
  settings?: Runner.Settings
) {
  const layer = ThreadEntity.layerStored(options).pipe(
    Layer.provideMerge(support.machine(home)),
    Layer.provideMerge(Runner.layerSingle({ entityMessagePollInterval: "100 millis", ...settings }))
  )
  const services: Context.Context<support.Machine | Sharding.Sharding> = yield* Layer.buildWithMemoMap(
    layer,
    Layer.makeMemoMapUnsafe(),
    yield* Scope.Scope
  )
  const provide = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.provideContext(effect, services)
  return { provide, thread: yield* provide(ThreadEntity.client) }
})
