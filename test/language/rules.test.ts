/**
 * The rules of `npm run language:check`, on texts that break one. The words are joined from parts, so that the check of
 * this file finds none.
 */
import { assert, describe, it } from "@effect/vitest"
import { check } from "./rules.ts"

const hard = ["no", "body"].join("")
const relative = ["who", "se"].join("")
const long = "a word ".repeat(20).trim()
const problems = (file: string, text: string) => check(file, text).map(({ line, problem }) => `${line}: ${problem}`)
const named = (line: number, word = hard) => `${line}: the word "${word}": name the subject`

describe("the language check of tests", () => {
  it("rejects a hard word in a title", () => {
    for (const call of ["it(", "it.live(\n", "it.each(rows)(", "describe.skipIf(missing !== undefined)("]) {
      const line = call.includes("\n") ? 2 : 1
      for (const quote of ['"', "`"]) {
        const text = `${call}${quote}blocks ${hard}${quote}, () => {})`
        assert.deepStrictEqual(problems("test/a.test.ts", text), [named(line)], text)
      }
    }
  })

  it("rejects a title that starts with a relative clause", () => {
    assert.deepStrictEqual(problems("test/a.test.ts", `it("${relative} reply is late", run)`), [named(1, relative)])
    assert.deepStrictEqual(problems("test/a.test.ts", `it("a call ${relative} reply is late fails", run)`), [])
  })

  it("rejects a hard word and a long line in a comment", () => {
    assert.deepStrictEqual(problems("test/a.ts", `const a = 1 // ${hard} reads it\n/** ${long} */`), [
      named(1),
      "2: 146 columns, and at most 120 are allowed"
    ])
    assert.deepStrictEqual(problems("test/a.ts", `/**\n * Waits.\n * ${hard} reads it.\n */`), [named(3)])
  })

  it("allows any word and any length in names and data", () => {
    assert.deepStrictEqual(problems("test/a.ts", `const ${hard} = "${long} ${hard}"`), [])
  })
})

describe("the language check of other files", () => {
  it("rejects a hard word on any line", () => {
    assert.deepStrictEqual(problems("src/a.ts", `const message = "${hard} answers"`), [named(1)])
    assert.deepStrictEqual(problems("docs/a.md", `# Title\n\nAnswers ${hard}.`), [named(3)])
  })
})
