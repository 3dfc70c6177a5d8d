import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "../support/peer.ts"
import { cleanUp, talk } from "./support.ts"

afterEach(cleanUp)

describe("order", () => {
  it("when waits for a method, received before or later", async () => {
    const peer = talk({
      on: {
        early: [],
        go: [Peer.when("early"), Peer.reply("early"), Peer.when("late", { count: 2 }), Peer.notify("late", {})],
        late: [Peer.reply("$call")]
      }
    })
    peer.send({ method: "early" })
    assert.strictEqual((await peer.call("go")).result, "early")
    assert.strictEqual((await peer.call("late")).result, 1)
    assert.strictEqual((await peer.call("late")).result, 2)
    assert.strictEqual((await peer.next()).method, "late")
  })

  it("when can wait for the next request, and for certain params", async () => {
    const peer = talk({
      on: {
        ask: [
          [Peer.when("ask", { next: true }), Peer.notify("next", {})],
          [Peer.when("stop", { where: { id: "$params.id" } }), Peer.notify("stopped", "$params.id")]
        ],
        stop: [Peer.reply({})]
      }
    })
    assert.strictEqual(
      (
        await Promise.all([peer.next(), peer.send({ method: "ask" }), peer.send({ method: "ask", params: { id: 5 } })])
      )[0].method,
      "next"
    )
    assert.deepStrictEqual(await peer.call("stop", { id: 4 }), { id: 1, result: {} })
    assert.deepStrictEqual(await peer.call("stop", { id: 5 }), { id: 2, result: {} })
    assert.deepInclude(await peer.next(), { method: "stopped", params: 5 })
  })

  it("fork does not block its list", async () => {
    const peer = talk({
      on: { go: [Peer.fork(Peer.when("more"), Peer.notify("forked", {})), Peer.reply("went on")], more: [] }
    })
    assert.strictEqual((await peer.call("go")).result, "went on")
    peer.send({ method: "more" })
    assert.strictEqual((await peer.next()).method, "forked")
  })

  it("delay waits for its time", async () => {
    const peer = talk({ on: { slow: [Peer.delay(30), Peer.reply("slow")], fast: [Peer.reply("fast")] } })
    peer.send({ id: 1, method: "slow" })
    peer.send({ id: 2, method: "fast" })
    assert.strictEqual((await peer.next()).result, "fast")
    assert.strictEqual((await peer.next()).result, "slow")
  })
})
