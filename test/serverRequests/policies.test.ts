import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, FileSystem, Layer, Option, Path } from "effect"
import { TestClock } from "effect/testing"
import * as Approval from "../../src/Approval.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import { onCommand, onFiles } from "./policySupport.ts"
import * as Test from "./support.ts"

describe("policies", () => {
  const yes = Approval.ask(() => Effect.succeed(Approval.accept), "yes")
  const silent = Approval.allowCommands(() => false)

  it.effect("combine: the first policy that does not abstain decides", () =>
    Effect.gen(function* () {
      const table: ReadonlyArray<readonly [Approval.Policy, "accept" | "decline"]> = [
        [silent, "decline"],
        [Approval.orElse(silent, yes), "accept"],
        [silent.pipe(Approval.orElse(Approval.denyAll), Approval.orElse(yes)), "decline"],
        [Approval.orElse(Approval.denyAll, yes), "decline"],
        [Approval.orElse(yes, Approval.denyAll), "accept"]
      ]
      for (const [policy, expected] of table) assert.strictEqual(yield* onCommand(policy, { command: "x" }), expected)
    })
  )

  it.effect("do not fall through to the next if one fails", () =>
    Effect.gen(function* () {
      const broken = Approval.ask(() => Effect.fail("broken"))
      assert.strictEqual(yield* Effect.flip(onCommand(Approval.orElse(broken, yes))), "broken")
    })
  )

  it.effect("decline if one exceeds its timeout, and no other is called", () =>
    Effect.gen(function* () {
      const never = Approval.ask(() => Effect.never, "slow")
      const policy = Approval.orElse(Approval.withTimeout(never, "5 minutes"), yes)
      const { ask, decisions, peer, settle } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      yield* ask(1, Test.command, Test.commandParams())
      yield* settle
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by slow: no answer within 5m"])
      assert.deepStrictEqual(decisions[0]?.duration, Duration.millis(300_000))
    })
  )

  it.effect("are named in the decision", () =>
    Effect.gen(function* () {
      const policy = Approval.orElse(
        Approval.allowCommands(Approval.command.startsWith(["touch"]), "touching"),
        Approval.allowCommands(() => false, "nothing")
      )
      const { ask, decisions, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      yield* ask(1, Test.command, Test.commandParams())
      yield* peer.receive
      yield* ask(2, Test.command, Test.commandParams({ command: "rm x" }))
      yield* peer.receive
      assert.deepStrictEqual(decisions.map(Test.short), ["accept by touching", "decline by touching, nothing"])
    })
  )

  it.effect("answer in the form of each request", () =>
    Effect.gen(function* () {
      const denied = { denied: { rejection: "The client's policy declined it" } }
      const amendment = ["touch", "x"]
      const host = { action: "allow" as const, host: "example.org" }
      const table: ReadonlyArray<readonly [Approval.Answer, command: unknown, files: unknown, legacy: unknown]> = [
        [Approval.accept, "accept", "accept", "approved"],
        [Approval.decline, "decline", "decline", denied],
        [Approval.cancel, "cancel", "cancel", "abort"],
        [Approval.acceptForSession, "acceptForSession", "acceptForSession", "approved_for_session"],
        [
          Approval.acceptAndRemember(amendment),
          { acceptWithExecpolicyAmendment: { execpolicy_amendment: amendment } },
          "decline",
          denied
        ],
        [
          Approval.applyNetworkAmendment(host),
          { applyNetworkPolicyAmendment: { network_policy_amendment: host } },
          "decline",
          denied
        ]
      ]
      for (const [answer, command, files, legacy] of table) {
        const policy = Approval.ask(() => Effect.succeed(answer))
        const handlers = Approval.handlers(policy)
        const exec = yield* handlers.execCommandApproval({
          id: 1,
          method: "execCommandApproval",
          params: { callId: "c", command: ["x"], conversationId: "t", cwd: "/", parsedCmd: [] },
          changes: [],
          offered: []
        })
        assert.deepStrictEqual(
          [yield* onCommand(policy), yield* onFiles(policy), exec.decision],
          [command, files, legacy]
        )
      }
    })
  )

  it.effect("are named in the decision if a wrapper copies their answer, but not if it returns another one", () =>
    Effect.gen(function* () {
      const handlers = Approval.handlers(Approval.allowCommands(() => true, "mine"))
      const wrapped = (change: object) => ({
        [Test.command]: (request: ServerRequests.Request<typeof Test.command>) =>
          Effect.map(handlers[Test.command](request), (answer) => ({ ...answer, ...change }))
      })
      for (const [change, expected] of [
        [{}, "accept by mine"],
        [{ decision: "decline" }, "decline by handler"]
      ] as const) {
        const { ask, decisions, peer } = yield* Test.played({ serverRequests: wrapped(change) })
        yield* ask(1, Test.command, Test.commandParams())
        yield* peer.receive
        assert.deepStrictEqual(decisions.map(Test.short), [expected])
      }
    })
  )

  it.effect("receive the older requests in the form of the newer ones", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const policy = Approval.ask((question) =>
        Effect.suspend(() => {
          seen.push([
            question.threadId,
            question.itemId,
            question.type === "command" ? [question.command, Option.getOrNull(question.words)] : question.paths
          ])
          return Effect.succeed(Approval.decline)
        })
      )
      const { ask, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      const old = { conversationId: "01a1fd0e-0199-7dd2-a325-8b08e56c3232", callId: "c" }
      yield* ask(1, "execCommandApproval", { ...old, command: ["bash", "-lc", "git status"], cwd: "/", parsedCmd: [] })
      yield* peer.receive
      const argv = ["git", "commit", "-m", "a; rm b", "it's"]
      yield* ask(3, "execCommandApproval", { ...old, command: argv, cwd: "/", parsedCmd: [] })
      yield* peer.receive
      yield* ask(2, "applyPatchApproval", {
        ...old,
        fileChanges: {
          "/a": { type: "add", content: "x" },
          "/b": { type: "update", unified_diff: "", move_path: "/c" }
        }
      })
      yield* peer.receive
      assert.deepStrictEqual(seen, [
        [old.conversationId, "c", ["bash -lc 'git status'", ["git", "status"]]],
        [old.conversationId, "c", ["git commit -m 'a; rm b' 'it'\\''s'", argv]],
        [old.conversationId, "c", ["/a", "/b", "/c"]]
      ])
    })
  )

  it.effect("get their requirements from the context of the layer", () =>
    Effect.gen(function* () {
      const policy = Approval.allowWritesUnder(["/"], "files")
      const handlers = ServerRequests.layer(Approval.handlers(policy)).pipe(
        Layer.provide(Layer.mergeAll(FileSystem.layerNoop({}), Path.layer))
      )
      const { ask, decisions, peer } = yield* Test.played(undefined, handlers)
      yield* peer.send(Test.fileItem(["/x"]))
      yield* ask(1, Test.fileChange, Test.fileParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "accept" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["accept by files"])
    })
  )
})
