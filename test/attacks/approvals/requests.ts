/**
 * Requests of a hostile server and answers of a careless program: odd ids, requests that are over, unknown methods, and
 * answers that say more than was offered. What policies decide is `commands.ts` and `escapes.ts`.
 */
import { assert } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger, Schedule } from "effect"
import * as Approval from "../../../src/Approval.ts"
import type * as ServerRequests from "../../../src/ServerRequests.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import * as Test from "../../serverRequests/support.ts"
import * as Asked from "../support/asked.ts"
import { group, textOf, word } from "../support/attack.ts"

const quiet = Effect.provide(Logger.layer([]))

const yes = Approval.handlers(Approval.ask(() => Effect.succeed(Approval.accept)))

/** Answers that a program in JavaScript can give. Type boundary: no types hold it back. */
const answering = (answer: unknown): ServerRequests.Handlers => ({
  [Test.command]: () => Effect.succeed(answer as { readonly decision: "accept" }),
  [Test.fileChange]: () => Effect.succeed(answer as { readonly decision: "accept" })
})

const rule = (...words: ReadonlyArray<string>) => ({ acceptWithExecpolicyAmendment: { execpolicy_amendment: words } })
const hostRule = (action: string, host: string) => ({
  applyNetworkPolicyAmendment: { network_policy_amendment: { action, host } }
})

/** A request is open, and its handler says yes only when it is told to. */
const held = Effect.gen(function* () {
  const open = yield* Deferred.make<void>()
  const go = yield* Deferred.make<void>()
  const policy = Approval.ask(() =>
    Effect.uninterruptible(
      Effect.as(Effect.andThen(Deferred.succeed(open, undefined), Deferred.await(go)), Approval.accept)
    )
  )
  const server = yield* Asked.connect(Approval.handlers(policy))
  // An uninterruptible handler would hold up the end of the test.
  yield* Effect.addFinalizer(() => Deferred.succeed(go, undefined))
  return { ...server, open, go }
})

/** What ends a request: its answer is not sent, however late it comes. */
const ending = (name: string, title: string, message: (seeded: Seeded) => object, why: ServerRequests.Rule) => ({
  name,
  title,
  expected: "the late yes is not sent",
  run: (seeded: Seeded) =>
    Effect.gen(function* () {
      const { ask, decisions, go, open, peer, settle } = yield* held
      yield* ask(1, Test.command, Test.commandParams())
      yield* Deferred.await(open)
      yield* peer.send(message(seeded))
      yield* settle
      yield* Deferred.succeed(go, undefined)
      assert.deepStrictEqual(yield* settle, [])
      assert.deepStrictEqual(decisions.map(Test.short), [`none by ${why}`])
    })
})

export const scenarios = group("approvals", [
  {
    name: "request-ids-beyond-safe",
    title: "Two requests have ids that are one number here, or that JSON holds and no number does",
    expected: "none is answered under an id that isn't its own",
    run: (seeded) =>
      Effect.gen(function* () {
        const { peer, settle } = yield* Asked.connect(yes)
        const params = JSON.stringify(Test.commandParams())
        const big = `900719925474099${seeded.int(2, 9)}`
        const ids = [big, `${big}1`, "9007199254740993", "1e400", "-1e400", "1.5", "1e-7", "18446744073709551615"]
        for (const id of ids) yield* peer.sendLine(`{"id":${id},"method":"${Test.command}","params":${params}}`)
        assert.deepStrictEqual(yield* settle, [])
        yield* peer.sendLine(`{"id":9007199254740991,"method":"${Test.command}","params":${params}}`)
        assert.deepStrictEqual(yield* peer.receive, { id: 9007199254740991, result: { decision: "accept" } })
      }).pipe(quiet)
  },
  {
    name: "request-ids-of-other-types",
    title: "The id of a request is null, a list, an object or a truth value",
    expected: "no answer is sent, and the next request is answered",
    run: (seeded) =>
      Effect.gen(function* () {
        const { ask, peer, settle } = yield* Asked.connect(yes)
        for (const id of [null, true, [], [1], {}, { id: 1 }]) {
          yield* peer.send({ id, method: Test.command, params: Test.commandParams() })
        }
        assert.deepStrictEqual(yield* settle, [])
        const id = seeded.pick([0, -1, "", "a\nb", "__proto__", word(seeded)])
        yield* ask(id, Test.command, Test.commandParams())
        assert.deepStrictEqual(yield* peer.receive, { id, result: { decision: "accept" } })
      }).pipe(quiet)
  },
  {
    name: "request-ids-alike",
    title: 'Two requests have the ids 7 and "7", and one of them is resolved',
    expected: "each has its own answer, of its own type",
    run: (seeded) =>
      Effect.gen(function* () {
        const number = seeded.int(2, 9999)
        const { ask, decisions, go, open, peer, settle } = yield* held
        yield* ask(number, Test.command, Test.commandParams())
        yield* ask(String(number), Test.command, Test.commandParams())
        yield* Deferred.await(open)
        const gone = seeded.pick<number | string>([number, String(number)])
        yield* peer.send(Test.resolved(gone))
        yield* settle
        yield* Deferred.succeed(go, undefined)
        const left = gone === number ? String(number) : number
        assert.deepStrictEqual(yield* peer.receive, { id: left, result: { decision: "accept" } })
        assert.deepStrictEqual(yield* settle, [])
        assert.deepStrictEqual(
          decisions.map(({ id }) => id),
          [gone, left]
        )
      })
  },
  {
    name: "request-id-twice",
    title: "A second request comes under the id of one that is open",
    expected: "one answer goes out, about the second",
    run: () =>
      Effect.gen(function* () {
        const open = yield* Deferred.make<void>()
        const policy = Approval.ask((question) =>
          question.itemId === "first"
            ? Effect.andThen(Deferred.succeed(open, undefined), Effect.never)
            : Effect.succeed(Approval.decline)
        )
        const { ask, peer, settle } = yield* Asked.connect(Approval.handlers(policy))
        yield* ask(1, Test.command, Test.commandParams({ itemId: "first" }))
        yield* Deferred.await(open)
        yield* ask(1, Test.command, Test.commandParams({ itemId: "second" }))
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
        assert.deepStrictEqual(yield* settle, [])
      }).pipe(quiet)
  },
  ending("request-over-resolved", "The request is resolved while a person decides", () => Test.resolved(1), "resolved"),
  ending(
    "request-over-turn",
    "The turn of the request ends while a person decides",
    () => Test.turnCompleted(),
    "turnEnded"
  ),
  ending(
    "request-over-thread",
    "The thread is closed, archived or deleted while a person decides",
    (seeded) => ({
      method: seeded.pick(["thread/closed", "thread/archived", "thread/deleted"]),
      params: { threadId: "thread" }
    }),
    "turnEnded"
  ),
  {
    name: "request-over-elsewhere",
    title: "Another thread's turn ends, or another request is resolved, while a person decides",
    expected: "the request stays open, and its answer is sent",
    run: (seeded) =>
      Effect.gen(function* () {
        const { ask, go, open, peer, settle } = yield* held
        yield* ask(1, Test.command, Test.commandParams())
        yield* Deferred.await(open)
        const others = [
          Test.turnCompleted(word(seeded)),
          Test.resolved(2),
          Test.resolved("1"),
          { method: "serverRequest/resolved", params: { threadId: "thread", requestId: null } },
          { method: "turn/completed", params: null },
          { method: "thread/closed", params: { threadId: ["thread"] } },
          { method: "serverRequest/resolved" }
        ]
        for (const other of others) yield* peer.send(other)
        yield* settle
        yield* Deferred.succeed(go, undefined)
        assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "accept" } })
      }).pipe(quiet)
  },
  {
    name: "request-unknown-methods",
    title: "The server asks with methods that no version has, or that every object has",
    expected: "each is refused as an unknown method, and no handler is asked",
    run: (seeded) =>
      Effect.gen(function* () {
        const methods = [
          "toString",
          "__proto__",
          "constructor",
          "hasOwnProperty",
          "valueOf",
          "",
          " ",
          `${Test.command} `,
          Test.command.toUpperCase(),
          `${Test.command}\0`,
          word(seeded)
        ]
        const replies = yield* Asked.answers(
          yes,
          methods.map((method) => ({ method, params: Test.commandParams() }))
        )
        for (const reply of replies) assert.deepStrictEqual(reply, { code: -32601, message: "Method not found" })
      }).pipe(quiet)
  },
  {
    name: "answer-not-offered",
    title: "A program answers with more than the request offers: the session, a rule of its own, a wider or turned one",
    expected: "the request is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const host = `${textOf(seeded, [..."abc"], 5)}.example`
        const offered = [rule("git", "status"), hostRule("deny", host), "accept"]
        const answers: ReadonlyArray<unknown> = [
          "acceptForSession",
          rule("git"),
          rule(),
          rule("git", "status", "x"),
          rule("git status"),
          hostRule("allow", host),
          hostRule("deny", `*.${host}`),
          hostRule("deny", host.toUpperCase()),
          { ...rule("git", "status"), ...hostRule("allow", "*") },
          { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["git", "status"], more: true } }
        ]
        for (const decision of answers) {
          const replies = yield* Asked.answers(answering({ decision }), [
            Asked.command({ command: "git status", availableDecisions: offered })
          ])
          assert.deepStrictEqual(replies, [{ decision: "decline" }], JSON.stringify(decision))
        }
        const taken = yield* Asked.answers(answering({ decision: rule("git", "status") }), [
          Asked.command({ command: "git status", availableDecisions: offered })
        ])
        assert.deepStrictEqual(taken, [{ decision: rule("git", "status") }])
      }).pipe(quiet)
  },
  {
    name: "answer-of-no-shape",
    title:
      "A handler returns an invalid answer: a promise, an effect, nothing, a string, a value that JSON cannot hold",
    expected: "the request is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const circle: { self?: unknown } = {}
        circle.self = circle
        const answers: ReadonlyArray<unknown> = [
          undefined,
          null,
          true,
          "accept",
          ["accept"],
          {},
          Effect.succeed("accept"),
          { decision: undefined },
          { decision: true },
          { decision: "Accept" },
          { decision: "approved" },
          { decision: ["accept"] },
          { decision: "accept", big: 1n },
          { decision: "accept", circle },
          { decision: { [seeded.pick(["toString", "__proto__", "accept"])]: {} } }
        ]
        for (const answer of answers) {
          const asking = [Asked.command({ command: "x" }), Asked.files("item", [Asked.added("/x")])]
          const replies = yield* Asked.answers(answering(answer), asking)
          assert.deepStrictEqual(replies, [{ decision: "decline" }, { decision: "decline" }])
        }
      }).pipe(quiet)
  },
  {
    name: "answer-of-failing-handler",
    title: "A handler fails, dies, throws, is interrupted, or is not an effect",
    expected: "the request is declined, and a policy after it is not asked",
    run: () =>
      Effect.gen(function* () {
        const after = Approval.ask(() => Effect.succeed(Approval.accept))
        const failing: ReadonlyArray<() => Effect.Effect<Approval.Answer, unknown>> = [
          () => Effect.fail("no"),
          () => Effect.die(new Error("no")),
          () => Effect.interrupt,
          () => {
            throw new Error("no")
          },
          // Type boundary: what programs in JavaScript can pass.
          () => Promise.reject(new Error("no")) as unknown as Effect.Effect<Approval.Answer>,
          () => undefined as unknown as Effect.Effect<Approval.Answer>,
          () => ({ _tag: "accept" }) as unknown as Effect.Effect<Approval.Answer>
        ]
        for (const handler of failing) {
          const policy = Approval.ask(handler).pipe(Approval.orElse(after))
          assert.deepStrictEqual(yield* Asked.decisions(policy, [Asked.command({ command: "x" })]), ["decline"])
        }
      }).pipe(quiet)
  },
  {
    name: "answer-after-timeout",
    title: "A person takes longer than the limit, and a policy that says yes comes after",
    expected: "the request is declined within the limit",
    run: (seeded) =>
      Effect.gen(function* () {
        const policy = Approval.ask(() => Effect.never).pipe(
          Approval.withTimeout(seeded.int(1, 30)),
          Approval.orElse(Approval.ask(() => Effect.succeed(Approval.accept)))
        )
        assert.deepStrictEqual(yield* Asked.decisions(policy, [Asked.command({ command: "x" })]), ["decline"])
      }).pipe(quiet)
  },
  {
    name: "requests-without-end",
    title: "The server asks for ever and waits for no answer, while a person decides about the first",
    expected: "no more than a bounded number is open; the rest is declined or forgotten, and the next call works",
    within: "60 seconds",
    run: () =>
      Effect.gen(function* () {
        const { ask, client, peer } = yield* Asked.connect(Approval.handlers(Approval.ask(() => Effect.never)))
        const total = 2500
        for (let id = 0; id < total; id++) yield* ask(id, Test.command, Test.commandParams({ itemId: `item-${id}` }))
        const call = yield* Effect.forkChild(client.requestRaw("barrier"), { startImmediately: true })
        // The answers that were sent meanwhile come first.
        yield* Effect.flatMap(peer.receive, (message) =>
          message["method"] === "barrier"
            ? Effect.as(peer.send({ id: message.id, result: 1 }), true)
            : Effect.succeed(false)
        ).pipe(Effect.repeat({ schedule: Schedule.recurs(total + 1), until: (isBarrier) => isBarrier }))
        yield* Fiber.join(call)
        assert.isAtMost((yield* client.openRequests).length, 2048)
      }).pipe(quiet)
  }
])
