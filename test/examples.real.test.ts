/**
 * The examples in real use: with a key, against a host on loopback in place of OpenAI, and with the user's Codex home.
 * Other requests of the server go to a proxy that does not exist.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Console, Effect } from "effect"
import { writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import * as Setup from "../examples/support/setup.ts"
import * as CodexHome from "../src/CodexHome.ts"
import * as MockModel from "../src/testing/MockModel.ts"
import { start } from "./support/example.ts"

const first = (text: string) => text.split("\n", 1)[0]

const nowhere = { HTTPS_PROXY: "http://127.0.0.1:1", HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" }

/**
 * A host that serves the mock model without WebSockets, so that each request is sent once. It records the keys, and the
 * state when they arrive.
 */
const gateway = Effect.fnUntraced(function* (holds: () => boolean) {
  const model = yield* MockModel.MockModel
  const requests: Array<readonly [key: string | undefined, holds: boolean]> = []
  const server = createServer((request, response) => {
    requests.push([request.headers.authorization, holds()])
    if (request.method === "GET") {
      response.writeHead(426).end()
      return
    }
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      void fetch(`${model.baseUrl}/responses`, { method: "POST", body: Buffer.concat(chunks) }).then(async (answer) =>
        response.writeHead(answer.status, { "content-type": "text/event-stream" }).end(await answer.text())
      )
    })
  })
  yield* Effect.acquireRelease(
    Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  // Type boundary: a server that listens on TCP has such an address.
  const { port } = server.address() as AddressInfo
  return { host: `127.0.0.1:${port}`, requests }
})

describe("with OPENAI_API_KEY", () => {
  it.live("names the host before the first request, logs in with the key there, and leaves nothing behind", () =>
    Effect.gen(function* () {
      let isNamed = false
      const { host, requests } = yield* gateway(() => isNamed)
      const env = { ...nowhere, OPENAI_API_KEY: "sk-fake", OPENAI_BASE_URL: `http://${host}/v1` }
      const example = start(["01"], { env })
      void example.wrote(host).then(() => (isNamed = true))
      const { code, lines, stderr, stdout } = yield* Effect.promise(() => example.outcome)
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(first(stderr), `Using OPENAI_API_KEY with the models of ${host}, in a temporary Codex home.`)
      assert.strictEqual(lines[0], "Hello from the gateway.")
      assert.notInclude(stdout + stderr, "sk-fake")
      assert.isNotEmpty(requests)
      for (const request of requests) assert.deepStrictEqual(request, ["Bearer sk-fake", true])
    }).pipe(
      Effect.scoped,
      Effect.provide(MockModel.layer({ fallback: () => MockModel.reply("Hello from the gateway.") }))
    )
  )

  it.effect("uses OpenAI's host by default, and treats an empty variable as unset", () =>
    Effect.gen(function* () {
      const said: Array<unknown> = []
      const console = { ...globalThis.console, error: (line: unknown) => said.push(line) }
      const choose = (env: { readonly [name: string]: string }) =>
        Setup.choice.pipe(
          Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env }))),
          Effect.provideService(Console.Console, console),
          Effect.map(({ _tag }) => _tag)
        )
      assert.strictEqual(yield* choose({ OPENAI_API_KEY: "sk-fake" }), "ApiKey")
      assert.strictEqual(yield* choose({ OPENAI_API_KEY: "sk-fake", OPENAI_BASE_URL: "" }), "ApiKey")
      assert.strictEqual(yield* choose({ OPENAI_API_KEY: "" }), "Embedded")
      const openai = "Using OPENAI_API_KEY with the models of api.openai.com, in a temporary Codex home."
      assert.deepStrictEqual(said.slice(0, 2), [openai, openai])
    })
  )

  it("starts nothing if the address is invalid", async () => {
    const env = { ...nowhere, OPENAI_API_KEY: "sk-fake", OPENAI_BASE_URL: "somewhere" }
    const { code, stderr, stdout } = await start(["01"], { env }).outcome
    assert.strictEqual(code, 1)
    assert.include(stdout + stderr, "OPENAI_BASE_URL")
    assert.notInclude(stdout + stderr, "sk-fake")
  })
})

describe("with --home", () => {
  it.live("uses the Codex home of the user, even if there is a key", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.MockModel
      const { codexHome, env } = yield* CodexHome.CodexHome
      writeFileSync(join(codexHome, "config.toml"), model.configToml())
      const all = { ...nowhere, ...env, CODEX_HOME: codexHome, OPENAI_API_KEY: "sk-fake" }
      const { code, lines, stderr } = yield* Effect.promise(() => start(["01", "--home"], { env: all }).outcome)
      assert.strictEqual(code, 0, stderr)
      assert.include(first(stderr), "Using your own Codex home")
      assert.strictEqual(lines[0], "Hello from home.")

      // Changes no login.
      const login = yield* Effect.promise(() => start(["15", "--home"], { env: all }).outcome)
      assert.deepStrictEqual(login.lines, ["not logged in"])
    }).pipe(
      Effect.provide(MockModel.layer({ fallback: () => MockModel.reply("Hello from home.") })),
      Effect.provide(CodexHome.layerTemporary()),
      Effect.provide(NodeServices.layer)
    )
  )
})
