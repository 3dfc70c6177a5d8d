import { assert, describe, it } from "@effect/vitest"
import { parseAst } from "rolldown/parseAst"
import { mark } from "../build/pure.ts"

const marked = (code: string): string => mark(code, parseAst(code, { lang: "ts" }).body)

const pure = "/*#__PURE__*/ "

describe("annotations of pure calls", () => {
  it("precede calls that create constants and parents of classes, also inside of others", () => {
    assert.strictEqual(marked("export const a = f(g())"), `export const a = ${pure}f(${pure}g())`)
    assert.strictEqual(marked("const a: Map<string, A> = new Map()"), `const a: Map<string, A> = ${pure}new Map()`)
    assert.strictEqual(marked('class A extends S.A<A>()("A") {}'), `class A extends ${pure}S.A<A>()("A") {}`)
    assert.strictEqual(marked("export const a = f().pipe(g)"), `export const a = ${pure}f().pipe(g)`)
  })

  it("are absent from calls whose value is unused, and from those that run later", () => {
    for (const code of [
      "f()",
      "a.set(f())",
      "const a = () => f()",
      "function a() { return f() }",
      "export default f()"
    ]) {
      assert.strictEqual(marked(code), code)
    }
    assert.strictEqual(marked("class A { a = f(); b() { g() } }"), "class A { a = f(); b() { g() } }")
  })
})
