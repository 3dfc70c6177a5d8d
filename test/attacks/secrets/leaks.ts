/**
 * Secrets of a process: in its variables, its arguments, its stderr, its last messages, and the files of a temporary
 * home.
 */
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Redacted, Stream } from "effect"
import { readFileSync, realpathSync, statSync, symlinkSync, writeFileSync, mkdirSync, existsSync } from "node:fs"
import { join } from "node:path"
import { AppServer } from "../../../src/AppServer.ts"
import * as Codex from "../../../src/Codex.ts"
import * as CodexHome from "../../../src/CodexHome.ts"
import { exposedIn } from "../../../src/internal/process/exposed.ts"
import * as CodexTest from "../../../src/testing/CodexTest.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { linux } from "../../appServer/processes.ts"
import * as App from "../../appServer/support.ts"
import * as Peer from "../../support/peer.ts"
import { watched } from "../../support/watched.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { assertAbsent, group, mixedCase, word } from "../support/attack.ts"
import { errorFaces } from "../support/secretFaces.ts"
import * as Folders from "../support/folders.ts"

/** Variables with secrets of each kind, and the words that must not appear. */
const secrets = (seeded: Seeded) => {
  const [plain, wrapped, password] = [word(seeded), word(seeded), word(seeded)]
  return {
    words: [plain, wrapped, password],
    env: {
      OPENAI_API_KEY: plain,
      ANYTHING: Redacted.make(wrapped),
      HTTPS_PROXY: `http://user:${password}@host.example:1`
    }
  }
}

/** A configuration with a secret at some position. */
const exposing = (seeded: Seeded): ReadonlyArray<object> => {
  const secret = word(seeded)
  return [
    { model_providers: { mine: { experimental_bearer_token: secret } } },
    { model_providers: { mine: { http_headers: { Authorization: secret } } } },
    { model_providers: { mine: { http_headers: { [mixedCase(seeded, "x-api-key")]: secret } } } },
    { model_providers: { mine: { base_url: `https://user:${secret}@host.example/v1` } } },
    { model_providers: { mine: { query_params: { "api-key": secret } } } },
    { mcp_servers: { docs: { env: { GITHUB_PAT: secret } } } },
    { mcp_servers: { docs: { args: ["--token", `ghp_${secret}abcdef1234`] } } },
    { mcp_servers: { docs: { bearer_token: secret } } },
    { shell_environment_policy: { set: { DB_PASSWORD: secret } } },
    { a: { b: [{ c: { client_secret: secret } }] } },
    { a: { session_cookie: secret } },
    { a: { text: `use sk-${secret}` } },
    { [`deep_${word(seeded)}`]: { SIGNING_KEY: secret } }
  ]
}

export const scenarios = group("secrets", [
  {
    name: "leak-stderr",
    title: "The process writes its secrets to stderr while it runs",
    expected: "they are masked in the stream, the tail, the debug log and the error of its death",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const { env, words } = secrets(seeded)
        const { texts } = yield* watched((keep) =>
          Effect.gen(function* () {
            const { app, client } = yield* App.start(
              {
                on: {
                  initialized: [],
                  say: [Peer.stderr(`refused ${words.join(" ")} Bearer ${words.join("")}\n`), Peer.reply(null)],
                  die: [Peer.write(`${words.join(" ")}\n`), Peer.exit(1)]
                }
              },
              { env }
            )
            const said = yield* App.background(Stream.runHead(app.stderr))
            yield* client.requestRaw("say", { secret: words[0] })
            keep(yield* Fiber.join(said))
            keep(yield* app.stderrTail)
            keep(app)
            const error = yield* Effect.flip(client.requestRaw("die", { secret: words[1] }))
            assertAbsent(errorFaces(error), words)
          }).pipe(Effect.scoped)
        )
        assertAbsent(texts, words)
        assert.isTrue(texts.some((text) => text.includes("refused <redacted>")))
      })
  },
  {
    name: "leak-failed-start",
    title: "The process writes its secrets to stderr and dies before the handshake, or never answers it",
    expected: "the error of the start tells its words without them",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const { env, words } = secrets(seeded)
        const complaint = Peer.stderr(`Error: ${words.join(", ")}\n`)
        for (const last of [Peer.exit(1), Peer.kill("SIGKILL"), Peer.closeStdout]) {
          const error = yield* App.failure(
            App.start({ initialize: [complaint, last], onStdinEnd: [Peer.exit(0)] }, { env })
          )
          assertAbsent(errorFaces(error), words)
        }
      })
  },
  {
    name: "leak-refused-variables",
    title: "A variable that no process can be given holds a secret",
    expected: "the error names the variable, and not its value",
    run: (seeded) =>
      Effect.gen(function* () {
        const secret = word(seeded)
        const bad: ReadonlyArray<object> = [
          { A_TOKEN: `${secret}\0` },
          { A_TOKEN: Redacted.make(`${secret}\0`) },
          { A_TOKEN: { secret } },
          { A_TOKEN: Redacted.make({ secret }) },
          { "A=B": secret },
          { "": secret }
        ]
        const { settings } = yield* App.ownHome
        for (const env of bad) {
          const options = { ...settings, command: Peer.command(Peer.basic), env: { ...settings.env, ...env } }
          // Type boundary: what a program in JavaScript can pass.
          const layer = Codex.layer(options as Codex.Options).pipe(Layer.provide(NodeServices.layer))
          const error = yield* App.failure(Layer.build(layer))
          assert.strictEqual(error.reason._tag, "InvalidOptions")
          assertAbsent(errorFaces(error), [secret])
        }
      })
  },
  {
    name: "leak-configuration-to-argv",
    title: "The configuration has secrets, which would be arguments that every user can read",
    expected: "each is found, so that the start is refused; the error names the setting alone",
    run: (seeded) =>
      Effect.gen(function* () {
        const all = exposing(seeded)
        for (const config of all) assert.isDefined(exposedIn(config), JSON.stringify(config))
        const config = seeded.pick(all)
        const { settings } = yield* App.ownHome
        // Type boundary: the types of a configuration take any of these.
        const layer = Codex.layer({ ...settings, config } as Codex.Options).pipe(Layer.provide(NodeServices.layer))
        const error = yield* App.failure(Layer.build(layer))
        assert.strictEqual(error.reason._tag, "InvalidOptions")
        const secret = /zq[a-z0-9]{12}/
        for (const text of errorFaces(error)) assert.notMatch(text.replaceAll(/deep_zq\w+/g, ""), secret)
      })
  },
  {
    name: "leak-argv",
    title: "Another user lists the arguments of the real server",
    expected: "no variable's value is among them, and no secret",
    on: "binary",
    run: (seeded) => {
      const { env, words } = secrets(seeded)
      return Effect.gen(function* () {
        const { pid } = yield* AppServer
        if (!linux) return
        assertAbsent([readFileSync(`/proc/${pid}/cmdline`, "utf8")], words)
        assert.include(readFileSync(`/proc/${pid}/environ`, "utf8"), words[1] ?? "")
      }).pipe(Effect.provide(CodexTest.layer({ codex: { env } })))
    }
  },
  {
    name: "leak-to-commands",
    title: "The model runs `env` in a sandbox",
    expected: "the variables that hold secrets aren't among its variables; others are",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const { env, words } = secrets(seeded)
      const more = { SMTP_PASS: word(seeded), PLAIN_NAME: `kept-${word(seeded)}` }
      return Effect.gen(function* () {
        const model = yield* MockModel.MockModel
        yield* model.enqueue(MockModel.response([MockModel.execCommand("/usr/bin/env")]), MockModel.reply("done"))
        const thread = yield* (yield* Codex.Codex).startThread({ sandbox: "readOnly" })
        const { items } = yield* thread.run("go")
        const output = items.flatMap((item) => (item.type === "commandExecution" ? [item.aggregatedOutput ?? ""] : []))
        assert.include(output.join(), more.PLAIN_NAME)
        assertAbsent(output, [...words, more.SMTP_PASS])
        for (const { body } of yield* model.requests) assertAbsent([JSON.stringify(body)], [...words, more.SMTP_PASS])
      }).pipe(Effect.provide(CodexTest.layer({ codex: { env: { ...env, ...more } } })))
    }
  },
  {
    name: "leak-services",
    title: "A program prints what it was given and what it made: options, layers, services, handles",
    expected: "no secret of the variables is in it",
    on: "peer",
    run: (seeded) =>
      Effect.gen(function* () {
        const { env, words } = secrets(seeded)
        const { app, client } = yield* App.start(Peer.basic, { env })
        const layer = Codex.layer({ env: { ANYTHING: env.ANYTHING } })
        const values: ReadonlyArray<unknown> = [app, client, layer, Exit.succeed(client), { app, client }]
        assertAbsent(values.flatMap(errorFaces), words)
      })
  },
  {
    name: "leak-temporary-home",
    title: "A temporary home with a copied login is made while new files are open to everyone",
    expected: "only this user can read it, and nothing of it is left",
    run: (seeded) =>
      Effect.gen(function* () {
        const from = yield* Folders.temporary
        const secret = word(seeded)
        writeFileSync(join(from, "auth.json"), JSON.stringify({ OPENAI_API_KEY: secret }), { mode: 0o666 })
        const mask = process.umask(0)
        yield* Effect.addFinalizer(() => Effect.sync(() => void process.umask(mask)))
        let made = ""
        yield* Effect.gen(function* () {
          const { codexHome } = yield* CodexHome.make({ auth: "copy", from })
          made = realpathSync(codexHome)
          assert.strictEqual(statSync(join(made, "auth.json")).mode & 0o777, 0o600)
          assert.strictEqual(statSync(join(made, "..")).mode & 0o777, 0o700)
        }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
        assert.isFalse(existsSync(join(made, "..")))
        const error = yield* Effect.flip(
          CodexHome.make({ auth: "copy", from: join(from, secret) }).pipe(
            Effect.scoped,
            Effect.provide(NodeServices.layer)
          )
        )
        assertAbsent(errorFaces(error), [secret])
      })
  },
  {
    name: "leak-home-removal",
    title: "Codex leaves links in its temporary home that lead out of it",
    expected: "the end of the scope removes the home, and nothing that the links lead to",
    run: (seeded) =>
      Effect.gen(function* () {
        const outside = yield* Folders.temporary
        writeFileSync(join(outside, "kept"), word(seeded))
        mkdirSync(join(outside, "folder"))
        let made = ""
        yield* Effect.gen(function* () {
          const { codexHome } = yield* CodexHome.make({})
          made = codexHome
          symlinkSync(outside, join(codexHome, "folder"))
          symlinkSync(join(outside, "kept"), join(codexHome, "file"))
          symlinkSync("..", join(codexHome, "up"))
          symlinkSync("/", join(codexHome, "root"))
        }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
        assert.isFalse(existsSync(made))
        assert.isTrue(existsSync(join(outside, "kept")))
        assert.isTrue(existsSync(join(outside, "folder")))
      })
  },
  {
    name: "leak-mock-model",
    title: "A test's model has no reply for a prompt",
    expected: "the log tells its length, and not the prompt",
    on: "binary",
    within: "30 seconds",
    run: (seeded) => {
      const secret = word(seeded)
      return Effect.gen(function* () {
        const { texts } = yield* watched(() =>
          Effect.gen(function* () {
            const thread = yield* (yield* Codex.Codex).startThread({})
            yield* Effect.exit(thread.run(secret, { maxDuration: "3 seconds" }))
          }).pipe(Effect.provide(CodexTest.layer()))
        )
        assertAbsent(
          texts.filter((text) => text.includes("MockModel")),
          [secret]
        )
        assert.isTrue(texts.some((text) => text.includes(`${secret.length} characters`)))
      })
    }
  }
])
