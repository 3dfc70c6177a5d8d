import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "../support/peer.ts"
import { cleanUp, talk } from "./support.ts"

afterEach(cleanUp)

describe("answers", () => {
  it("initialize is answered as by the server, and rejected the second time", async () => {
    const peer = talk({})
    const first = await peer.call("initialize")
    assert.deepStrictEqual(Object.keys(first), ["id", "result"])
    assert.deepStrictEqual(Object.keys(first.result), Object.keys(Peer.initializeResponse()))
    assert.deepStrictEqual(await peer.call("initialize"), {
      error: { code: -32_600, message: "Already initialized" },
      id: 2
    })
  })

  it("initialize can be scripted", async () => {
    const peer = talk({ initialize: [Peer.replyError({ code: -32_600, message: "Invalid clientInfo.name" })] })
    assert.strictEqual((await peer.call("initialize")).error.message, "Invalid clientInfo.name")
  })

  it("a reply uses values of its request", async () => {
    const template = {
      whole: "$params.deep.list",
      text: "${method} of ${params.deep.name} #${call}",
      missing: "$params.nothing.here",
      literal: "$5 and $param",
      long: { $repeat: ['a"', 3] }
    }
    const peer = talk({ on: { ask: [Peer.reply(template)] } })
    assert.deepStrictEqual(await peer.call("ask", { deep: { list: [1, "two"], name: 'quo"te' } }), {
      id: 1,
      result: {
        whole: [1, "two"],
        text: 'ask of quo"te #1',
        missing: null,
        literal: "$5 and $param",
        long: 'a"a"a"'
      }
    })
  })

  it("an unknown method is rejected with -32600, or served by *", async () => {
    const strict = talk({ on: { ask: [Peer.reply(1)] } })
    const { error } = await strict.call("constructor")
    assert.strictEqual(error.code, -32_600)
    assert.include(error.message, "Invalid request: unknown variant `constructor`, expected one of `ask`")
    const open = talk({ on: { "*": [Peer.echo] } })
    assert.deepStrictEqual(await open.call("anything", { a: 1 }), { id: 1, result: { a: 1 } })
  })

  it("the n-th call uses the n-th list, and the last one repeats", async () => {
    const peer = talk({ on: { ask: [[Peer.reply("first")], [Peer.reply("later")]] } })
    const results = [await peer.call("ask"), await peer.call("ask"), await peer.call("ask")]
    assert.deepStrictEqual(
      results.map(({ result }) => result),
      ["first", "later", "later"]
    )
  })

  it("held requests are answered when released, last first on request", async () => {
    const peer = talk({
      on: { slow: [Peer.hold], go: [Peer.releaseHeld("$params.n", { reverse: true }), Peer.reply("done")] }
    })
    peer.send({ id: "a", method: "slow", params: { n: 1 } })
    peer.send({ id: "b", method: "slow", params: { n: 2 } })
    peer.send({ id: 0, method: "go" })
    assert.deepStrictEqual(
      [await peer.next(), await peer.next(), await peer.next()],
      [
        { id: "b", result: 2 },
        { id: "a", result: 1 },
        { id: 0, result: "done" }
      ]
    )
  })

  it("replyTo answers ids without a request", async () => {
    const peer = talk({
      onStart: [Peer.replyTo("ghost", { result: 1 }), Peer.replyTo(7, { error: { code: 1, message: "m", data: 2 } })]
    })
    assert.deepStrictEqual(await peer.next(), { id: "ghost", result: 1 })
    assert.deepStrictEqual(await peer.next(), { error: { code: 1, message: "m", data: 2 }, id: 7 })
  })

  it("never leaves that request alone without an answer", async () => {
    const peer = talk({ on: { mute: [Peer.never, Peer.reply("no")], ask: [Peer.reply("yes")] } })
    peer.send({ id: 1, method: "mute" })
    peer.send({ id: 2, method: "ask" })
    assert.deepStrictEqual(await peer.next(), { id: 2, result: "yes" })
  })

  it("requests to the client are numbered from 0, and their answers recorded", async () => {
    const peer = talk({
      on: {
        go: [
          Peer.request("approve", { for: "$params.name" }, { expectAnswer: [Peer.notify("got", "$answer.result")] }),
          Peer.request("other", {}, { id: "own" }),
          Peer.reply("asked")
        ],
        answers: [Peer.reply("$answers")]
      }
    })
    assert.deepStrictEqual(await peer.call("go", { name: "x" }), { method: "approve", id: 0, params: { for: "x" } })
    peer.send({ id: 0, result: { decision: "accept" } })
    assert.deepInclude(await peer.next(), { method: "got", params: { decision: "accept" } })
    assert.deepStrictEqual(await peer.next(), { method: "other", id: "own", params: {} })
    assert.deepStrictEqual(await peer.next(), { id: 1, result: "asked" })
    assert.deepStrictEqual((await peer.call("answers")).result, [{ id: 0, result: { decision: "accept" } }])
  })
})
