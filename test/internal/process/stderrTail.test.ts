import { assert, describe, it } from "@effect/vitest"
import { makeMask } from "../../../src/internal/process/mask.ts"
import * as stderrTail from "../../../src/internal/process/stderrTail.ts"

const plain = (text: string) => text
const masking = (...values: ReadonlyArray<string>) => stderrTail.make(makeMask(values))

describe("the ring of last lines", () => {
  it("has each line once, when it is complete, for any chunks", () => {
    const tail = stderrTail.make(plain)
    assert.deepStrictEqual(tail.push("on"), [])
    assert.deepStrictEqual(tail.push("e\ntwo\r\nthr"), ["one", "two"])
    assert.deepStrictEqual(tail.end(), ["thr"])
    assert.deepStrictEqual(tail.end(), [])
    assert.deepStrictEqual(tail.lines(), ["one", "two", "thr"])
  })

  it("keeps lines up to the limit, and drops the oldest above it", () => {
    const half = "x".repeat(32_768)
    const tail = stderrTail.make(plain)
    tail.push(`${half}\n${half}\n`)
    assert.deepStrictEqual(tail.lines(), [half, half])
    tail.push("y\n")
    assert.deepStrictEqual(tail.lines(), [half, "y"])
  })

  it("keeps the last 200 lines", () => {
    const tail = stderrTail.make(plain)
    for (let i = 0; i < 1000; i++) tail.push(`line ${i}\n`)
    assert.strictEqual(tail.lines().length, 200)
    assert.strictEqual(tail.lines()[0], "line 800")
    assert.strictEqual(tail.lines().at(-1), "line 999")
  })

  it("keeps at most 64 KiB, the newest", () => {
    const tail = stderrTail.make(plain)
    for (let i = 0; i < 150; i++) tail.push(`${i} ${"x".repeat(1000)}\n`)
    const size = tail.lines().join("").length
    assert.isAtMost(size, 65_536)
    assert.isAbove(size, 63_000)
    assert.isTrue(tail.lines().at(-1)?.startsWith("149 "))
  })

  it("keeps only the end of a line that is too long", () => {
    const tail = stderrTail.make(plain)
    tail.push(`${"x".repeat(100_000)} the end\n`)
    assert.strictEqual(tail.lines().join("").length, 65_536)
    assert.isTrue(tail.lines()[0]?.endsWith(" the end"))
  })

  it("does not grow while a line has no end", () => {
    const tail = stderrTail.make(plain)
    let given = 0
    for (let i = 0; i < 100; i++) for (const line of tail.push("word ".repeat(4000))) given += line.length
    assert.isAtLeast(given, 2_000_000 - 65_536)
    assert.isAtMost(tail.lines().join("").length, 65_536)
  })

  it("removes colors and other control sequences", () => {
    const tail = stderrTail.make(plain)
    tail.push("\u001b[2m2026\u001b[0m \u001b[31mERROR\u001b[0m x\u001b]8;;http://a\u0007y\n")
    assert.deepStrictEqual(tail.lines(), ["2026 ERROR xy"])
  })
})

describe("the mask", () => {
  it("hides given values at any position, the longest first", () => {
    const tail = masking("secret", "secret-and-more")
    tail.push("a=secret-and-more b=secretsecret\n")
    assert.deepStrictEqual(tail.lines(), ["a=<redacted> b=<redacted><redacted>"])
  })

  it("hides a value with a color sequence in the middle", () => {
    const tail = masking("hunter2hunter2")
    tail.push("hunter2\u001b[1mhunter2\n")
    assert.deepStrictEqual(tail.lines(), ["<redacted>"])
  })

  it("hides the lines of a value of several lines", () => {
    const tail = masking("-----BEGIN KEY-----\nMIIEvQIBADANBg\nab==\n")
    tail.push("got MIIEvQIBADANBg\nab==\n")
    assert.deepStrictEqual(tail.lines(), ["got <redacted>", "ab=="])
  })

  it("hides a value on both sides of the cut of a long line", () => {
    const secret = "0123456789abcdef0123456789abcdef"
    const complete = masking(secret)
    complete.push(`${"x".repeat(70_000)}${secret}${"y".repeat(65_520)}\n`)
    assert.notInclude(complete.lines().join(""), secret.slice(-8))
    const torn = masking(secret)
    torn.push(`${"word ".repeat(13_107)}${secret.slice(0, 20)}`)
    torn.push(`${secret.slice(20)} more\n`)
    assert.notInclude(torn.lines().join("|"), secret.slice(0, 8))
    assert.include(torn.lines().join("|"), "<redacted> more")
  })

  it("does not cut a secret in a line without an end, with or without blanks, at any position", () => {
    const secret = "correct-horse-battery-staple"
    const places = [32_730, 65_490].flatMap((from) => Array.from({ length: 24 }, (_, n) => from + 3 * n))
    for (const filler of ["x", "x "]) {
      for (const before of places) {
        const tail = masking(secret)
        const pieces = [filler.repeat(before).slice(0, before), secret, filler.repeat(70_000)]
        // Also the text that is shown immediately, and has left the ring at the end.
        const shown = [...pieces.flatMap(tail.push), ...tail.end(), ...tail.lines()].join("")
        for (const part of ["correct-", "battery", "staple"]) assert.notInclude(shown, part)
      }
    }
  })

  it("sees a secret whole, although its line arrives in pieces", () => {
    const tail = stderrTail.make(makeMask([]))
    tail.push("password=zq73419")
    tail.push("95555 and ")
    assert.deepStrictEqual(tail.push("more\n"), ["password=<redacted> and more"])
  })
})
