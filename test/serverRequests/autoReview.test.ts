/**
 * Turns under `auto_review` on the real server: what the reviewer's verdict allows, and what the turn's events report
 * about it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Stream } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as CodexClient from "../../src/CodexClient.ts"
import * as Notification from "../../src/internal/client/notifications.ts"
import type { Message } from "../../src/Transport.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Turn from "../../src/Turn.ts"

const touch = MockModel.execCommand({ cmd: "touch made", escalate: "it has to be there", callId: "the-call" })
const patch = MockModel.applyPatch("*** Begin Patch\n*** Add File: made\n+x\n*** End Patch", { callId: "the-call" })

/** The parts of a review that a test checks. */
const short = ({ action, id, itemId, rationale, riskLevel, userAuthorization, verdict }: Turn.AutoReview) => ({
  id,
  item: Option.getOrNull(itemId),
  action: action.type,
  verdict: Option.getOrNull(verdict),
  risk: Option.getOrNull(riskLevel),
  authorization: Option.getOrNull(userAuthorization),
  rationale: Option.getOrNull(rationale)
})

const ofThread = (id: string, { params }: Message) => Notification.ids(params).threadId === id

/** A turn in which the model wants to do these things, one after the other; the reviewer is the default of a thread. */
const reviewed = Effect.fnUntraced(function* (
  calls: ReadonlyArray<MockModel.Item>,
  ...verdicts: ReadonlyArray<MockModel.Script>
) {
  const codex = yield* Codex.Codex
  const client = yield* CodexClient.CodexClient
  const model = yield* MockModel.MockModel
  const { workspace } = yield* CodexTest.TestHome
  let asked = 0
  yield* Effect.forkScoped(
    Stream.runForEach(client.decisions, () => Effect.sync(() => void asked++)),
    { startImmediately: true }
  )
  const notifications = yield* client.subscribe
  yield* model.enqueue(...calls)
  yield* model.enqueueFor("guardian", ...verdicts)
  const thread = yield* codex.startThread({ sandbox: "readOnly" })
  const turn = yield* thread.turn("go")
  const events = yield* Stream.runCollect(turn.eventsUntilEnd)
  const told = yield* Stream.runCollect(
    Stream.takeUntil(notifications, ({ method, raw }) => method === "turn/completed" && ofThread(thread.id, raw))
  )
  const reviews = events.flatMap((event) => Option.toArray(Turn.autoReview(event)))
  for (const review of reviews) assert.deepStrictEqual([review.threadId, review.turnId], [thread.id, turn.id])
  // The program receives no request about it.
  assert.strictEqual(asked, 0)
  assert.notInclude(
    events.map(({ method }) => method),
    "~unknown"
  )
  const items = (yield* turn.state).items.flatMap(({ item }) =>
    (item.type === "commandExecution" || item.type === "fileChange") && "status" in item ? [item.status] : []
  )
  return {
    reviews: reviews.map(short),
    status: (yield* turn.state).status,
    items,
    warnings: told.flatMap((event) => (event.method === "guardianWarning" ? [event.params.message] : [])),
    made: existsSync(join(workspace, "made")),
    guardians: yield* model.requestsFor("guardian"),
    last: (yield* model.requests).at(-1)
  }
})

const provided = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(Effect.scoped, Effect.provide(CodexTest.layer({ model: { fallback: () => MockModel.reply("done") } })))

const kinds = [
  { name: "a command", action: "command", call: touch },
  { name: "a change of files", action: "applyPatch", call: patch }
] as const

for (const { action, call, name } of kinds) {
  describe(`the review of ${name}`, () => {
    const begun = { item: "the-call", action, verdict: null, risk: null, authorization: null, rationale: null }

    it.live("approves: the action runs, and the events say so", () =>
      Effect.gen(function* () {
        const { guardians, items, made, reviews, status, warnings } = yield* reviewed(
          [call],
          MockModel.guardian("allow", { rationale: "harmless", riskLevel: "medium", userAuthorization: "unknown" })
        )
        assert.isTrue(made)
        assert.deepStrictEqual([status, items], ["completed", ["completed"]])
        const id = reviews[0]?.id ?? ""
        assert.notStrictEqual(id, "")
        assert.deepStrictEqual(reviews, [
          { ...begun, id },
          { ...begun, id, verdict: "approved", risk: "medium", authorization: "unknown", rationale: "harmless" }
        ])
        assert.deepStrictEqual(
          guardians.map(({ subagent }) => subagent),
          ["guardian"]
        )
        assert.deepStrictEqual(warnings, [
          "Automatic approval review approved (risk: medium, authorization: unknown): harmless"
        ])
      }).pipe(provided)
    )

    it.live("denies: the action does not run, the events have the reason, and the model reads it", () =>
      Effect.gen(function* () {
        const { items, last, made, reviews, status } = yield* reviewed(
          [call],
          MockModel.guardian("deny", { rationale: "would break it", riskLevel: "critical" })
        )
        assert.isFalse(made)
        assert.deepStrictEqual([status, items], ["completed", ["declined"]])
        const id = reviews[0]?.id ?? ""
        assert.deepStrictEqual(reviews, [
          { ...begun, id },
          { ...begun, id, verdict: "denied", risk: "critical", authorization: "low", rationale: "would break it" }
        ])
        assert.include(JSON.stringify(last?.body), "would break it")
      }).pipe(provided)
    )
  })
}

describe("a review that fails", () => {
  const verdict = (change: object) =>
    MockModel.reply(JSON.stringify({ risk_level: "low", user_authorization: "high", outcome: "allow", ...change }))
  const broken: ReadonlyArray<readonly [promise: string, verdict: MockModel.Script, attempts: number]> = [
    ["is not JSON", MockModel.reply("allow"), 3],
    ["has an unknown outcome", verdict({ outcome: "maybe" }), 3],
    ["has no outcome", verdict({ outcome: undefined }), 3],
    ["is empty", MockModel.reply(""), 1]
  ]
  for (const [promise, reply, attempts] of broken) {
    it.live(`because its verdict ${promise} is a denial (attempts: ${attempts})`, () =>
      Effect.gen(function* () {
        const { guardians, items, made, reviews, status } = yield* reviewed(
          [touch],
          ...Array.from({ length: attempts }, () => reply)
        )
        assert.isFalse(made)
        assert.deepStrictEqual([status, items], ["completed", ["declined"]])
        assert.strictEqual(guardians.length, attempts)
        assert.deepStrictEqual(
          reviews.map(({ risk, verdict }) => [verdict, risk]),
          [
            [null, null],
            ["denied", null]
          ]
        )
        assert.match(reviews[1]?.rationale ?? "", /^Automatic approval review failed: /)
      }).pipe(provided)
    )
  }

  it.live("because the reviewer's call gets no answer is a denial", () =>
    Effect.gen(function* () {
      const refused = MockModel.status(400, { error: { message: "no reviewer here" } })
      const { made, reviews } = yield* reviewed([touch], ...Array.from({ length: 9 }, () => refused))
      assert.isFalse(made)
      assert.deepStrictEqual(
        reviews.map(({ risk, verdict }) => [verdict, risk]),
        [
          [null, null],
          ["denied", null]
        ]
      )
    }).pipe(provided)
  )
})

describe("a turn", () => {
  it.live("is interrupted after three denials in a row, each with its own event", () =>
    Effect.gen(function* () {
      const deny = MockModel.guardian("deny")
      const { made, reviews, status, warnings } = yield* reviewed(
        Array.from({ length: 4 }, () => MockModel.execCommand({ cmd: "touch made", escalate: "please" })),
        deny,
        deny,
        deny,
        deny
      )
      assert.isFalse(made)
      assert.strictEqual(status, "interrupted")
      assert.deepStrictEqual(
        reviews.map(({ verdict }) => verdict),
        [null, "denied", null, "denied", null, "denied"]
      )
      assert.strictEqual(new Set(reviews.map(({ id }) => id)).size, 3)
      // The server reports the reason of the end about the thread, not about the turn.
      assert.match(warnings.at(-1) ?? "", /interrupting the turn/)
    }).pipe(provided)
  )

  it.live("runs nothing of an action if it is interrupted during the review", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const { workspace } = yield* CodexTest.TestHome
      const gate = yield* MockModel.gate
      yield* model.enqueue(touch)
      yield* model.enqueueFor("guardian", MockModel.hold(MockModel.guardian("allow"), gate))
      const turn = yield* (yield* codex.startThread({ sandbox: "readOnly" })).turn("go")
      yield* gate.reached
      yield* turn.interrupt()
      yield* gate.release
      const events = yield* Stream.runCollect(turn.eventsUntilEnd)
      const reviews = events.flatMap((event) => Option.toArray(Turn.autoReview(event)))
      const [begun, ...ends] = reviews.map(({ verdict }) => Option.getOrNull(verdict))
      assert.isNull(begun)
      // Its end is reported before or after that of the turn.
      assert.isTrue(ends.every((verdict) => verdict === "aborted") && ends.length <= 1, String(ends))
      assert.strictEqual((yield* turn.state).status, "interrupted")
      assert.isFalse(existsSync(join(workspace, "made")))
    }).pipe(provided)
  )
})
