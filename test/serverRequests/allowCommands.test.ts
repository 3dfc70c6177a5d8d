import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Option } from "effect"
import * as Approval from "../../src/Approval.ts"
import { add, type CommandParams, onCommand, onFiles } from "./policySupport.ts"
import * as Test from "./support.ts"

const bash = (script: string) => `/bin/bash -lc '${script}'`

describe("allowCommands with command.startsWith", () => {
  const policy = Approval.allowCommands(
    Approval.command.anyOf(Approval.command.startsWith(["git", "status"]), Approval.command.equals(["ls", "a b"]))
  )
  const allowed = [
    "git status",
    "git  status --short",
    bash("git status"),
    `/usr/bin/zsh -c "git status"`,
    bash('git "status" a/b.txt'),
    `bash -lc "git status 'a; b'"`,
    `/bin/sh -c "git status \\"it's\\""`,
    `ls "a b"`
  ]
  const refused = [
    "",
    "git",
    "git stash",
    "ls",
    `ls "a b" c`,
    "gitstatus",
    "git status && rm -rf x",
    bash("git status && rm -rf x"),
    bash("git status; rm -rf x"),
    bash("git status | sh"),
    bash("git status & rm x"),
    bash("git status > ~/.bashrc"),
    bash("git status < x"),
    bash("git status $(rm x)"),
    bash("git status `rm x`"),
    bash('git status "$(rm x)"'),
    bash('git status "`rm x`"'),
    bash("git status $HOME"),
    bash("git status *"),
    bash("git status ~"),
    bash("git status {a,b}"),
    bash("git status # x"),
    bash("git status\nrm x"),
    // The shell drops a backslash and the line end, in double quotes, too.
    bash('git status "--sho\\\nrt"'),
    `git status "--sho\\\nrt"`,
    "git status 'a\nb'",
    bash("git status\rrm x"),
    bash("GIT_DIR=x git status"),
    bash("! git status"),
    bash("git\\ status"),
    "git status 'unclosed",
    'git status "unclosed',
    '/bin/bash -lc "git status \\`rm x\\`"',
    '/bin/bash -lc "git status \\$(rm x)"',
    "/bin/bash -lc 'git status' rm",
    "/bin/bash -i 'git status'",
    "./bash -lc 'git status'",
    "/tmp/bin/bash -lc 'git status'",
    bash(`./git status`),
    `/bin/bash -lc "/bin/bash -lc 'git status'"`
  ]
  for (const command of allowed) {
    it.effect(`accepts ${JSON.stringify(command)}`, () =>
      Effect.map(onCommand(policy, { command }), (decision) => assert.strictEqual(decision, "accept"))
    )
  }
  for (const command of refused) {
    it.effect(`does not accept ${JSON.stringify(command)}`, () =>
      Effect.map(onCommand(policy, { command }), (decision) => assert.strictEqual(decision, "decline"))
    )
  }

  it.effect("accepts nothing that the server parses as several commands", () =>
    Effect.gen(function* () {
      const action = { type: "unknown" as const, command: "git status" }
      assert.strictEqual(yield* onCommand(policy, { command: "git status", commandActions: [action] }), "accept")
      assert.strictEqual(
        yield* onCommand(policy, { command: "git status", commandActions: [action, action] }),
        "decline"
      )
    })
  )

  it.effect("accepts nothing that the server parses as another command than the line", () =>
    Effect.gen(function* () {
      const decide = (command: string, read: string) =>
        onCommand(policy, { command, commandActions: [{ type: "unknown", command: read }] })
      for (const read of ["git status", "git  'status'", bash("git status")]) {
        assert.strictEqual(yield* decide(bash("git status"), read), "accept", read)
      }
      for (const read of ["rm -rf x", "git", "git status x", "git status && rm x", "git status; ", "", bash("rm x")]) {
        assert.strictEqual(yield* decide(bash("git status"), read), "decline", read)
      }
      const newer = { type: "~unknown" as const, raw: { type: "newer", command: "git status" } }
      assert.strictEqual(yield* onCommand(policy, { command: "git status", commandActions: [newer] }), "decline")
      // The older request has its own words, and a parsed form as well.
      const old = (cmd: string) =>
        Approval.handlers(policy).execCommandApproval({
          id: 1,
          method: "execCommandApproval",
          params: {
            conversationId: "01a1fd0e-0199-7dd2-a325-8b08e56c3232",
            callId: "c",
            cwd: "/",
            command: ["bash", "-lc", "git status"],
            parsedCmd: [{ type: "unknown", cmd }]
          },
          changes: [],
          offered: []
        })
      assert.deepStrictEqual(yield* old("git status"), { decision: "approved" })
      assert.notDeepEqual(yield* old("rm x"), { decision: "approved" })
    })
  )

  it.effect("is not called if the request needs more than to run the command", () =>
    Effect.gen(function* () {
      const all = Approval.allowCommands(() => true)
      const wants: ReadonlyArray<Partial<CommandParams>> = [
        { kind: "writeStdin" },
        { kind: "a new kind" },
        { environmentId: "prod-7" },
        { environmentId: "Local" },
        { environmentId: "" },
        { networkApprovalContext: { host: "example.org", protocol: "https" } },
        { additionalPermissions: { network: { enabled: true } } }
      ]
      for (const here of ["local", null, undefined]) {
        assert.strictEqual(
          yield* onCommand(all, { command: "x && y", ...(here === undefined ? {} : { environmentId: here }) }),
          "accept"
        )
      }
      for (const want of wants) assert.strictEqual(yield* onCommand(all, { command: "x", ...want }), "decline")
      assert.strictEqual(yield* onFiles(all, add("/x")), "decline")
    })
  )

  it.effect("receives words of simple commands only", () =>
    Effect.gen(function* () {
      const simple = Approval.allowCommands(({ words }) => Option.isSome(words))
      assert.strictEqual(yield* onCommand(simple, { command: "git config a=b" }), "accept")
      assert.strictEqual(yield* onCommand(simple, { command: "A=b git" }), "decline")
      assert.strictEqual(yield* onCommand(simple, { command: "'' git" }), "decline")
    })
  )

  it.effect("declines if the predicate throws", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played({
        serverRequests: Approval.handlers(Approval.allowCommands(() => assert.fail("thrown")))
      })
      yield* ask(1, Test.command, Test.commandParams())
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by defect"])
    }).pipe(Effect.provide(Logger.layer([])))
  )
})
