import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import * as Thread from "../src/Thread.ts"
import * as Turn from "../src/Turn.ts"
import * as T from "./turn/support.ts"
import { Effect } from "effect"

const src = join(import.meta.dirname, "../src")

interface Module {
  readonly file: string
  readonly exports: Readonly<Record<string, unknown>>
}

const modules: ReadonlyArray<Module> = await Promise.all(
  readdirSync(src)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map(async (file) => ({ file, exports: await import(join(src, file)) }))
)

const isErrorClass = (value: unknown): value is { readonly prototype: object } =>
  typeof value === "function" && value.prototype instanceof Error && "identifier" in value

const errors = modules.flatMap(({ exports, file }) =>
  Object.entries(exports).flatMap(([name, value]) =>
    isErrorClass(value) ? [{ file, name, instance: Object.create(value.prototype), guard: exports[`is${name}`] }] : []
  )
)

describe("each error has a guard", () => {
  for (const { file, guard, instance, name } of errors) {
    it(`${file}: is${name}`, () => {
      assert.isFunction(guard)
      if (typeof guard !== "function") return
      assert.isTrue(guard(instance))
      for (const other of errors) {
        if (other.name !== name) assert.isFalse(guard(other.instance), other.name)
      }
      for (const value of [undefined, null, "", {}, { _tag: name }, new Error(name)]) assert.isFalse(guard(value))
    })
  }

  it("the list has the errors of all modules", () => {
    assert.isAbove(errors.length, 55)
  })
})

describe("guards of handles", () => {
  it.effect("distinguish threads and turns", () =>
    Effect.gen(function* () {
      const server = yield* T.connect()
      const thread = yield* server.thread
      const turn = yield* T.startTurn(server, thread, "turn-1")
      assert.deepStrictEqual([thread, turn, {}, undefined].map(Thread.isThread), [true, false, false, false])
      assert.deepStrictEqual([thread, turn, {}, undefined].map(Turn.isTurn), [false, true, false, false])
    })
  )
})
