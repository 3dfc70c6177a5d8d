/**
 * A peer whose pipes break, fill up or stay open, or that does not exit: every connection still ends, with a specific
 * reason.
 */
import { Effect, Exit, Scope } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Scenario } from "../../scoreboard/scenario.ts"
import * as Peer from "../../support/peer.ts"
import { folder, onPeer, stop } from "../support/codexes.ts"
import { check, connectionEnd, ends, same, timed } from "../support/expect.ts"

const { on } = Peer.basic
const turn = [Peer.reply(Peer.turnStartResponse("turn-1")), ...Peer.turn({ turnId: "turn-1" })]

const scenario = (
  name: string,
  title: string,
  expected: string,
  run: Scenario["run"],
  isConcurrent = false
): Scenario => ({ name, group: "process", title, expected, within: "15 seconds", on: "peer", isConcurrent, run })

/** Runs an effect in a separate scope, and returns the time that its close took. */
const closing = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>) =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
    const value = yield* Scope.provide(effect, scope)
    const { millis } = yield* timed(Scope.close(scope, Exit.void))
    return { value, millis }
  })

const isGone = (file: string): boolean => {
  if (!existsSync(file)) return false
  try {
    process.kill(Number(readFileSync(file, "utf8")), 0)
    // A zombie has ended, but still has its number.
    return /^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${readFileSync(file, "utf8")}/stat`, "utf8"))
  } catch {
    return true
  }
}

/** A server that starts another process, and then exits on its own or at the close of the scope. */
const grandchild = (name: string, title: string, options: Omit<Peer.Grandchild, "pidFile">): Scenario =>
  scenario(name, title, "It is ended with the server", (seeded) =>
    Effect.gen(function* () {
      const pidFile = join(yield* folder, "pid")
      const exits = seeded.int(0, 1) === 0
      yield* Effect.scoped(
        Effect.gen(function* () {
          const steps = [
            Peer.spawnGrandchild({ pidFile, ...options }),
            Peer.reply({}),
            ...(exits ? [Peer.exit(0)] : [])
          ]
          const { client } = yield* onPeer({ on: { ...on, "model/list": steps } }, { shutdownGrace: "200 millis" })
          yield* client.requestRaw("model/list", {})
          yield* check(existsSync(pidFile), "the process has not begun")
        })
      )
      yield* check(isGone(pidFile), "the process runs on")
    })
  )

export const scenarios: ReadonlyArray<Scenario> = [
  scenario(
    "dies-inside-a-line",
    "The server dies at a random byte of its output",
    "A typed end, or the turn's result",
    (seeded) =>
      Effect.gen(function* () {
        const steps = [Peer.dieAfterBytes(seeded.int(1, 4000), { signal: "SIGKILL" }), ...turn]
        const { codex } = yield* onPeer({ on: { ...on, "turn/start": steps } })
        const thread = yield* codex.startThread()
        const end = yield* connectionEnd(thread.run("hello"))
        const killed = { _tag: "Exited", exitCode: null, signal: "SIGKILL" }
        if (end !== "ok") yield* same(end, killed, "the end of the connection")
      })
  ),
  scenario(
    "stdout-closed",
    "The server closes its stdout and lives on",
    "`EndOfOutput`, and it is ended",
    () =>
      Effect.gen(function* () {
        const { client } = yield* onPeer({ on: { ...on, "model/list": [Peer.closeStdout] } })
        yield* same(yield* connectionEnd(client.requestRaw("model/list", {})), { _tag: "EndOfOutput" }, "the end")
      }),
    true
  ),
  scenario(
    "stdin-closed",
    "The server closes its stdin and lives on",
    "`WriteFailed`, and it is ended",
    () =>
      Effect.gen(function* () {
        const { client } = yield* onPeer({
          on: { ...on, "model/list": [Peer.closeStdin, Peer.reply({})] },
          onStdinEnd: []
        })
        yield* client.requestRaw("model/list", {})
        const end = yield* connectionEnd(Effect.forever(client.requestRaw("model/list", { text: "x".repeat(100_000) })))
        yield* same(end, { _tag: "WriteFailed" }, "the end")
      }),
    true
  ),
  scenario(
    "stdin-not-read",
    "The server reads no more, while 5 MB are sent to it",
    "Calls hold their limits, and the scope closes",
    (seeded) =>
      Effect.gen(function* () {
        const { millis } = yield* closing(
          Effect.gen(function* () {
            const { client } = yield* onPeer(
              { on: { ...on, "model/list": [Peer.pauseStdin, Peer.reply({})] } },
              { shutdownGrace: "200 millis" }
            )
            yield* client.requestRaw("model/list", {})
            const params = { text: "x".repeat(seeded.int(100_000, 1_000_000)) }
            yield* Effect.forEach(
              Array.from({ length: 5 }),
              () =>
                ends(
                  client.requestRaw("model/list", params, { timeout: "300 millis" }),
                  "CodexError/RequestTimeout",
                  "a call"
                ),
              { concurrency: "unbounded" }
            )
          })
        )
        yield* check(millis < 5000, `the close took ${millis} ms`)
      }),
    true
  ),
  scenario(
    "ignores-everything",
    "The server ignores the end of stdin and SIGTERM",
    "Killed after twice the grace",
    () =>
      Effect.gen(function* () {
        const script: Peer.Script = { on, onStdinEnd: [], onSignal: { SIGTERM: "ignore" } }
        const { millis } = yield* closing(onPeer(script, { shutdownGrace: "200 millis" }))
        yield* check(millis >= 400, `the close took only ${millis} ms`)
      }),
    true
  ),
  grandchild("grandchild", "The server starts a process that ignores SIGTERM", { ignoreSigterm: true }),
  grandchild("grandchild-with-stdout", "The server starts a process that holds its stdout open", {
    inheritStdout: true
  }),
  grandchild("grandchild-in-session", "The server starts a process in a session of its own", { ownSession: true }),
  grandchild("grandchild-in-session-ignoring", "The same, and that process ignores SIGTERM", {
    ownSession: true,
    ignoreSigterm: true
  }),
  scenario(
    "stderr-flood",
    "The server writes 2 MB to stderr, in many lines or in one",
    "Calls go on meanwhile",
    (seeded) =>
      Effect.gen(function* () {
        const text = seeded.pick(["x".repeat(200) + "\n", "x".repeat(10_000), "\u001b[31mé\n"])
        const steps = [Peer.fork(Peer.stderr(text, Math.ceil(2_000_000 / text.length)))]
        const { app, client } = yield* onPeer({ on: { ...on, initialized: steps, "model/list": [Peer.reply({})] } })
        for (let i = 0; i < 10; i++) yield* client.requestRaw("model/list", {})
        const kept = (yield* app.stderrTail).reduce((sum, line) => sum + line.length, 0)
        yield* check(kept <= 65_536, `${kept} characters of stderr are kept`)
      })
  ),
  scenario(
    "queued-runs",
    "Three turns wait for each other on one thread, and the server dies",
    "All fail at once",
    (seeded) =>
      Effect.gen(function* () {
        const [first = Peer.never, begun = Peer.never] = Peer.turn({ turnId: "turn-1" })
        const steps = [
          Peer.reply(Peer.turnStartResponse("turn-1")),
          first,
          begun,
          Peer.when("model/list"),
          Peer.kill("SIGKILL")
        ]
        const { client, codex } = yield* onPeer({ on: { ...on, "turn/start": steps, "model/list": [Peer.reply({})] } })
        const thread = yield* codex.startThread()
        const runs = Effect.forEach(
          Array.from({ length: seeded.int(2, 5) }),
          () => ends(thread.run("hello"), "CodexError/ConnectionClosed", "a run"),
          { concurrency: "unbounded" }
        )
        yield* Effect.all([runs, client.requestRaw("model/list", {}).pipe(Effect.ignore)], { concurrency: "unbounded" })
      })
  ),
  scenario("waiting-calls", "500 calls wait for a permit, and the server dies", "All fail at once", () =>
    Effect.gen(function* () {
      const { client } = yield* onPeer({
        on: { ...on, "model/list": [Peer.when("model/list", { count: 64 }), Peer.kill("SIGKILL")] }
      })
      yield* Effect.forEach(
        Array.from({ length: 500 }),
        () => ends(client.requestRaw("model/list", {}), "CodexError/ConnectionClosed", "a call"),
        { concurrency: "unbounded" }
      )
    })
  ),
  scenario(
    "stopped",
    "The server is stopped by SIGSTOP",
    "Calls hold their limits, and the scope closes in time",
    () =>
      Effect.gen(function* () {
        const { millis } = yield* closing(
          Effect.gen(function* () {
            const { app, client } = yield* onPeer(
              { on: { ...on, "model/list": [Peer.reply({})] } },
              { shutdownGrace: "200 millis" }
            )
            yield* client.requestRaw("model/list", {})
            yield* stop(app.pid)
            const call = client.requestRaw("model/list", {}, { timeout: "300 millis" })
            yield* ends(call, "CodexError/RequestTimeout", "the call")
          })
        )
        yield* check(millis < 5000, `the close took ${millis} ms`)
      }),
    true
  )
]
