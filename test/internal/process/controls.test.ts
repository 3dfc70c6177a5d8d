import { assert, describe, it } from "@effect/vitest"
import { withoutControls } from "../../../src/internal/process/controls.ts"

describe("withoutControls", () => {
  const cases: ReadonlyArray<readonly [what: string, text: string, clean: string]> = [
    ["colors", "\u001b[31mred\u001b[0m", "red"],
    ["colors in 8-bit form", "\u009b31mred\u009b0m", "red"],
    ["movements of the cursor", "a\u001b[2Jb\u001b[1;1Hc\u001b[?25ld", "abcd"],
    ["a title that BEL ends", "a\u001b]0;title\u0007b", "ab"],
    ["a link that ST ends", "a\u001b]8;;http://a\u001b\\b\u001b]8;;\u001b\\c", "abc"],
    ["an image (APC)", "a\u001b_Gimage\u001b\\b", "ab"],
    [
      "a private message, a start of string and a device control",
      "\u001b^x\u001b\\\u001bXy\u001b\\\u001bPz\u001b\\.",
      "."
    ],
    ["a reset and a change of the character set", "a\u001bcb\u001b(0c", "abc"],
    ["BEL, backspace, NUL and DEL", "a\u0007b\u0008c\u0000d\u007f", "abcd"],
    ["marks that change the writing direction", "a\u202eb\u2066c\u200fd", "abcd"]
  ]
  for (const [what, text, clean] of cases) {
    it(`removes ${what}`, () => assert.strictEqual(withoutControls(text), clean))
  }

  it("removes only the introducer of a sequence without an end, so that the words stay", () => {
    assert.strictEqual(withoutControls("error \u001b]0;no end"), "error 0;no end")
    assert.strictEqual(withoutControls("error \u001b_no end \u001b[31"), "error no end 31")
  })

  it("replaces a break within the line by a blank", () => {
    assert.strictEqual(withoutControls("10 %\r\u000b\u000c20 %\u2028x"), "10 % 20 % x")
  })

  it("keeps tabs, accents and emoji", () => {
    const text = "a\tä 👩‍💻 שלום"
    assert.strictEqual(withoutControls(text), text)
  })
})
