import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { ChildProcessSpawner } from "effect/process"
import * as Codex from "../../src/Codex.ts"
import { CodexError } from "../../src/CodexError.ts"
import { codexVersion } from "../../src/generated/version.ts"
import { temporary as folder } from "../appServer/support.ts"
import * as Peer from "../support/peer.ts"

const codexError = Effect.fnUntraced(function* <A, E>(effect: Effect.Effect<A, E>) {
  const error = yield* Effect.flip(effect)
  return error instanceof CodexError ? error : assert.fail(String(error))
})

describe("the layers", () => {
  const configured = (entries: Readonly<Record<string, string>>, options: Codex.Options) =>
    Effect.map(Codex.Codex, ({ metadata }) => metadata).pipe(
      Effect.provide(Codex.layerFromConfig(options).pipe(Layer.provide(NodeServices.layer))),
      Effect.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(entries)))
    )

  /** Returns the requests of a client, and the folder of its server. */
  const started = (entries: Readonly<Record<string, string>>, options: Codex.Options = {}) =>
    Effect.map(
      configured(entries, {
        ...options,
        command: Peer.command({
          initialize: [
            Peer.reply({
              ...Peer.initializeResponse(),
              codexHome: "$codexHome",
              platformFamily: "$cwd",
              platformOs: "${params.capabilities.experimentalApi}"
            })
          ],
          on: { initialized: [] }
        })
      }),
      ({ codexHome, platformFamily, platformOs }) => ({ codexHome, cwd: platformFamily, experimentalApi: platformOs })
    )

  it.live("layerFromConfig requires no setting", () =>
    Effect.gen(function* () {
      const metadata = yield* configured({}, { command: Peer.command(Peer.basic) })
      assert.strictEqual(metadata.version, codexVersion)
    })
  )

  it.live("layerFromConfig reads each setting from its own variable", () =>
    Effect.gen(function* () {
      const wrong = [
        ["CODEX_REQUEST_TIMEOUT", "0 seconds", "requestTimeout"],
        ["CODEX_START_TIMEOUT", "0 seconds", "startTimeout"],
        ["CODEX_SHUTDOWN_GRACE", "-1 seconds", "shutdownGrace"],
        // Relative to the program, and a file.
        ["CODEX_REGISTRY", "package.json", "registry"],
        ["CODEX_MAX_IN_FLIGHT", "0", "maxInFlight"],
        ["CODEX_MAX_LINE_BYTES", "0", "maxLineBytes"]
      ] as const
      for (const [name, value, option] of wrong) {
        const { reason } = yield* codexError(configured({ [name]: value }, {}))
        assert.deepInclude(reason, { _tag: "InvalidOptions", option }, name)
      }
      const { reason } = yield* codexError(configured({ CODEX_EXECUTABLE: "/nowhere/codex" }, {}))
      assert.deepInclude(reason, { _tag: "RuntimeNotFound", searched: ["/nowhere/codex"] })

      const [codexHome, cwd] = [yield* folder, yield* folder]
      assert.deepStrictEqual(yield* started({ CODEX_HOME: codexHome, CODEX_CWD: cwd }), {
        codexHome,
        cwd,
        experimentalApi: "true"
      })
      assert.strictEqual((yield* started({ CODEX_EXPERIMENTAL_API: "false" })).experimentalApi, "false")
    })
  )

  it.live("options of the caller take precedence over those of layerFromConfig", () =>
    Effect.gen(function* () {
      yield* configured({ CODEX_MAX_IN_FLIGHT: "0" }, { maxInFlight: 1, command: Peer.command(Peer.basic) })
      const [read, said] = [yield* folder, yield* folder]
      const found = yield* started(
        { CODEX_HOME: read, CODEX_CWD: read, CODEX_EXPERIMENTAL_API: "true" },
        { codexHome: said, cwd: said, experimentalApi: false }
      )
      assert.deepStrictEqual(found, { codexHome: said, cwd: said, experimentalApi: "false" })
      // Undefined values are not sent.
      const unsaid = yield* started({ CODEX_HOME: read, CODEX_CWD: read }, { codexHome: undefined, cwd: undefined })
      assert.deepInclude(unsaid, { codexHome: read, cwd: read })
    })
  )

  it.live("invalid options of the connection start no process", () =>
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
