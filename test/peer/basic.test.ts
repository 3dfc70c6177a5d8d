import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "../support/peer.ts"
import { cleanUp, type Message, talk } from "./support.ts"

afterEach(cleanUp)

const run = async (options?: Peer.ScriptTurnOptions) => {
  const peer = talk(Peer.basicWith(options))
  await peer.call("initialize")
  peer.send({ method: "initialized" })
  const started = await peer.call("thread/start")
  assert.deepStrictEqual(started.result, Peer.threadStartResponse("thread-1"))
  assert.strictEqual((await peer.next()).params.thread.id, "thread-1")
  const input = [{ type: "text", text: "hello", text_elements: [] }]
  const turn = await peer.call("turn/start", { threadId: "thread-1", input })
  assert.deepStrictEqual(turn.result, Peer.turnStartResponse("turn-1"))
  return peer
}

const plain = (events: ReadonlyArray<Message>) => events.map(({ method, params }) => ({ method, params }))

describe("basic", () => {
  it("runs a turn with the events of turnEvents", async () => {
    for (const options of [
      {},
      { deltas: 1000, delta: "é " },
      { text: "three words here", items: [Peer.agentMessage("first", "so", { phase: "commentary" })] },
      { text: "abcdef", deltas: 4, phase: "final_answer" },
      { status: "failed", error: { message: "no", codexErrorInfo: "serverOverloaded" } }
    ] as const) {
      const peer = await run(options)
      const expected = Peer.turnEvents({ threadId: "thread-1", turnId: "turn-1", ...options })
      assert.deepStrictEqual(plain(await peer.until("turn/completed")), plain(expected as Array<Message>))
    }
  })

  it("the deltas make up the text of the completed message", async () => {
    const events: Array<Message> = await (await run({ text: "a bb  ccc\n", deltas: 4 })).until("turn/completed")
    const deltas = events.filter(({ method }) => method === "item/agentMessage/delta")
    assert.strictEqual(deltas.length, 4)
    assert.strictEqual(deltas.map(({ params }) => params.delta).join(""), "a bb  ccc\n")
    assert.strictEqual(events.at(-1)?.params.turn.items[0].text, "a bb  ccc\n")
  })

  it("an interrupt is rejected after the turn, and ends a turn that waits for it", async () => {
    const over = await run()
    await over.until("turn/completed")
    const ids = { threadId: "thread-1", turnId: "turn-1" }
    assert.strictEqual((await over.call("turn/interrupt", ids)).error.message, "no active turn to interrupt")

    const waiting = await run({ untilInterrupted: true, deltas: 2 })
    const before = await waiting.until("item/agentMessage/delta")
    before.push(await waiting.next())
    assert.deepStrictEqual((await waiting.call("turn/interrupt", ids)).result, {})
    const after = await waiting.until("turn/completed")
    const expected = Peer.turnEvents({ ...ids, deltas: 2, status: "interrupted" })
    assert.deepStrictEqual(plain([...before, ...after]), plain(expected as Array<Message>))
  })

  it("reads and resumes the requested thread", async () => {
    const peer = talk(Peer.basic)
    const params = { threadId: "t-9" }
    assert.deepStrictEqual((await peer.call("thread/read", params)).result, Peer.threadReadResponse("t-9"))
    assert.deepStrictEqual((await peer.call("thread/resume", params)).result, Peer.threadResumeResponse("t-9"))
    assert.strictEqual((await peer.call("thread/rollback", params)).error.code, -32_600)
  })
})
