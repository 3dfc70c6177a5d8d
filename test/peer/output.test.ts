import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "../support/peer.ts"
import { cleanUp, collect, start, talk } from "./support.ts"

afterEach(cleanUp)

describe("output", () => {
  it("a notification has the time when it was emitted", async () => {
    const peer = talk({ onStart: [Peer.notify("note", { a: 1 }, 2)] })
    const first = await peer.next()
    assert.deepStrictEqual(Object.keys(first), ["method", "params", "emittedAtMs"])
    assert.isNumber(first.emittedAtMs)
    assert.strictEqual((await peer.next()).method, "note")
  })

  it("a flood is complete and in order, and the peer answers during it", async () => {
    const count = 50_000
    const peer = talk({
      on: {
        go: [Peer.flood({ count, method: "n", params: { i: "$i", text: "<${i}>", of: "$params.of" } })],
        ping: [Peer.reply("pong")]
      }
    })
    peer.send({ method: "go", params: { of: "it" } })
    peer.send({ id: 1, method: "ping" })
    let pongAfter = -1
    for (let i = 0; i < count;) {
      const message = await peer.next()
      if (message.id === 1) {
        pongAfter = i
        continue
      }
      assert.deepStrictEqual(message.params, { i, text: `<${i}>`, of: "it" })
      i++
    }
    assert.notStrictEqual(pongAfter, -1)
  })

  it("an unread flood does not stop the peer's answers, and loses nothing", async () => {
    const count = 400_000
    const peer = start({
      onStart: [Peer.flood({ count, method: "n", params: { text: "x".repeat(40) } }), Peer.exit(0)],
      on: { ping: [Peer.stderr("pong")] },
      onStdinEnd: []
    })
    // The flood is longer than any pipe, so most of it is not yet written.
    peer.send({ method: "ping" })
    await new Promise((resolve) => peer.child.stderr.once("data", resolve))
    assert.isNull(peer.child.exitCode)
    const lines = (await collect(peer.child.stdout)).toString().split("\n")
    assert.strictEqual(lines.length, count + 1)
    assert.strictEqual(await peer.exited, 0)
  })

  it("write, line and writeBytes emit their exact bytes", async () => {
    const peer = start({
      onStart: [
        Peer.write("not json\r\n\n{"),
        Peer.line({ id: "$call" }),
        Peer.writeBytes("grüße\n", 1),
        Peer.writeBytes(new Uint8Array([0xff, 0xfe])),
        Peer.exit(0)
      ]
    })
    const expected = Buffer.concat([Buffer.from('not json\r\n\n{{"id":null}\ngrüße\n'), Buffer.from([0xff, 0xfe])])
    assert.deepStrictEqual(await collect(peer.child.stdout), expected)
  })

  it("bytes written in pieces arrive in several chunks", async () => {
    const peer = start({ onStart: [Peer.writeBytes("x".repeat(64), 1), Peer.exit(0)] })
    let chunks = 0
    let bytes = 0
    peer.child.stdout.on("data", (chunk: Buffer) => {
      chunks += 1
      bytes += chunk.length
    })
    await new Promise((resolve) => peer.child.stdout.on("end", resolve))
    assert.strictEqual(bytes, 64)
    assert.isAbove(chunks, 1)
  })

  it("stderr is written as often as scripted", async () => {
    const peer = start({ onStart: [Peer.stderr("noise\n", 20_000), Peer.exit(0)] })
    assert.strictEqual((await collect(peer.child.stderr)).toString(), "noise\n".repeat(20_000))
  })

  it("closeStdout ends stdout while the peer keeps running", async () => {
    const peer = start({ onStart: [Peer.write("last"), Peer.closeStdout], onStdinEnd: [Peer.exit(5)] })
    assert.strictEqual((await collect(peer.child.stdout)).toString(), "last")
    assert.isNull(peer.child.exitCode)
    peer.child.stdin.end()
    assert.strictEqual(await peer.exited, 5)
  })
})
