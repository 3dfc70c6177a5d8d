/**
 * Requests with fields that this version cannot read, or that contradict earlier reports: policies abstain, and the
 * description of the request says why.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import * as Approval from "../../src/Approval.ts"
import * as unknownFields from "../../src/internal/serverRequests/unknownFields.ts"
import * as Permissions from "../../src/Permissions.ts"
import type * as ServerRequests from "../../src/ServerRequests.ts"
import * as Test from "./support.ts"

const permission = "item/permissions/requestApproval"

/** The answer of policies that allow all of it. */
const policies = Effect.gen(function* () {
  const services = yield* Effect.context<NodeServices.NodeServices>()
  const policy = Approval.allowCommands(() => true).pipe(Approval.orElse(Approval.allowWritesUnder(["/tmp"])))
  const { [Test.fileChange]: onFiles, ...others } = Approval.handlers(policy)
  const provide = <A, E>(effect: Effect.Effect<A, E, NodeServices.NodeServices>) =>
    Effect.provideContext(effect, services)
  return {
    [Test.command]: (request) => provide(others[Test.command](request)),
    [Test.fileChange]: (request) => provide(onFiles(request)),
    execCommandApproval: (request) => provide(others.execCommandApproval(request)),
    applyPatchApproval: (request) => provide(others.applyPatchApproval(request)),
    [permission]: Permissions.handler(Permissions.allow({ network: true, writes: ["/tmp/a"] }))
  } satisfies ServerRequests.Handlers
})

const change = { path: "/tmp/a", kind: { type: "add" }, diff: "x\n" }
const legacy = { conversationId: "thread", callId: "item" }

/** Params that the policies allow, with room for one more field. */
const requests: ReadonlyArray<readonly [method: string, params: (more: object) => object, yes: string]> = [
  [Test.command, (more) => Test.commandParams({ command: "ls", ...more }), "accept"],
  [
    Test.command,
    (more) => Test.commandParams({ commandActions: [{ type: "unknown", command: "ls", ...more }], command: "ls" }),
    "accept"
  ],
  [Test.fileChange, (more) => Test.fileParams(more), "accept"],
  [
    "execCommandApproval",
    (more) => ({ ...legacy, command: ["ls"], cwd: "/", parsedCmd: [{ type: "unknown", cmd: "ls", ...more }] }),
    "approved"
  ],
  [
    "applyPatchApproval",
    (more) => ({ ...legacy, fileChanges: { "/tmp/a": { type: "add", content: "x", ...more } } }),
    "approved"
  ],
  ...(["top", "permissions", "network", "fileSystem", "entry", "path"] as const).map(
    (place) =>
      [
        permission,
        (more: object) => {
          const at = (here: string) => (here === place ? more : {})
          const path = { type: "path", path: "/tmp/a", ...at("path") }
          return {
            ...Test.ids(),
            startedAtMs: 1,
            cwd: "/",
            ...at("top"),
            permissions: {
              ...at("permissions"),
              network: { enabled: true, ...at("network") },
              fileSystem: { entries: [{ access: "write", path, ...at("entry") }], ...at("fileSystem") }
            }
          }
        },
        "grant"
      ] as const
  )
]

describe("policies", () => {
  for (const [index, [method, params, yes]] of requests.entries()) {
    it.effect(`abstain for ${method} with an unknown field (${index})`, () =>
      Effect.gen(function* () {
        const { ask, decisions, peer } = yield* Test.played({ serverRequests: yield* policies })
        for (const [id, more] of [{}, { novel: null }, { novel: { deep: 1 } }, { novel: false }].entries()) {
          yield* peer.send(Test.fileItem(["/tmp/a"]))
          yield* ask(id, method, params(more))
          yield* peer.receive
        }
        const words = decisions.map(({ decision }) => (decision === "denied" ? "decline" : decision))
        assert.deepStrictEqual(words, [yes, yes, "decline", "decline"])
      }).pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([])))
    )
  }

  it.effect("abstain if the changes themselves have one", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played({ serverRequests: yield* policies })
      const told = Test.fileItem(["/tmp/a"])
      const item = { ...told.params.item, changes: [{ ...change, novel: true }] }
      yield* peer.send({ ...told, params: { ...told.params, item } })
      yield* ask(1, Test.fileChange, Test.fileParams())
      yield* peer.receive
      yield* peer.send({ method: "item/fileChange/patchUpdated", params: { ...Test.ids(), changes: [change] } })
      yield* ask(2, Test.fileChange, Test.fileParams())
      yield* peer.receive
      assert.deepStrictEqual(
        decisions.map(({ decision }) => decision),
        ["decline", "accept"]
      )
    }).pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([])))
  )

  it.effect("abstain if the item belongs to another turn than the request", () =>
    Effect.gen(function* () {
      const { ask, decisions, peer } = yield* Test.played({ serverRequests: yield* policies })
      const command = (itemId: string) => ({
        method: "item/started",
        params: { threadId: "thread", turnId: "turn", startedAtMs: 1, item: { type: "commandExecution", id: itemId } }
      })
      yield* peer.send(Test.fileItem(["/tmp/a"], "files"))
      yield* peer.send(command("command"))
      for (const [id, turnId] of ["turn", "another"].entries()) {
        yield* ask(2 * id, Test.fileChange, Test.fileParams({ itemId: "files", turnId }))
        yield* peer.receive
        yield* ask(2 * id + 1, Test.command, Test.commandParams({ itemId: "command", turnId, command: "ls" }))
        yield* peer.receive
      }
      assert.deepStrictEqual(
        decisions.map(({ decision }) => decision),
        ["accept", "accept", "decline", "decline"]
      )
    }).pipe(Effect.provide(NodeServices.layer), Effect.provide(Logger.layer([])))
  )
})

describe("the description of a request", () => {
  /** The lines that describe a request. */
  const described = Effect.fnUntraced(
    function* (method: string, params: object, itemTurn = "turn") {
      const lines: Array<string> = []
      const policy = Approval.ask((question) =>
        Effect.sync(() => {
          lines.push(...Approval.describe(question))
          return Approval.decline
        })
      )
      const { ask, peer } = yield* Test.played({ serverRequests: Approval.handlers(policy) })
      const told = Test.fileItem(["/tmp/a"])
      yield* peer.send({ ...told, params: { ...told.params, turnId: itemTurn } })
      yield* ask(1, method, params)
      yield* peer.receive
      return lines
    },
    Effect.provide(Logger.layer([]))
  )

  it.effect("has the names of unknown fields, escaped, and not their values", () =>
    Effect.gen(function* () {
      const novel = "no\u001b[2Jvel\nAccepted"
      for (const [method, params] of [
        [Test.command, Test.commandParams({ command: "ls", [novel]: "secret", x: { y: 1 } })],
        [Test.fileChange, Test.fileParams({ [novel]: "secret", x: { y: 1 } })]
      ] as const) {
        const lines = yield* described(method, params)
        const line = lines.find((text) => text.includes("unknown fields")) ?? ""
        assert.strictEqual(
          line,
          "  and it has unknown fields, which may request more: no\\u{1b}[2Jvel\\u{a}Accepted, x"
        )
        assert.notInclude(lines.join("\n"), "secret")
      }
    })
  )

  it.effect("has at most ten of them, and no long names", () =>
    Effect.gen(function* () {
      const many = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`${"f".repeat(1000)}${n}`, n]))
      const lines = yield* described(Test.command, Test.commandParams({ command: "ls", ...many }))
      assert.isBelow(lines.join("\n").length, 1500)
      assert.match(lines.join("\n"), / and 22 more$/m)
    })
  )

  it.effect("mentions an item of another turn", () =>
    Effect.gen(function* () {
      const lines = yield* described(Test.fileChange, Test.fileParams(), "another")
      assert.deepStrictEqual(lines, [
        "Change files? The server does not say which.",
        "  and it names a different turn from the one that its item belongs to"
      ])
    })
  )
})

describe("the log", () => {
  it.effect("has one warning for each kind of request, with the names", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        if (logLevel === "Warn") lines.push(String(message))
      })
      yield* Effect.gen(function* () {
        const { ask, peer } = yield* Test.played({ serverRequests: yield* policies })
        for (const id of [1, 2, 3]) {
          yield* ask(id, Test.command, Test.commandParams({ ["no\nvel"]: "secret" }))
          yield* peer.receive
        }
      }).pipe(Effect.provide(Logger.layer([logger])))
      assert.strictEqual(lines.length, 1)
      assert.include(lines[0], String.raw`(no\u{a}vel)`)
      assert.notInclude(lines[0], "secret")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("unknown fields", () => {
  it("are those that decoding dropped, at any depth, except nulls and raw values", () => {
    const json = { any: { thing: 1 } }
    assert.deepStrictEqual(
      unknownFields.find(
        {
          a: 1,
          b: null,
          c: { d: 1, e: 2 },
          f: [
            { g: 1, h: 2 },
            { g: 1, h: 2 }
          ],
          json,
          k: { type: "new", x: 1 },
          l: { new: { x: 1 } }
        },
        {
          c: { d: 1 },
          f: [{ g: 1 }, { g: 1 }],
          json,
          k: { type: "~unknown", raw: { type: "new", x: 1 } },
          l: { "~unknown": { new: { x: 1 } } }
        }
      ),
      ["a", "c.e", "f[].h"]
    )
    assert.deepStrictEqual(unknownFields.find({ toString: 1, __proto__: { a: 1 } }, {}), ["toString"])
    assert.deepStrictEqual(unknownFields.find("text", {}), [])
  })
})
