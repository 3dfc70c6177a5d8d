import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "../support/peer.ts"
import { cleanUp, talk, temporary } from "./support.ts"

afterEach(cleanUp)

describe("input", () => {
  it("every received line is logged before it takes effect", async () => {
    const path = join(temporary(), "log")
    const peer = talk({ onStart: [Peer.log(path)], on: { ask: [Peer.reply("$counts")] } })
    peer.child.stdin.write("garbage\n")
    peer.send({ method: "initialized" })
    assert.deepStrictEqual((await peer.call("ask")).result, { initialized: 1, ask: 1 })
    assert.strictEqual(
      readFileSync(path, "utf8"),
      'garbage\n{"method":"initialized"}\n{"id":1,"method":"ask","params":{}}\n'
    )
  })

  it("a line in many chunks is one line", async () => {
    const peer = talk({ on: { ask: [Peer.echo] } })
    const text = "é".repeat(2_000_000)
    assert.strictEqual((await peer.call("ask", { text })).result.text, text)
  })

  it("closeStdin makes the client's writes fail", async () => {
    const peer = talk({ onStart: [Peer.closeStdin, Peer.notify("closed", {})] })
    await peer.next()
    const failed = new Promise<NodeJS.ErrnoException>((resolve) => peer.child.stdin.on("error", resolve))
    peer.send({ method: "x" })
    assert.include(["EPIPE", "ECONNRESET"], (await failed).code)
    assert.isNull(peer.child.exitCode)
  })

  it("pauseStdin makes the client's writes pile up until resumeStdin", async () => {
    const peer = talk({
      on: { stop: [Peer.pauseStdin, Peer.reply("paused")], small: [], big: [Peer.reply("read")] },
      onSignal: { SIGUSR2: [Peer.notify("received", "$counts")], SIGHUP: [Peer.resumeStdin] }
    })
    await peer.call("stop")
    peer.send({ method: "small" })
    peer.send({ id: 2, method: "big", params: "x".repeat(4_000_000) })
    // It is awake, and would have read its pipe by the second signal.
    for (let n = 0; n < 3; n++) {
      peer.child.kill("SIGUSR2")
      assert.deepStrictEqual((await peer.next()).params, { stop: 1 })
    }
    assert.isAbove(peer.child.stdin.writableLength, 4_000_000)
    peer.child.kill("SIGHUP")
    assert.strictEqual((await peer.next()).result, "read")
  })
})
