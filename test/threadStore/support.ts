/**
 * Codex homes on the real binary that share a model and a store and nothing else.
 */
import { NodeServices } from "@effect/platform-node"
import { type Context, Effect, FileSystem, Layer, Scope } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"

/** The model, a folder for the store, and the services of Node. */
export const layer = Layer.mergeAll(
  MockModel.layer({ fallback: () => MockModel.reply("ok") }),
  NodeServices.layer,
  Layer.unwrap(
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      return ThreadStore.layerFolder(yield* fs.makeTempDirectoryScoped({ prefix: "store-" }))
    })
  ).pipe(Layer.provide(NodeServices.layer))
)

/** A home of its own. It is removed with the scope, or by the test. */
export const makeHome = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  return yield* Effect.orDie(CodexTest.makeHome(model.configToml()))
})

/** A process on a home, with a mirror unless `mirror` is `false`, until the scope closes. */
export const start = Effect.fnUntraced(function* (
  home: CodexTest.TestHome,
  mirror: ThreadStore.MirrorOptions | false = {}
) {
  const codex = Codex.layer({ cwd: home.workspace, env: home.env, inheritEnv: false })
  const layer = mirror === false ? codex : ThreadStore.layerMirror(mirror).pipe(Layer.provideMerge(codex))
  // A separate memo map: two homes are two processes.
  return yield* Layer.buildWithMemoMap(layer, Layer.makeMemoMapUnsafe(), yield* Scope.Scope)
})

/** Runs an effect with a process of its own on a home. */
export const on = <A, E, R>(
  home: CodexTest.TestHome,
  effect: Effect.Effect<A, E, R>,
  mirror?: ThreadStore.MirrorOptions | false
) =>
  Effect.scoped(
    Effect.flatMap(start(home, mirror), (services) =>
      // Type boundary: without a mirror, the effect does not use one.
      Effect.provideContext(effect, services as Context.Context<Codex.Codex | ThreadStore.Mirror>)
    )
  )

/** The input of the last model request. */
export const lastInput = Effect.gen(function* () {
  const model = yield* MockModel.MockModel
  return (yield* model.requests).at(-1)?.inputItems() ?? []
})

/** Waits until each of these many threads has ended a turn, also those of sub-agents. */
export const agentsEnd = (home: CodexTest.TestHome, threads: number) =>
  Effect.yieldNow.pipe(
    Effect.repeat({
      until: () => {
        const files = [...rollouts(home).values()]
        return files.length === threads && files.every((bytes) => bytes.includes('"task_complete"'))
      }
    }),
    Effect.timeout("20 seconds")
  )

/** The rollout files of a home, by name. */
export const rollouts = (home: CodexTest.TestHome): ReadonlyMap<string, Buffer> =>
  new Map(
    readdirSync(join(home.codexHome, "sessions"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".jsonl"))
      .map((file) => [file, readFileSync(join(home.codexHome, "sessions", file))])
  )
