import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Readable } from "node:stream"
import { Effect } from "effect"
import { afterEach, assert, describe, it } from "vitest"
import * as Peer from "./support/peer.ts"

// Type boundary: what the peer wrote, of which a test reads the fields that it knows.
type Message = { [key: string]: any } // oxlint-disable-line typescript/no-explicit-any

const cleanUps: Array<() => void> = []
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()))

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "effect-codex-support-"))
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const collect = (stream: Readable): Promise<Buffer> =>
  new Promise((resolve) => {
    const chunks: Array<Buffer> = []
    stream.on("data", (chunk: Buffer) => chunks.push(chunk))
    stream.on("end", () => resolve(Buffer.concat(chunks)))
  })

const isCommand = (peer: Peer.Script | Peer.Command): peer is Peer.Command => Array.isArray(peer)

/** A peer whose bytes nobody has read yet. */
const start = (peer: Peer.Script | Peer.Command) => {
  const [file, ...args] = isCommand(peer) ? peer : Peer.command(peer)
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] })
  cleanUps.push(() => child.kill("SIGKILL"))
  child.stdin.on("error", () => {})
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on("exit", (code, signal) => resolve(code ?? signal))
  )
  const send = (message: Message) => child.stdin.write(JSON.stringify(message) + "\n")
  return { child, exited, send }
}

/** A peer whose lines are read one by one, in order. */
const talk = (peer: Peer.Script | Peer.Command) => {
  const { child, exited, send } = start(peer)
  const lines: Array<string> = []
  const takers: Array<(line: string) => void> = []
  let rest = ""
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n")
    rest = parts.pop() ?? ""
    for (const line of parts) {
      const taker = takers.shift()
      if (taker === undefined) lines.push(line)
      else taker(line)
    }
  })
  const next = async (): Promise<Message> => {
    const line = lines.shift() ?? (await new Promise<string>((resolve) => takers.push(resolve)))
    return JSON.parse(line) as Message
  }
  const until = async (method: string): Promise<Array<Message>> => {
    const seen: Array<Message> = []
    do seen.push(await next())
    while (seen.at(-1)?.method !== method)
    return seen
  }
  let lastId = 0
  const call = async (method: string, params: unknown = {}): Promise<Message> => {
    send({ id: ++lastId, method, params })
    return next()
  }
  return { child, exited, send, next, until, call }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe("answers", () => {
  it("initialize is answered as the server does, and refused the second time", async () => {
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

  it("a reply takes values from the request in hand", async () => {
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

  it("an unknown method is refused with -32600, or served by *", async () => {
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

  it("held requests are answered when released, last first if asked", async () => {
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

  it("replyTo answers ids nobody asked with", async () => {
    const peer = talk({
      onStart: [Peer.replyTo("ghost", { result: 1 }), Peer.replyTo(7, { error: { code: 1, message: "m", data: 2 } })]
    })
    assert.deepStrictEqual(await peer.next(), { id: "ghost", result: 1 })
    assert.deepStrictEqual(await peer.next(), { error: { code: 1, message: "m", data: 2 }, id: 7 })
  })

  it("never is silence, for that request alone", async () => {
    const peer = talk({ on: { mute: [Peer.never, Peer.reply("no")], ask: [Peer.reply("yes")] } })
    peer.send({ id: 1, method: "mute" })
    peer.send({ id: 2, method: "ask" })
    assert.deepStrictEqual(await peer.next(), { id: 2, result: "yes" })
  })

  it("requests to the client are numbered from 0, and the answers recorded", async () => {
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

describe("order", () => {
  it("when waits for a method, received before or yet to come", async () => {
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

  it("when can ask for the next one, and for certain params", async () => {
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

  it("fork does not hold up its list", async () => {
    const peer = talk({
      on: { go: [Peer.fork(Peer.when("more"), Peer.notify("forked", {})), Peer.reply("went on")], more: [] }
    })
    assert.strictEqual((await peer.call("go")).result, "went on")
    peer.send({ method: "more" })
    assert.strictEqual((await peer.next()).method, "forked")
  })

  it("delay takes its time", async () => {
    const peer = talk({ on: { slow: [Peer.delay(30), Peer.reply("slow")], fast: [Peer.reply("fast")] } })
    peer.send({ id: 1, method: "slow" })
    peer.send({ id: 2, method: "fast" })
    assert.strictEqual((await peer.next()).result, "fast")
    assert.strictEqual((await peer.next()).result, "slow")
  })
})

describe("output", () => {
  it("a notification says when it was emitted", async () => {
    const peer = talk({ onStart: [Peer.notify("note", { a: 1 }, 2)] })
    const first = await peer.next()
    assert.deepStrictEqual(Object.keys(first), ["method", "params", "emittedAtMs"])
    assert.isNumber(first.emittedAtMs)
    assert.strictEqual((await peer.next()).method, "note")
  })

  it("a flood is complete and in order, and does not keep the peer from answering", async () => {
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

  it("a flood that nobody reads leaves the peer answering, and loses nothing", async () => {
    const count = 400_000
    const peer = start({
      onStart: [Peer.flood({ count, method: "n", params: { text: "x".repeat(40) } }), Peer.exit(0)],
      on: { ping: [Peer.stderr("pong")] },
      onStdinEnd: []
    })
    // The flood is longer than any pipe, so most of it is still to come.
    peer.send({ method: "ping" })
    await new Promise((resolve) => peer.child.stderr.once("data", resolve))
    assert.isNull(peer.child.exitCode)
    const lines = (await collect(peer.child.stdout)).toString().split("\n")
    assert.strictEqual(lines.length, count + 1)
    assert.strictEqual(await peer.exited, 0)
  })

  it("write, line and writeBytes put out exactly that", async () => {
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

  it("stderr is written as often as asked", async () => {
    const peer = start({ onStart: [Peer.stderr("noise\n", 20_000), Peer.exit(0)] })
    assert.strictEqual((await collect(peer.child.stderr)).toString(), "noise\n".repeat(20_000))
  })

  it("closeStdout ends stdout while the peer lives on", async () => {
    const peer = start({ onStart: [Peer.write("last"), Peer.closeStdout], onStdinEnd: [Peer.exit(5)] })
    assert.strictEqual((await collect(peer.child.stdout)).toString(), "last")
    assert.isNull(peer.child.exitCode)
    peer.child.stdin.end()
    assert.strictEqual(await peer.exited, 5)
  })
})

describe("input", () => {
  it("every line received is logged, before it is acted on", async () => {
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
      on: { stop: [Peer.pauseStdin, Peer.reply("paused")], big: [Peer.reply("read")] },
      onSignal: { SIGUSR2: [Peer.resumeStdin] }
    })
    await peer.call("stop")
    peer.send({ id: 2, method: "big", params: "x".repeat(4_000_000) })
    assert.isAbove(peer.child.stdin.writableLength, 0)
    peer.child.kill("SIGUSR2")
    assert.strictEqual((await peer.next()).result, "read")
  })
})

describe("life and death", () => {
  it("the end of stdin is exit 0 unless scripted", async () => {
    const plain = start({})
    plain.child.stdin.end()
    assert.strictEqual(await plain.exited, 0)
    const scripted = talk({ onStdinEnd: [Peer.notify("bye", {}), Peer.exit(3)] })
    scripted.child.stdin.end()
    assert.strictEqual((await scripted.next()).method, "bye")
    assert.strictEqual(await scripted.exited, 3)
  })

  it("a peer that ignores the end of stdin and SIGTERM goes by SIGKILL only", async () => {
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

  it("exit, and a signal to itself, come after all that was written", async () => {
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

  it("a grandchild outlives the peer, and its SIGTERM if asked", async () => {
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

  it("a long script goes by a file, which goes with the scope", async () => {
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

  it("what is not a step ends the peer at once", async () => {
    const peer = start({ onStart: [{ repply: 1 } as unknown as Peer.Step] })
    assert.include((await collect(peer.child.stderr)).toString(), 'not a step: {"repply":1}')
    assert.strictEqual(await peer.exited, 1)
  })
})

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
  it("runs a turn, the same as turnEvents tells", async () => {
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

  it("an interrupt is refused after the turn, and ends one that waits for it", async () => {
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

  it("reads and resumes the thread it is asked for", async () => {
    const peer = talk(Peer.basic)
    const params = { threadId: "t-9" }
    assert.deepStrictEqual((await peer.call("thread/read", params)).result, Peer.threadReadResponse("t-9"))
    assert.deepStrictEqual((await peer.call("thread/resume", params)).result, Peer.threadResumeResponse("t-9"))
    assert.strictEqual((await peer.call("thread/rollback", params)).error.code, -32_600)
  })
})
