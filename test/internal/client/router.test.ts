import { assert, describe, it } from "@effect/vitest"
import { ConnectionClosed } from "../../../src/CodexError.ts"
import * as router from "../../../src/internal/client/router.ts"

const raw = (method: string, params: unknown) => ({ method, params, message: { method, params } })

const closed = new ConnectionClosed({ end: { _tag: "Closed" }, phase: "running", stderr: [] })

/** A listener that writes down what it hears. */
const recorder = () => {
  const heard: Array<string> = []
  const listener: router.Listener = {
    onNotification: (notification, turnId) => heard.push(`${String(notification.raw["method"])} ${turnId ?? "-"}`),
    onEnd: (reason) => heard.push(reason === closed ? "end" : "another reason")
  }
  return { heard, listener }
}

describe("the routes", () => {
  it("a thread's listener hears its thread only, and one for everything hears all", () => {
    const routes = router.make()
    const [all, one, other] = [recorder(), recorder(), recorder()]
    routes.listen(undefined, all.listener)
    routes.listen("t1", one.listener)
    routes.listen("t2", other.listener)
    routes.onNotification(raw("a", { threadId: "t1", turnId: "u1" }))
    routes.onNotification(raw("b", { threadId: "t2" }))
    routes.onNotification(raw("c", { threadId: "t3" }))
    routes.onNotification(raw("d", {}))
    assert.deepStrictEqual(all.heard, ["a u1", "b -", "c -", "d -"])
    assert.deepStrictEqual(one.heard, ["a u1"])
    assert.deepStrictEqual(other.heard, ["b -"])
  })

  it("ids are found beside and inside, also in notifications that this version doesn't know", () => {
    const routes = router.make()
    const one = recorder()
    routes.listen("t", one.listener)
    routes.onNotification(raw("future/a", { threadId: "t", turn: { id: "u" } }))
    routes.onNotification(raw("future/b", { thread: { id: "t" }, turnId: "v" }))
    routes.onNotification(raw("future/c", { threadId: 7, thread: { id: "t" } }))
    routes.onNotification(raw("turn/completed", { threadId: "t", turn: { id: "w" } }))
    assert.deepStrictEqual(one.heard, ["future/a u", "future/b v", "future/c -", "turn/completed w"])
  })

  it("params of any shape are harmless", () => {
    const routes = router.make()
    const all = recorder()
    routes.listen(undefined, all.listener)
    routes.listen("toString", all.listener)
    for (const params of [undefined, null, 1, "t", [], { thread: null }, { threadId: "__proto__" }, { turn: "u" }]) {
      routes.onNotification(raw("__proto__", params))
    }
    assert.deepStrictEqual(
      all.heard,
      Array.from({ length: 8 }, () => "__proto__ -")
    )
  })

  it("a listener may remove itself while it hears, and is not called again", () => {
    const routes = router.make()
    const second = recorder()
    let calls = 0
    const remove = routes.listen("t", {
      onNotification: () => {
        calls++
        remove()
      },
      onEnd: () => assert.fail("it was removed")
    })
    routes.listen("t", second.listener)
    for (const method of ["a", "b"]) routes.onNotification(raw(method, { threadId: "t" }))
    routes.onEnd(closed)
    assert.strictEqual(calls, 1)
    assert.deepStrictEqual(second.heard, ["a -", "b -", "end"])
  })

  it("removed listeners leave nothing behind, and removing twice removes nobody else", () => {
    const routes = router.make()
    const remove = routes.listen("t", recorder().listener)
    remove()
    assert.strictEqual(routes.size(), 0)
    const kept = recorder()
    routes.listen("t", kept.listener)
    remove()
    routes.onNotification(raw("a", { threadId: "t" }))
    assert.deepStrictEqual(kept.heard, ["a -"])
    assert.strictEqual(routes.size(), 1)
  })

  it("the end is told to each listener once, and at once to those that come later", () => {
    const routes = router.make()
    const [all, one, late] = [recorder(), recorder(), recorder()]
    routes.listen(undefined, all.listener)
    const remove = routes.listen("t", one.listener)
    routes.onEnd(closed)
    remove()
    routes.listen("t", late.listener)
    for (const { heard } of [all, one, late]) assert.deepStrictEqual(heard, ["end"])
    assert.strictEqual(routes.size(), 0)
  })
})
