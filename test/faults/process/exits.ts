/**
 * The server ends at each step of a session, by an exit code or by a signal, as the seed chooses.
 */
import { Effect, Fiber, Stream } from "effect"
import * as Peer from "../../support/peer.ts"
import type { Scenario, Seeded } from "../../scoreboard/scenario.ts"
import { onPeer } from "../support/codexes.ts"
import { check, connectionEnd, ends, same } from "../support/expect.ts"

interface Death {
  readonly step: Peer.Step
  readonly end: object
}

const deaths: ReadonlyArray<Death> = [
  { step: Peer.exit(0), end: { _tag: "Exited", exitCode: 0, signal: null } },
  { step: Peer.exit(3), end: { _tag: "Exited", exitCode: 3, signal: null } },
  { step: Peer.kill("SIGKILL"), end: { _tag: "Exited", exitCode: null, signal: "SIGKILL" } },
  { step: Peer.kill("SIGSEGV"), end: { _tag: "Exited", exitCode: null, signal: "SIGSEGV" } }
]

const { on } = Peer.basic
const turn = Peer.reply(Peer.turnStartResponse("turn-1"))
const ids = { threadId: "thread-1", turnId: "turn-1" }
const [first = Peer.never, begun = Peer.never] = Peer.turn({ turnId: "turn-1" })

/** Where the server dies, and the script for that. */
const steps: ReadonlyArray<readonly [name: string, title: string, script: (death: Peer.Step) => Peer.Script]> = [
  ["start", "before it has read anything", (death) => ({ onStart: [death] })],
  ["initialize", "at `initialize`", (death) => ({ initialize: [death] })],
  ["initialized", "at `initialized`", (death) => ({ on: { ...on, initialized: [death] } })],
  ["thread-start", "at `thread/start`", (death) => ({ on: { ...on, "thread/start": [death] } })],
  ["turn-start", "at `turn/start`, before the reply", (death) => ({ on: { ...on, "turn/start": [death] } })],
  ["reply", "after the reply to `turn/start`", (death) => ({ on: { ...on, "turn/start": [turn, death] } })],
  ["turn", "in the middle of a turn", (death) => ({ on: { ...on, "turn/start": [turn, first, begun, death] } })],
  [
    "approval",
    "with an approval open",
    (death) => ({
      on: {
        ...on,
        "turn/start": [
          turn,
          first,
          begun,
          Peer.request(Peer.approvalMethod, Peer.commandApproval({ ...ids, itemId: "item-1" })),
          death
        ]
      }
    })
  ],
  [
    "tool",
    "with a call of a tool open",
    (death) => ({
      on: {
        ...on,
        "turn/start": [
          turn,
          first,
          begun,
          Peer.request("item/tool/call", { ...ids, callId: "call-1", namespace: null, tool: "a", arguments: {} }),
          death
        ]
      }
    })
  ]
]

/** All waiting calls and streams fail with the same end, and later calls fail with it immediately. */
const dies = (script: (death: Peer.Step) => Peer.Script, seeded: Seeded) =>
  Effect.gen(function* () {
    const death = seeded.pick(deaths)
    const session = Effect.gen(function* () {
      const { client, codex } = yield* onPeer(script(death.step), {
        serverRequests: { [Peer.approvalMethod]: () => Effect.never, "item/tool/call": () => Effect.never }
      })
      const notifications = yield* Effect.forkScoped(connectionEnd(Stream.runDrain(codex.notifications)), {
        startImmediately: true
      })
      const thread = yield* codex.startThread()
      const end = yield* connectionEnd(thread.run("hello"))
      yield* same(yield* Fiber.join(notifications), death.end, "the end of the notifications")
      yield* ends(client.request("model/list", {}), "CodexError/ConnectionClosed", "a later call")
      yield* ends(thread.run("again"), "CodexError/ConnectionClosed", "a later turn")
      yield* check((yield* codex.openRequests).length === 0, "a request is still open")
      return end
    })
    // If the server dies before a turn starts, the session itself fails.
    const end = yield* connectionEnd(Effect.flatMap(session, (end) => Effect.fail({ reason: { end } })))
    yield* same(end, death.end, "the end of the connection")
  })

export const scenarios: ReadonlyArray<Scenario> = steps.map(([name, title, script]) => ({
  name: `exit-at-${name}`,
  group: "process",
  title: `The server exits with 0 or 3, or dies by SIGKILL or SIGSEGV, ${title}`,
  expected: "All that waits fails with `ConnectionClosed` and the code or signal; later calls fail at once",
  within: "15 seconds",
  on: "peer",
  run: (seeded) => dies(script, seeded)
}))
