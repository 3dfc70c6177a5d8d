import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as Peer from "../support/peer.ts"
import * as Wire from "../support/wire.ts"
import { idsOf } from "./support.ts"

/** Three pages of two threads. */
const page = ({ cursor }: Wire.Sent["params"]) => {
  const at = cursor === undefined ? 0 : Number(cursor)
  return { data: [Peer.thread(`t${at}`), Peer.thread(`u${at}`)], nextCursor: at < 2 ? String(at + 1) : null }
}

describe("settings on the wire", () => {
  const common = {
    baseInstructions: "b",
    config: { a: null },
    cwd: "/w",
    developerInstructions: "d",
    model: "m",
    modelProvider: "p",
    serviceTier: "flex"
  }

  it.effect("have the protocol's name for every setting of a thread, and keep a null with a meaning", () =>
    Effect.gen(function* () {
      const { codex, sent } = yield* Wire.connect()
      yield* codex.startThread({
        ...common,
        approvalMode: "inherit",
        ephemeral: false,
        personality: "none",
        serviceName: "s",
        sessionStartSource: "clear",
        threadSource: "t"
      })
      yield* codex.resumeThread("x", { ...common, personality: "none", serviceTier: null })
      yield* codex.forkThread("x", {
        ...common,
        beforeTurnId: "u1",
        ephemeral: true,
        lastTurnId: "u2",
        serviceTier: null,
        threadSource: "t"
      })
      assert.deepStrictEqual(
        sent().map(({ params }) => params),
        [
          {
            ...common,
            ephemeral: false,
            personality: "none",
            serviceName: "s",
            sessionStartSource: "clear",
            threadSource: "t"
          },
          { ...common, threadId: "x", excludeTurns: true, personality: "none", serviceTier: null },
          {
            ...common,
            threadId: "x",
            excludeTurns: true,
            beforeTurnId: "u1",
            ephemeral: true,
            lastTurnId: "u2",
            serviceTier: null,
            threadSource: "t"
          }
        ]
      )
    })
  )

  it.effect("have the protocol's name for every filter of lists, and null for threads without the value", () =>
    Effect.gen(function* () {
      const empty = { data: [], nextCursor: null }
      const { codex, paramsOf } = yield* Wire.connect({
        replies: { "thread/list": () => empty, "model/list": () => empty }
      })
      const filters = {
        archived: true,
        cursor: "c",
        cwd: ["/a", "/b"],
        pageSize: 3,
        modelProviders: ["p"],
        searchTerm: "s",
        sectionId: null,
        sortDirection: "asc",
        sortKey: "updated_at",
        sourceKinds: ["cli"],
        useStateDbOnly: true
      } as const
      yield* codex.listThreads(filters)
      yield* Stream.runDrain(codex.threads(filters))
      yield* codex.listThreads()
      yield* codex.listModels({ includeHidden: true })
      const { pageSize, ...others } = filters
      const sent = { ...others, limit: pageSize }
      assert.deepStrictEqual(paramsOf("thread/list"), [sent, sent, {}])
      assert.deepStrictEqual(paramsOf("model/list"), [{ includeHidden: true }])
    })
  )

  it.effect("have pages that are requested only when needed", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect({ replies: { "thread/list": page } })
      const cursors = () => paramsOf("thread/list").map(({ cursor }) => cursor)
      assert.deepStrictEqual(idsOf(yield* Stream.runCollect(codex.threads().pipe(Stream.take(2)))), ["t0", "u0"])
      assert.deepStrictEqual(cursors(), [undefined])
      assert.deepStrictEqual(idsOf(yield* Stream.runCollect(codex.threads())), ["t0", "u0", "t1", "u1", "t2", "u2"])
      assert.deepStrictEqual(cursors(), [undefined, undefined, "1", "2"])
    })
  )

  it.effect("have lists that end if the server repeats a page", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect({
        replies: { "thread/list": () => ({ data: [Peer.thread("t")], nextCursor: "again" }) }
      })
      assert.lengthOf(Array.from(yield* Stream.runCollect(codex.threads())), 2)
      assert.lengthOf(paramsOf("thread/list"), 2)
    })
  )
})
