import { assert, describe, it } from "@effect/vitest"
import * as Printable from "../src/Printable.ts"

const hex = (char: string) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`

describe("Printable", () => {
  const forms = [
    ["line", Printable.line],
    ["text", Printable.text]
  ] as const

  for (const [name, form] of forms) {
    it(`${name} names every character that could control a terminal or hide text`, () => {
      const kinds: ReadonlyArray<readonly [what: string, ...characters: ReadonlyArray<string>]> = [
        [
          "C0 and C1 controls",
          "\0",
          "\u0007",
          "\b",
          "\v",
          "\f",
          "\r",
          "\u001b",
          "\u007f",
          "\u0085",
          "\u009b",
          "\u009d"
        ],
        ["direction", "\u061c", "\u200e", "\u202a", "\u202e", "\u2066", "\u2069"],
        ["line separators", "\u2028", "\u2029"],
        ["format characters", "\u00ad", "\u200b", "\u2060", "\ufeff", "\ufff9", "\u{e0041}", "\u{1d173}"],
        [
          "ignorable characters",
          "\u034f",
          "\u115f",
          "\u17b4",
          "\u180b",
          "\u3164",
          "\ufe00",
          "\ufe0f",
          "\uffa0",
          "\u{e0101}",
          "\u{e0fff}"
        ],
        ["blanks of other scripts", "\u2800"],
        ["halves of characters", "\ud83d", "\ude00"]
      ]
      for (const [what, ...characters] of kinds) {
        for (const char of characters) assert.strictEqual(form(`a${char}b`), `a${hex(char)}b`, what)
      }
    })

    it(`${name} names every character that Unicode defines as invisible`, () => {
      for (let code = 0; code <= 0x10ffff; code++) {
        const char = String.fromCodePoint(code)
        const shown = form(char)
        if (/^\p{Default_Ignorable_Code_Point}$/u.test(char)) assert.strictEqual(shown, hex(char))
        else if (/^[\p{L}\p{N}\p{P}\p{S}\p{M}\p{Zs}]$/u.test(char) && char !== "\u2800") assert.strictEqual(shown, char)
      }
    })

    it(`${name} leaves its own output unchanged`, () => {
      const once = form("rm\u001b[2K \u202e\ufe0fx\\u{1b}")
      assert.strictEqual(form(once), once)
    })

    it(`${name} takes time in proportion to the length of any text`, () => {
      const took = (source: string) => {
        // Processor time, because the machine may be busy.
        const started = process.cpuUsage()
        form(source)
        const { system, user } = process.cpuUsage(started)
        return (system + user) / 1000
      }
      for (const part of [
        "\u001b",
        "\r",
        "\u200d",
        "\u2764\u200d",
        "\u{1f468}\ufe0f\u200d",
        "1\ufe0f",
        "\u{1f3f4}\u{e0067}",
        "x"
      ]) {
        const best = (length: number) => Math.min(...[1, 2].map(() => took(part.repeat(length / part.length))))
        best(10_000)
        // The text is 64 times as long. Quadratic work takes 4096 times as long; the bound leaves a margin.
        assert.isBelow(best(640_000) / Math.max(best(10_000), 0.2), 1000, hex(part))
      }
    })
  }

  it("a line stays one line", () => {
    assert.strictEqual(Printable.line("a\nb\r\nc\td"), "a\\u{a}b\\u{d}\\u{a}c d")
    assert.strictEqual(Printable.line("\u26a0\ufe0f"), "\u26a0\\u{fe0f}")
  })

  it("a text keeps its line breaks, tabs and emoji", () => {
    const emoji =
      "\u26a0\ufe0f 1\ufe0f\u20e3 \u{1f469}\u200d\u{1f4bb} \u{1f44d}\u{1f3fd} \u{1f3f3}\ufe0f\u200d\u{1f308} \u{1f1e9}\u{1f1ea}"
    assert.strictEqual(Printable.text(`a\n\tb\r\n${emoji}\n`), `a\n\tb\n${emoji}\n`)
    assert.strictEqual(Printable.text("10%\r20%"), "10%\\u{d}20%")
    assert.strictEqual(Printable.text("1\ufe0f a\u200db \u{1f469}\u200d"), "1\\u{fe0f} a\\u{200d}b \u{1f469}\\u{200d}")
  })

  it("escaped pieces of a text are as safe as the escaped whole", () => {
    const whole = "a\u001b]52;c;ZXZpbA==\u0007b\u202ec"
    assert.strictEqual([...whole].map(Printable.text).join(""), Printable.text(whole))
  })
})
