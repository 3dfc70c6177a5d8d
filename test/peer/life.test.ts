import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "../support/peer.ts"
import { cleanUp, cleanUps, collect, start, talk, temporary } from "./support.ts"

afterEach(cleanUp)

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe("the life of a peer", () => {
  it("the end of stdin is exit 0 unless scripted", async () => {
    const plain = start({})
    plain.child.stdin.end()
    assert.strictEqual(await plain.exited, 0)
    const scripted = talk({ onStdinEnd: [Peer.notify("bye", {}), Peer.exit(3)] })
    scripted.child.stdin.end()
    assert.strictEqual((await scripted.next()).method, "bye")
    assert.strictEqual(await scripted.exited, 3)
  })

  it("a peer that ignores the end of stdin and SIGTERM ends by SIGKILL only", async () => {
    const peer = talk({
      onStart: [Peer.notify("ready", {})],
      onStdinEnd: [Peer.notify("ended", {})],
      onSignal: { SIGTERM: "ignore", SIGUSR2: [Peer.notify("alive", {})] }
    })
    await peer.next()
    peer.child.stdin.end()
    await peer.next()
    peer.child.kill("SIGTERM")
    peer.child.kill("SIGUSR2")
    assert.strictEqual((await peer.next()).method, "alive")
    peer.child.kill("SIGKILL")
    assert.strictEqual(await peer.exited, "SIGKILL")
  })

  it("exit, and a signal to itself, come after all its output", async () => {
    const noise = Peer.notify("n", { text: "x".repeat(1000) }, 1000)
    for (const [step, outcome] of [[Peer.exit(9), 9] as const, [Peer.kill("SIGKILL"), "SIGKILL"] as const]) {
      const peer = start({ onStart: [noise, step] })
      assert.strictEqual((await collect(peer.child.stdout)).toString().split("\n").length, 1001)
      assert.strictEqual(await peer.exited, outcome)
    }
  })

  it("dieAfterBytes cuts stdout at that byte", async () => {
    const whole = '{"id":1,"result":"grüße"}\n'
    for (const bytes of [0, 1, 20, 21, whole.length]) {
      const peer = start({
        onStart: [Peer.dieAfterBytes(bytes)],
        on: { ask: [Peer.reply("grüße"), Peer.reply("more")] }
      })
      peer.send({ id: 1, method: "ask" })
      assert.deepStrictEqual(await collect(peer.child.stdout), Buffer.from(whole).subarray(0, bytes))
      assert.strictEqual(await peer.exited, 1)
    }
    const signalled = start({
      onStart: [Peer.dieAfterBytes(100_000, { signal: "SIGKILL" }), Peer.notify("n", {}, 1e6)]
    })
    assert.strictEqual((await collect(signalled.child.stdout)).length, 100_000)
    assert.strictEqual(await signalled.exited, "SIGKILL")
  })

  it("a grandchild survives the peer, and its SIGTERM on request", async () => {
    const folder = temporary()
    const own = join(folder, "peer")
    const child = join(folder, "grandchild")
    const peer = talk({
      onStart: [
        Peer.pidFile(own),
        Peer.spawnGrandchild({ pidFile: child, ignoreSigterm: true, inheritStdout: true }),
        Peer.notify("ready", {}),
        Peer.exit(0)
      ]
    })
    await peer.next()
    const pid = Number(readFileSync(child, "utf8"))
    cleanUps.push(() => isAlive(pid) && process.kill(pid, "SIGKILL"))
    assert.strictEqual(Number(readFileSync(own, "utf8")), peer.child.pid)
    assert.strictEqual(await peer.exited, 0)
    process.kill(pid, "SIGTERM")
    assert.isTrue(isAlive(pid))
    const closed = new Promise((resolve) => peer.child.stdout.once("close", resolve))
    assert.isFalse(peer.child.stdout.readableEnded)
    process.kill(pid, "SIGKILL")
    await closed
  })

  it("a long script is passed in a file, which is removed with the scope", async () => {
    const text = "x".repeat(300_000)
    const script: Peer.Script = { on: { ask: [Peer.reply(text)] } }
    assert.throws(() => Peer.command(script), RangeError)
    const path = await Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const command = yield* Peer.commandScoped(script)
          const { result } = yield* Effect.promise(() => talk(command).call("ask"))
          assert.strictEqual(result, text)
          return command[2]?.slice(1) ?? ""
        })
      )
    )
    assert.include(path, "effect-codex-peer-")
    assert.isFalse(existsSync(path))
  })

  it("an invalid step ends the peer immediately", async () => {
    const peer = start({ onStart: [{ repply: 1 } as unknown as Peer.Step] })
    assert.include((await collect(peer.child.stderr)).toString(), 'not a step: {"repply":1}')
    assert.strictEqual(await peer.exited, 1)
  })
})
