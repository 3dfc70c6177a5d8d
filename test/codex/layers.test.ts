import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { ChildProcessSpawner } from "effect/process"
import * as Codex from "../../src/Codex.ts"
import { codexVersion } from "../../src/generated/version.ts"
import * as Peer from "../support/peer.ts"

describe("the layers", () => {
  const configured = (entries: Readonly<Record<string, string>>, options: Codex.Options) =>
    Effect.map(Codex.Codex, ({ metadata }) => metadata).pipe(
      Effect.provide(Codex.layerConfig(options).pipe(Layer.provide(NodeServices.layer))),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(entries)))
    )

  it.live("layerConfig needs nothing to be set", () =>
    Effect.gen(function* () {
      const metadata = yield* configured({}, { command: Peer.command(Peer.basic) })
      assert.strictEqual(metadata.version, codexVersion)
    })
  )

  it.live("layerConfig reads each setting, and what the program says comes first", () =>
    Effect.gen(function* () {
      const wrong = {
        CODEX_EXECUTABLE: "/nowhere/codex",
        CODEX_REQUEST_TIMEOUT: "0 seconds",
        CODEX_START_TIMEOUT: "0 seconds",
        CODEX_SHUTDOWN_GRACE: "-1 seconds",
        CODEX_MAX_IN_FLIGHT: "0",
        CODEX_MAX_LINE_BYTES: "0"
      }
      for (const [name, value] of Object.entries(wrong)) {
        const error = yield* Effect.flip(configured({ [name]: value }, {}))
        assert.match(
          String(error),
          /executable|requestTimeout|startTimeout|shutdownGrace|maxInFlight|maxLineBytes/,
          name
        )
      }
      yield* configured(
        { CODEX_MAX_IN_FLIGHT: "0", CODEX_EXPERIMENTAL_API: "false" },
        { maxInFlight: 1, command: Peer.command(Peer.basic) }
      )
    })
  )

  it.live("nothing is started where the options of the connection make no sense", () =>
    Effect.gen(function* () {
      const spawned: Array<string> = []
      const counting = Layer.effect(
        ChildProcessSpawner.ChildProcessSpawner,
        Effect.map(ChildProcessSpawner.ChildProcessSpawner, (spawner) =>
          ChildProcessSpawner.make((command) => {
            spawned.push(command._tag)
            return spawner.spawn(command)
          })
        )
      )
      const build = (options: Codex.Options) =>
        Effect.scoped(
          Layer.build(Codex.layer(options).pipe(Layer.provide(counting), Layer.provide(NodeServices.layer)))
        )
      const error = yield* Effect.flip(build({ maxInFlight: 0, command: Peer.command(Peer.basic) }))
      assert.strictEqual(error.reason._tag, "InvalidOptions")
      assert.deepStrictEqual(spawned, [])
      yield* build({ maxInFlight: 1, command: Peer.command(Peer.basic) })
      assert.deepStrictEqual(spawned, ["StandardCommand"])
    })
  )
})
