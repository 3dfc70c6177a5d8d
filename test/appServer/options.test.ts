import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import type * as AppServer from "../../src/AppServer.ts"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as Peer from "../support/peer.ts"
import { at } from "../support/rawDriver.ts"
import { children } from "./processes.ts"
import { failure, ownHome } from "./support.ts"

describe("invalid options", () => {
  const node = process.execPath
  const cases: ReadonlyArray<readonly [name: string, option: string, options: unknown]> = [
    ["an empty command", "command", { command: [] }],
    ["a command without a program", "command", { command: [" "] }],
    ["a command beside an executable", "command", { command: [node], executable: node }],
    ["a command beside a configuration", "command", { command: [node], config: { model: "m" } }],
    ["an empty executable", "executable", { executable: "" }],
    ["an empty cwd", "cwd", { cwd: "" }],
    ["a blank codexHome", "codexHome", { codexHome: " " }],
    ["a negative shutdownGrace", "shutdownGrace", { shutdownGrace: -1 }],
    ["an infinite shutdownGrace", "shutdownGrace", { shutdownGrace: "Infinity" }],
    ["a shutdownGrace that is NaN", "shutdownGrace", { shutdownGrace: Number.NaN }],
    ["a maxLineBytes of zero", "maxLineBytes", { maxLineBytes: 0 }],
    ["a maxLineBytes over the longest string", "maxLineBytes", { maxLineBytes: 2 ** 30 }],
    ["an inheritEnv that is not a boolean", "inheritEnv", { inheritEnv: "no" }],
    ["variables as a list", "env", { env: ["A"] }],
    ["a null in the configuration", "config.a.b", { config: { a: { b: null } } }],
    ["a NaN in the configuration", "config.a", { config: { a: Number.NaN } }],
    ["a Date in the configuration", "config.a", { config: { a: new Date(0) } }],
    ["a BigInt in the configuration", "config.a[0]", { config: { a: [1n] } }],
    ["a function in the configuration", "config.a", { config: { a: () => 1 } }],
    ["a Redacted in the configuration", "config.a.b", { config: { a: { b: Redacted.make("x") } } }],
    ["a secret in the configuration", "config.a.bearer_token", { config: { a: { bearer_token: "x" } } }],
    ["a variable that is not a string", "env.A", { env: { A: 1 } }],
    ["a variable with a NUL", "env.A", { env: { A: Redacted.make("\0") } }],
    ["a negative requestTimeout", "requestTimeout", { requestTimeout: "-1 seconds" }],
    ["a startTimeout of zero", "startTimeout", { startTimeout: 0 }],
    ["a maxInFlight of zero", "maxInFlight", { maxInFlight: 0 }],
    ["a maxInFlight that is not an integer", "maxInFlight", { maxInFlight: 1.5 }],
    ["a client without a name", "clientInfo.name", { clientInfo: { name: "", version: "1" } }]
  ]
  for (const [name, option, options] of cases) {
    it.live(`fail the layer, naming ${option}: ${name}`, () =>
      Effect.gen(function* () {
        const { settings } = yield* ownHome
        const ofConnection = ["requestTimeout", "startTimeout", "maxInFlight", "clientInfo.name"].includes(option)
        const all = {
          ...settings,
          ...(ofConnection ? { command: Peer.command(Peer.basic) } : undefined),
          ...(options as Codex.Options) // What a caller without types can pass.
        }
        const error = yield* failure(Layer.build(Codex.layer(all)).pipe(Effect.provide(NodeServices.layer)))
        assert.strictEqual(error.reason._tag, "InvalidOptions")
        assert.strictEqual(at(error.reason, "option"), option)
        assert.include(error.message, `\`${option}\``)
        assert.deepStrictEqual(children(), [])
      })
    )
  }
})

describe("config", () => {
  const config: AppServer.ConfigObject = {
    model: 'a "quoted" \\ größe 🦀',
    sandbox_workspace_write: { writable_roots: ["/a b", "/c,d"], network_access: true },
    features: { goals: true },
    model_providers: {
      "dotted.name": { name: "Dotted", base_url: "http://127.0.0.1:9/v1", http_headers: { "X-A b": 'v="1"' } }
    },
    tui: undefined
  }

  it.live("is applied by the real server: nested tables, quotes, unicode, dotted keys, arrays", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { config: read } = yield* codex.request("config/read", {})
      assert.strictEqual(at(read, "model"), config["model"])
      assert.deepStrictEqual(at(read, "sandbox_workspace_write", "writable_roots"), ["/a b", "/c,d"])
      assert.strictEqual(at(read, "sandbox_workspace_write", "network_access"), true)
      const raw = yield* Effect.flatMap(CodexClient.CodexClient, (client) => client.requestRaw("config/read", {}))
      assert.strictEqual(at(raw, "config", "features", "goals"), true)
      assert.strictEqual(at(raw, "config", "model_providers", "dotted.name", "http_headers", "X-A b"), 'v="1"')
      // The home's own provider is still configured, because tables are merged.
      assert.isDefined(at(raw, "config", "model_providers", "mock_provider"))
    }).pipe(Effect.provide(CodexTest.layer({ codex: { config } })))
  )
})
