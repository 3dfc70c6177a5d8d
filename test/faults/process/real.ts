/**
 * The real server is killed, stopped, or leaves running commands.
 */
import { Deferred, Effect, Exit, Fiber, Scope } from "effect"
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as MockModel from "../../../src/testing/MockModel.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import { appears, connect, modelHome, onBinary, stop } from "../support/codexes.ts"
import { check, ends, field } from "../support/expect.ts"

const scenario = (
  name: string,
  title: string,
  expected: string,
  run: Scenario["run"],
  within: Scenario["within"] = "20 seconds"
): Scenario => ({ name, group: "process", title, expected, within, on: "binary", run })

/** A model that sends half of its answer, and stops. */
const halfway = Effect.map(MockModel.gate, (gate) => ({
  gate,
  reply: MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 })
}))

const signals = ["SIGKILL", "SIGTERM", "SIGABRT"] as const

/** A turn with a running command, which has created a file. */
const withCommand = Effect.fnUntraced(function* (script: string) {
  const session = yield* onBinary({ config: { sandboxMode: "danger-full-access" } })
  const ready = join(session.home.workspace, "ready")
  yield* session.model.enqueue(MockModel.execCommand({ cmd: `${script} & touch ${ready}; wait`, yieldTimeMs: 30_000 }))
  const thread = yield* session.codex.startThread()
  const run = yield* Effect.forkScoped(Effect.exit(thread.run("go")), { startImmediately: true })
  yield* appears(ready)
  return { ...session, run, thread }
})

const commands = [
  "sleep 50",
  "bash -c 'sleep 51 & sleep 52 & wait'",
  "bash -c \"trap '' TERM; sleep 53; sleep 54\"",
  "setsid sleep 55",
  "nohup setsid bash -c 'sleep 56; sleep 57' >/dev/null 2>&1"
]

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "real-killed-idle",
    "The idle server is killed by a signal",
    "Calls and threads fail with `ConnectionClosed`",
    (seeded) =>
      Effect.gen(function* () {
        const { app, client, codex } = yield* onBinary()
        const thread = yield* codex.startThread()
        process.kill(app.pid, seeded.pick(signals))
        yield* ends(
          Effect.forever(client.request("thread/loaded/list", {})),
          "CodexError/ConnectionClosed",
          "the calls"
        )
        yield* ends(thread.run("hello"), "CodexError/ConnectionClosed", "the turn")
      })
  ),
  scenario(
    "real-killed-in-turn",
    "The server is killed in the middle of an answer",
    "`run` fails with `ConnectionClosed`",
    (seeded) =>
      Effect.gen(function* () {
        const { app, codex, model } = yield* onBinary()
        const { gate, reply } = yield* halfway
        yield* model.enqueue(reply)
        const thread = yield* codex.startThread()
        const run = yield* Effect.forkScoped(ends(thread.run("hello"), "CodexError/ConnectionClosed", "the turn"))
        yield* gate.reached
        process.kill(app.pid, seeded.pick(signals))
        yield* Fiber.join(run)
      })
  ),
  scenario(
    "real-killed-with-turns",
    "The server is killed while ten turns run",
    "Every one fails with `ConnectionClosed`",
    () =>
      Effect.gen(function* () {
        const gate = yield* MockModel.gate
        const { app, codex, model } = yield* onBinary({
          model: { fallback: () => MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: 3 }) }
        })
        const runs = yield* Effect.forEach(
          Array.from({ length: 10 }),
          () =>
            Effect.flatMap(codex.startThread(), (thread) =>
              Effect.forkScoped(ends(thread.run("hello"), "CodexError/ConnectionClosed", "a turn"))
            ),
          { concurrency: "unbounded" }
        )
        yield* model.received(10)
        process.kill(app.pid, "SIGKILL")
        yield* Fiber.joinAll(runs)
      })
  ),
  scenario(
    "real-killed-with-command",
    "The server is killed while a command with children runs",
    "Nothing is left running",
    (seeded) =>
      Effect.gen(function* () {
        const { app, run } = yield* withCommand(seeded.pick(commands))
        process.kill(app.pid, "SIGKILL")
        const exit = yield* Fiber.join(run)
        yield* ends(exit, "CodexError/ConnectionClosed", "the turn")
      })
  ),
  scenario(
    "real-closed-with-command",
    "The scope closes while a command with children runs",
    "Nothing is left running",
    (seeded) => Effect.asVoid(withCommand(seeded.pick(commands)))
  ),
  scenario(
    "real-interrupted-command",
    "A turn is interrupted while its command runs",
    "The thread can be used, and nothing is left",
    (seeded) =>
      Effect.gen(function* () {
        const { run, thread } = yield* withCommand(seeded.pick(commands.slice(0, 3)))
        yield* Fiber.interrupt(run)
        yield* ends(thread.run("again"), "ok", "the next turn")
      })
  ),
  scenario(
    "real-stopped",
    "The server is stopped for a moment by SIGSTOP and goes on by SIGCONT",
    "Nothing is lost",
    () =>
      Effect.gen(function* () {
        const { app, client, codex } = yield* onBinary()
        const thread = yield* codex.startThread()
        yield* stop(app.pid)
        const [calls, run] = yield* Effect.all([
          Effect.forkScoped(
            Effect.all(
              Array.from({ length: 20 }, () => client.request("thread/loaded/list", {})),
              { concurrency: "unbounded" }
            ),
            { startImmediately: true }
          ),
          Effect.forkScoped(thread.run("hello"), { startImmediately: true })
        ])
        const unanswered = client.request("thread/loaded/list", {}, { timeout: "200 millis" })
        yield* ends(unanswered, "CodexError/RequestTimeout", "a call to the stopped server")
        process.kill(app.pid, "SIGCONT")
        yield* Fiber.join(calls)
        yield* Fiber.join(run)
      })
  ),
  scenario(
    "real-torn-rollout",
    "The last line of the file of a thread is cut",
    "The thread resumes, and its next turn succeeds",
    (seeded) =>
      Effect.gen(function* () {
        const model = yield* MockModel.make({ fallback: () => MockModel.reply("done") })
        const home = yield* modelHome(model.configToml())
        const options = { cwd: home.workspace, env: home.env, inheritEnv: false }
        const id = yield* Effect.scoped(
          Effect.gen(function* () {
            const thread = yield* (yield* connect(options)).codex.startThread()
            yield* thread.run("hello")
            return thread.id
          })
        )
        const file = rolloutOf(join(home.codexHome, "sessions"), id)
        yield* check(file !== undefined, "the thread has no file")
        if (file === undefined) return
        appendFileSync(file, readFileSync(file, "utf8").trimEnd().split("\n").at(-1)?.slice(0, seeded.int(1, 60)) ?? "")
        const second = yield* connect(options)
        const resumed = yield* second.codex.resumeThread(id)
        yield* resumed.run("again")
      })
  ),
  scenario("real-two-clients", "Two servers start on one home at the same moment", "Both run a turn", () =>
    Effect.gen(function* () {
      const model = yield* MockModel.make({ fallback: () => MockModel.reply("done") })
      const home = yield* modelHome(model.configToml())
      const options = { cwd: home.workspace, env: home.env, inheritEnv: false }
      yield* Effect.all(
        Array.from({ length: 2 }, () =>
          Effect.gen(function* () {
            const { codex } = yield* connect(options)
            yield* (yield* codex.startThread()).run("hello")
          })
        ),
        { concurrency: "unbounded" }
      )
    })
  ),
  scenario("real-unsaved-thread", "The server can't write the thread", "The turn's result says so in `warnings`", () =>
    Effect.gen(function* () {
      const { codex, home } = yield* onBinary()
      writeFileSync(join(home.codexHome, "sessions"), "a file where a folder should be")
      const thread = yield* codex.startThread()
      // The warning may arrive with the first turn or with the second.
      const results = [yield* thread.run("one"), yield* thread.run("two")]
      const warnings = results.flatMap((result) => {
        const found = field(result, "warnings")
        return Array.isArray(found) ? found : []
      })
      yield* check(warnings.length > 0, "no result has a warning")
    })
  ),
  scenario(
    "real-closed-at-random",
    "The scope closes at a random moment of a session",
    "The close ends in time, and nothing is left",
    (seeded) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const moment = yield* Deferred.make<void>()
        const at = seeded.int(0, 4)
        const reach = (step: number) => (step === at ? Deferred.succeed(moment, undefined) : Effect.void)
        const session = Effect.gen(function* () {
          yield* reach(0)
          const { codex } = yield* onBinary()
          yield* reach(1)
          const thread = yield* codex.startThread()
          yield* reach(2)
          const turn = yield* thread.turn("hello")
          yield* reach(3)
          yield* turn.result
          yield* reach(4)
        })
        const running = yield* Effect.forkScoped(Effect.exit(Scope.provide(session, scope)), { startImmediately: true })
        yield* Deferred.await(moment)
        for (let turns = seeded.int(0, 50); turns > 0; turns--) yield* Effect.yieldNow
        yield* Scope.close(scope, Exit.void)
        yield* Fiber.interrupt(running)
      })
  )
]

const rolloutOf = (folder: string, id: string): string | undefined =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.includes(id) && name.endsWith(".jsonl"))
        .map((name) => join(folder, name))[0]
    : undefined
