/**
 * Reports of file changes: none, an unreadable one, a later one that differs, more than one file, or more than the
 * change. Whether a path is allowed is in `escapes.ts`.
 */
import { assert } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import { join } from "node:path"
import * as Approval from "../../../src/Approval.ts"
import * as Test from "../../serverRequests/support.ts"
import * as Asked from "../support/asked.ts"
import { group, textOf } from "../support/attack.ts"
import * as Folders from "../support/folders.ts"

const fine = (inside: string) => [Asked.added(join(inside, "new"))]

/** Lists of changes that no version can decode as the change of the item. */
const unreadable: ReadonlyArray<unknown> = [
  null,
  {},
  "new",
  [null],
  ["new"],
  [[]],
  [{}],
  [{ path: 1, kind: { type: "add" }, diff: "" }],
  [{ path: null, kind: { type: "add" }, diff: "" }],
  [{ kind: { type: "add" }, diff: "" }],
  [{ path: "new", diff: "" }],
  [{ path: "new", kind: null, diff: "" }],
  [{ path: "new", kind: [], diff: "" }],
  { 0: { path: "new", kind: { type: "add" }, diff: "" }, length: 1 }
]

const told = (itemId: string, changes: unknown, method = "item/started") => ({
  method,
  params:
    method === "item/fileChange/patchUpdated"
      ? { threadId: "thread", turnId: "turn", itemId, changes }
      : {
          threadId: "thread",
          turnId: "turn",
          startedAtMs: 1,
          completedAtMs: 1,
          item: { type: "fileChange", id: itemId, status: "inProgress", changes }
        }
})

export const scenarios = group("approvals", [
  {
    name: "changes-not-told",
    title: "An approval of changes is asked that nothing was told of, or of another item, turn or thread",
    expected: "nothing is known of the changes, so they are declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, policy } = yield* Folders.make
        const other = textOf(seeded, [..."abc"], 8)
        const asking = (itemId: string, params: object = {}): Asked.Asking => {
          const asked = Asked.files(itemId, fine(inside))
          return { ...asked, params: { ...asked.params, ...params } }
        }
        yield* Asked.assertDecides(policy, {
          accepted: [asking("fine")],
          refused: [
            { ...asking("silent"), before: [] },
            Asked.files("empty", []),
            asking("item", { itemId: other }),
            asking("thread", { threadId: other })
          ]
        })
      })
  },
  {
    name: "changes-unreadable",
    title: "Changes are told that can't be read, at first or after harmless ones",
    expected: "nothing is known of the changes, so they are declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, policy } = yield* Folders.make
        const method = seeded.pick(["item/started", "item/fileChange/patchUpdated"])
        yield* Asked.assertDecides(policy, {
          accepted: [Asked.files("fine", fine(inside))],
          refused: unreadable.flatMap((changes, index) => {
            const [first, later] = [`first-${index}`, `later-${index}`]
            const asked = Asked.files(later, fine(inside))
            return [
              { ...Asked.files(first, []), before: [told(first, changes)] },
              { ...asked, before: [...(asked.before ?? []), told(later, changes, method)] }
            ]
          })
        })
      })
  },
  {
    name: "changes-told-anew",
    title: "The changes become others before the approval is asked",
    expected: "the last that were told decide",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, outside, policy } = yield* Folders.make
        const bad = [Asked.added(join(outside, "new"))]
        const asking = (itemId: string, ...lists: ReadonlyArray<ReadonlyArray<object>>): Asked.Asking => ({
          ...Asked.files(itemId, []),
          before: lists.map((list, index) =>
            told(
              itemId,
              list,
              index === 0 ? "item/started" : seeded.pick(["item/started", "item/fileChange/patchUpdated"])
            )
          )
        })
        yield* Asked.assertDecides(policy, {
          accepted: [asking("better", bad, fine(inside))],
          refused: [
            asking("worse", fine(inside), bad),
            asking("both", fine(inside), [...fine(inside), ...bad]),
            asking("again", bad, fine(inside), bad),
            asking("none", fine(inside), [])
          ]
        })
      })
  },
  {
    name: "changes-during-decision",
    title: "The changes become others while a person decides about the earlier ones",
    expected: "the yes is not sent: the request is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const asked = yield* Deferred.make<void>()
        const decided = yield* Deferred.make<void>()
        const policy = Approval.ask(() =>
          Effect.as(Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(decided)), Approval.accept)
        )
        const { ask, decisions, peer, settle } = yield* Asked.connect(Approval.handlers(policy))
        yield* peer.send(told("item", [Asked.added("/harmless")]))
        yield* ask(1, Test.fileChange, { ...Test.ids(), startedAtMs: 1 })
        yield* Deferred.await(asked)
        const change = seeded.pick<unknown>([
          [Asked.added("/harmful")],
          [],
          null,
          [Asked.moved("/harmless", "/harmful")]
        ])
        yield* peer.send(told("item", change, seeded.pick(["item/started", "item/fileChange/patchUpdated"])))
        yield* settle
        yield* Deferred.succeed(decided, undefined)
        assert.deepStrictEqual((yield* peer.receive)["result"], { decision: "decline" })
        assert.deepStrictEqual(decisions.map(Test.short), ["decline by notOffered"])
      })
  },
  {
    name: "changes-same-batch",
    title: "The changes become others in the same write as the request",
    expected: "no yes is sent for changes that no policy has seen",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, outside, policy } = yield* Folders.make
        const { ask, peer } = yield* Asked.connect(Approval.handlers(policy))
        const lines = [
          told("item", fine(inside)),
          { id: 1, method: Test.fileChange, params: { ...Test.ids(), startedAtMs: 1 } },
          told(
            "item",
            [Asked.added(join(outside, "new"))],
            seeded.pick(["item/started", "item/fileChange/patchUpdated"])
          )
        ]
        for (const line of lines) yield* peer.send(line)
        yield* ask(2, Test.fileChange, { ...Test.ids("turn", "unknown"), startedAtMs: 1 })
        const answers = [yield* peer.receive, yield* peer.receive]
        for (const { result } of answers) assert.deepStrictEqual(result, { decision: "decline" })
      })
  },
  {
    name: "changes-of-unknown-kind",
    title: "A change is of an unknown kind, or has a target that is not a string",
    expected: "the policy has no answer, so the change is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, outside, policy } = yield* Folders.make
        const path = join(inside, "new")
        const kinds: ReadonlyArray<object> = [
          { type: "link", target: join(outside, "new") },
          { type: textOf(seeded, [..."abc"], 5) },
          { type: "ADD" },
          { type: "" },
          { type: "__proto__" },
          { type: "update", move_path: 1 },
          { type: "update", move_path: [join(outside, "new")] },
          { type: "update", move_path: "" }
        ]
        yield* Asked.assertDecides(policy, {
          accepted: [Asked.files("fine", [{ path, kind: { type: "update", move_path: null }, diff: "" }])],
          refused: kinds.map((kind, index) => Asked.files(`bad-${index}`, [{ path, kind, diff: "" }]))
        })
      })
  },
  {
    name: "changes-one-of-many",
    title: "One of very many files lies outside of the folder",
    expected: "the policy has no answer, so the change is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, outside, policy } = yield* Folders.make
        const many = Array.from({ length: 200 }, (_, index) => Asked.added(join(inside, `new-${index}`)))
        const bad = seeded.pick([Asked.added(join(outside, "new")), Asked.moved(join(inside, "a"), join(outside, "b"))])
        yield* Asked.assertDecides(policy, {
          accepted: [Asked.files("fine", many)],
          refused: [Asked.files("bad", many.toSpliced(seeded.int(0, many.length), 0, bad))]
        })
      })
  },
  {
    name: "changes-with-grant-root",
    title: "An approval of a harmless change also asks for writes under a folder for the rest of the session",
    expected: "the policy has no answer, so it is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, policy } = yield* Folders.make
        const roots = [inside, "/", "", seeded.pick(["/etc", "/home", "."])]
        yield* Asked.assertDecides(policy, {
          accepted: [Asked.files("fine", fine(inside)), Asked.files("null", fine(inside), { grantRoot: null })],
          refused: roots.map((grantRoot, index) => Asked.files(`bad-${index}`, fine(inside), { grantRoot }))
        })
      })
  },
  {
    name: "changes-of-older-api",
    title: "The older request for changes names files outside of the folder, guarded ones, or writes under a folder",
    expected: "the policy has no answer, so it is declined",
    run: (seeded) =>
      Effect.gen(function* () {
        const { inside, outside, policy } = yield* Folders.make
        const add = { type: "add", content: "x" }
        const asking = (fileChanges: object, more: object = {}): Asked.Asking => ({
          method: "applyPatchApproval",
          params: {
            conversationId: "01a1fd0e-0199-7dd2-a325-8b08e56c3232",
            callId: `c${seeded.int(1, 99)}`,
            fileChanges,
            reason: null,
            grantRoot: null,
            ...more
          }
        })
        const good = { [join(inside, "new")]: add }
        const bad = [
          asking({}),
          asking({ [join(outside, "new")]: add }),
          asking({ ...good, [join(outside, "new")]: add }),
          asking({ [join(inside, ".git/config")]: add }),
          asking({ [join(inside, "a")]: { type: "update", unified_diff: "", move_path: join(outside, "b") } }),
          asking({ [join(inside, "a")]: { type: "link", target: outside } }),
          asking(good, { grantRoot: inside })
        ]
        const decided = yield* Asked.decisions(policy, [asking(good), ...bad])
        assert.deepStrictEqual(decided[0], "approved")
        for (const decision of decided.slice(1)) assert.notInclude(JSON.stringify(decision), "approved")
      })
  }
])
