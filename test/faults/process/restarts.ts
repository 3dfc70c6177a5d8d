/**
 * What survives a death: a server that is started again after it was killed in a turn, and the start that ends what a
 * killed program left.
 */
import { Effect, Fiber, Schedule } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as marks from "../../../src/internal/process/marks.ts"
import * as MockModel from "../../../src/testing/MockModel.ts"
import { program } from "../../appServer/registered.ts"
import * as counts from "../../scoreboard/counts.ts"
import type { Scenario } from "../../scoreboard/scenario.ts"
import { connect, folder, modelHome, onBinary } from "../support/codexes.ts"
import { check, ends, same } from "../support/expect.ts"

const scenario = (name: string, title: string, expected: string, run: Scenario["run"], isLong = false): Scenario => ({
  name,
  group: "process",
  title,
  expected,
  within: "40 seconds",
  on: "binary",
  isLong,
  run
})

const signals = ["SIGKILL", "SIGTERM", "SIGABRT"] as const

/** Waits until a condition holds. The limit of the scenario ends it. */
const until = (isSo: Effect.Effect<boolean>) =>
  Effect.repeat(isSo, { until: (is) => is, schedule: Schedule.spaced("10 millis") })

/** What runs of the commands that contain a word. */
const running = (word: string) =>
  Effect.map(counts.processes, (left) =>
    left.flatMap(({ command }) => (command.startsWith("sleep ") && command.includes(word) ? [command] : []))
  )

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "restart-killed-in-turn",
    "The server is killed in turns, and `restart` starts it again",
    "Each of these turns fails with `ConnectionClosed` and is not sent again; the next one has the history",
    (seeded) =>
      Effect.gen(function* () {
        const { app, codex, model } = yield* onBinary({ codex: { restart: Schedule.spaced("1 millis") } })
        const thread = yield* codex.startThread()
        yield* ends(thread.run("begin"), "ok", "the first turn")
        const deaths = seeded.int(1, 3)
        const said = ["begin"]
        for (let death = 1; death <= deaths; death++) {
          const gate = yield* MockModel.gate
          yield* model.enqueue(MockModel.hold(MockModel.deltas(["half ", "way"]), gate, { after: seeded.int(1, 3) }))
          const run = yield* Effect.forkScoped(
            ends(thread.run(`killed ${death}`), "CodexError/ConnectionClosed", "the turn"),
            { startImmediately: true }
          )
          // It was not sent, so it runs on the next process.
          const queued = yield* Effect.forkScoped(ends(thread.run(`queued ${death}`), "ok", "the turn that waited"), {
            startImmediately: true
          })
          yield* gate.reached
          const { pid } = app
          process.kill(pid, seeded.pick(signals))
          yield* Fiber.joinAll([run, queued])
          yield* check(app.pid !== pid, "the process is the same")
          said.push(`killed ${death}`, `queued ${death}`)
        }
        yield* ends(thread.run("end"), "ok", "the last turn")
        const requests = yield* model.requests
        yield* same(
          requests.map(({ lastUserText }) => lastUserText),
          [...said, "end"],
          "the requests"
        )
        const last = JSON.stringify(requests.at(-1)?.body)
        yield* check(
          [...said, "end"].every((text) => last.includes(`"${text}"`)),
          "the last request lacks history"
        )
      })
  ),
  scenario(
    "registry-program-killed",
    "A program with `registry` is killed while commands run, alone or together with its server",
    "The next start ends the commands, and its registry has no other server",
    (seeded) =>
      Effect.gen(function* () {
        const root = yield* folder
        const registry = join(root, "registry")
        // `sleep` takes fractions, so a word marks the commands.
        const word = `50.${seeded.int(100_000, 999_999)}`
        const commands = [`setsid sleep ${word}1`, `(trap "" TERM; setsid sleep ${word}2)`, `sleep ${word}3`]
        const killed = yield* program({ registry, command: commands.join(" & ") }, root, {
          [marks.variable]: counts.mark
        })
        yield* until(Effect.map(running(word), (left) => left.length === commands.length))
        yield* killed.kill
        if (seeded.int(0, 1) === 1) process.kill(killed.server, "SIGKILL")
        yield* killed.exit
        yield* check((yield* running(word)).length > 0, "nothing was left")
        const model = yield* MockModel.make({ fallback: () => MockModel.reply("done") })
        const home = yield* modelHome(model.configToml())
        const { codex } = yield* connect({ cwd: home.workspace, env: home.env, inheritEnv: false, registry })
        yield* same(yield* running(word), [], "what runs after the start")
        yield* same(readdirSync(registry).length, 1, "servers in the registry")
        yield* ends(
          Effect.flatMap(codex.startThread(), (thread) => thread.run("hello")),
          "ok",
          "a turn"
        )
      }),
    true
  )
]
