import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer, Logger, Option, Path } from "effect"
import { TestClock } from "effect/testing"
import * as Approval from "../../src/Approval.ts"
import type { Request } from "../../src/ServerRequests.ts"
import * as ServerRequests from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

type CommandParams = Request<"item/commandExecution/requestApproval">["params"]

const commandRequest = (change: Partial<CommandParams>): Request<"item/commandExecution/requestApproval"> => ({
  id: 1,
  method: Test.command,
  params: { ...Test.ids(), startedAtMs: 1, kind: "command", ...change },
  changes: [],
  offered: []
})

const fileRequest = (changes: Request["changes"], change: object = {}): Request<"item/fileChange/requestApproval"> => ({
  id: 1,
  method: Test.fileChange,
  params: { ...Test.ids(), startedAtMs: 1, ...change },
  changes,
  offered: []
})

const add = (path: string) => ({ path, kind: { type: "add" as const }, diff: "" })

const onCommand = <E, R>(policy: Approval.Policy<E, R>, change: Partial<CommandParams> = {}) =>
  Effect.map(Approval.handlers(policy)[Test.command](commandRequest(change)), ({ decision }) => decision)

const onFiles = <E, R>(policy: Approval.Policy<E, R>, ...changes: Request["changes"]) =>
  Effect.map(Approval.handlers(policy)[Test.fileChange](fileRequest(changes)), ({ decision }) => decision)

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
    it.effect(`doesn't accept ${JSON.stringify(command)}`, () =>
      Effect.map(onCommand(policy, { command }), (decision) => assert.strictEqual(decision, "decline"))
    )
  }

  it.effect("holds for nothing that the server sees as several commands", () =>
    Effect.gen(function* () {
      const action = { type: "unknown" as const, command: "git status" }
      assert.strictEqual(yield* onCommand(policy, { command: "git status", commandActions: [action] }), "accept")
      assert.strictEqual(
        yield* onCommand(policy, { command: "git status", commandActions: [action, action] }),
        "decline"
      )
    })
  )

  it.effect("is not asked when more is wanted than to run the command", () =>
    Effect.gen(function* () {
      const all = Approval.allowCommands(() => true)
      const wants: ReadonlyArray<Partial<CommandParams>> = [
        { kind: "writeStdin" },
        { kind: "a new kind" },
        { networkApprovalContext: { host: "example.org", protocol: "https" } },
        { additionalPermissions: { network: { enabled: true } } }
      ]
      assert.strictEqual(yield* onCommand(all, { command: "x && y" }), "accept")
      for (const want of wants) assert.strictEqual(yield* onCommand(all, { command: "x", ...want }), "decline")
      assert.strictEqual(yield* onFiles(all, add("/x")), "decline")
    })
  )

  it.effect("shows words of simple commands only", () =>
    Effect.gen(function* () {
      const simple = Approval.allowCommands(({ words }) => Option.isSome(words))
      assert.strictEqual(yield* onCommand(simple, { command: "git config a=b" }), "accept")
      assert.strictEqual(yield* onCommand(simple, { command: "A=b git" }), "decline")
      assert.strictEqual(yield* onCommand(simple, { command: "'' git" }), "decline")
    })
  )

  it.effect("that throws declines", () =>
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

describe("allowWritesUnder", () => {
  const folders = Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const base = yield* fs.makeTempDirectoryScoped()
    const at = (...names: ReadonlyArray<string>) => path.join(base, ...names)
    yield* fs.makeDirectory(at("inside", "sub"), { recursive: true })
    yield* fs.makeDirectory(at("outside"))
    yield* fs.writeFileString(at("outside", "file"), "x")
    yield* fs.symlink(at("outside"), at("inside", "out"))
    yield* fs.symlink("../outside/file", at("inside", "file-out"))
    yield* fs.symlink("../outside/new", at("inside", "dangling"))
    yield* fs.symlink("sub", at("inside", "in"))
    yield* fs.symlink("loop", at("inside", "sub", "loop"))
    yield* fs.symlink(at("outside"), at("inside", "back\\slash"))
    yield* fs.symlink(at("inside"), at("alias"))
    return { fs, at, raw: (text: string) => `${base}/${text}` }
  })

  it.live("accepts what really lies under the folder, and nothing else", () =>
    Effect.gen(function* () {
      const { raw } = yield* folders
      const table: ReadonlyArray<readonly [path: string, accepted: boolean]> = [
        ["inside/new", true],
        ["inside/sub/deep/er/new", true],
        ["inside/sub/../new", true],
        ["inside/./sub//new", true],
        ["inside/in/new", true],
        ["alias/new", true],
        ["inside/missing/../new", true],
        ["inside/.gitignore", true],
        ["inside", false],
        ["inside/", false],
        ["outside/file", false],
        ["inside-not/new", false],
        ["inside/../outside/file", false],
        ["inside/out/file", false],
        ["inside/out/../new", false],
        ["inside/file-out", false],
        ["inside/dangling", false],
        ["inside/sub/loop", false],
        ["inside/sub/loop/new", false],
        ["inside/back\\slash/new", false],
        ["inside/in/../../outside/file", false],
        ["inside/.git/hooks/pre-commit", false],
        ["inside/.GIT/config", false],
        ["inside/sub/.codex/config.toml", false]
      ]
      for (const root of ["inside", "alias", "inside/sub/.."]) {
        const policy = Approval.allowWritesUnder([raw("nowhere"), raw(root)])
        for (const [path, accepted] of table) {
          const decision = yield* onFiles(policy, add(raw(path)))
          assert.strictEqual(decision, accepted ? "accept" : "decline", `${path} under ${root}`)
        }
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("looks at every file, and at where it is moved to", () =>
    Effect.gen(function* () {
      const { raw } = yield* folders
      const policy = Approval.allowWritesUnder([raw("inside")])
      const move = (to: string) => ({
        path: raw("inside/a"),
        kind: { type: "update" as const, move_path: to },
        diff: ""
      })
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/a")), move(raw("inside/b"))), "accept")
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/a")), add(raw("outside/b"))), "decline")
      assert.strictEqual(yield* onFiles(policy, move(raw("outside/b"))), "decline")
      assert.strictEqual(yield* onFiles(policy, add("inside/a")), "decline")
      assert.strictEqual(yield* onFiles(policy), "decline")
      assert.strictEqual(yield* onFiles(Approval.allowWritesUnder(["."]), add("a")), "decline")
      const unknown = { ...add(raw("inside/a")), kind: { type: "~unknown" as const, raw: { type: "link" } } }
      assert.strictEqual(yield* onFiles(policy, unknown), "decline")
      const granting = Approval.handlers(policy)[Test.fileChange](
        fileRequest([add(raw("inside/a"))], { grantRoot: raw("inside") })
      )
      assert.strictEqual((yield* granting).decision, "decline")
      assert.strictEqual(yield* onCommand(policy, { command: "ls" }), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("sees a folder that became a link since the last time", () =>
    Effect.gen(function* () {
      const { at, fs, raw } = yield* folders
      const policy = Approval.allowWritesUnder([raw("inside")])
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/sub/a"))), "accept")
      yield* fs.remove(at("inside", "sub"), { recursive: true })
      yield* fs.symlink(at("outside"), at("inside", "sub"))
      assert.strictEqual(yield* onFiles(policy, add(raw("inside/sub/a"))), "decline")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

describe("policies", () => {
  const yes = Approval.ask(() => Effect.succeed(Approval.accept), "yes")
  const silent = Approval.allowCommands(() => false)

  it.effect("combine: the first that says something decides", () =>
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

  it.effect("that fail are not replaced by the next", () =>
    Effect.gen(function* () {
      const broken = Approval.ask(() => Effect.fail("broken"))
      assert.strictEqual(yield* Effect.flip(onCommand(Approval.orElse(broken, yes))), "broken")
    })
  )

  it.effect("that take too long decline, and no other is asked", () =>
    Effect.gen(function* () {
      const never = Approval.ask(() => Effect.never, "slow")
      const policy = Approval.orElse(Approval.withTimeout(never, "5 minutes"), yes)
      const { ask, decisions, peer, settle } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      yield* ask(1, Test.command, Test.commandParams())
      yield* settle
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* peer.receive, { id: 1, result: { decision: "decline" } })
      assert.deepStrictEqual(decisions.map(Test.short), ["decline by slow: no answer within 5m"])
      assert.strictEqual(decisions[0]?.millis, 300_000)
    })
  )

  it.effect("say who decided", () =>
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

  it.effect("answer in the words of each request", () =>
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
          { approved_execpolicy_amendment: { proposed_execpolicy_amendment: amendment } }
        ],
        [
          Approval.applyNetworkAmendment(host),
          { applyNetworkPolicyAmendment: { network_policy_amendment: host } },
          "decline",
          { network_policy_amendment: { network_policy_amendment: host } }
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

  it.effect("see the older requests as the newer ones", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const policy = Approval.ask((question) =>
        Effect.suspend(() => {
          seen.push([
            question.threadId,
            question.itemId,
            question.type === "command" ? Option.getOrNull(question.words) : question.paths
          ])
          return Effect.succeed(Approval.decline)
        })
      )
      const { ask, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      const old = { conversationId: "01a1fd0e-0199-7dd2-a325-8b08e56c3232", callId: "c" }
      yield* ask(1, "execCommandApproval", { ...old, command: ["bash", "-lc", "git status"], cwd: "/", parsedCmd: [] })
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
        [old.conversationId, "c", ["git", "status"]],
        [old.conversationId, "c", ["/a", "/b", "/c"]]
      ])
    })
  )

  it.effect("get what they require from where the layer is built", () =>
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
