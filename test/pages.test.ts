/**
 * Pages and pictures that a script writes from a run: they are what the script writes today.
 */
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect } from "effect"
import { readFileSync } from "node:fs"
import { record } from "./pages/chat.ts"
import { linesOf } from "./pages/grid.ts"
import { draw } from "./pages/picture.ts"
import * as Recording from "./pages/recording.ts"
import * as Walkthrough from "./pages/walkthrough.ts"
import { withPlace } from "./support/example.ts"
import * as Pty from "./support/pty.ts"

const isWindows = process.platform === "win32"

describe("docs/walkthrough.md", () => {
  // The commands of its policy are those of a POSIX shell.
  it.skipIf(isWindows)(
    "has below each block what the block prints: `npm run walkthrough` writes it",
    async () => {
      const text = readFileSync(Walkthrough.page, "utf8")
      const output = await withPlace(Walkthrough.run)
      assert.strictEqual(Walkthrough.render(text, Walkthrough.steps(output)), text)
    },
    60_000
  )

  it("has one place for each step", () => {
    const text = "# Page\n\n<!-- output of one -->\n\n```\nold\n```\n\n<!-- output of two -->\n\nEnd\n"
    const outputs = (...names: ReadonlyArray<string>) => new Map(names.map((name) => [name, `from ${name}`]))
    assert.strictEqual(
      Walkthrough.render(text, outputs("one", "two")),
      "# Page\n\n<!-- output of one -->\n\n```\nfrom one\n```\n\n<!-- output of two -->\n\n```\nfrom two\n```\n\nEnd\n"
    )
    assert.throws(() => Walkthrough.render(text, outputs("one")), /no step two/)
    assert.throws(() => Walkthrough.render(text, outputs("one", "two", "three")), /no place for the output of three/)
    assert.throws(() => Walkthrough.render(text + text, outputs("one", "two")), /two places for the output of one/)
  })

  it("has no ids and ports of the run", () => {
    const id = "01a21987-3c1d-7b70-9e74-fdd7f5176b7e"
    const steps = Walkthrough.steps(`── one\nthread ${id}\n── two\nOpen http://127.0.0.1:4711/x\nand more\n`)
    assert.deepStrictEqual(
      [...steps],
      [
        ["one", "thread 01234567-89ab-7cde-8f01-23456789abcd"],
        ["two", "Open http://127.0.0.1:50000/x\nand more"]
      ]
    )
    assert.throws(() => Walkthrough.steps("early\n── one\n"), /before its first step/)
  })
})

describe("docs/images/chat.svg", () => {
  it.live.skipIf(Pty.missing !== undefined)(
    "shows what the chat writes: `npm run recording` draws it",
    () =>
      Effect.gen(function* () {
        const drawn = readFileSync(Recording.file, "utf8")
        let lines = yield* record
        // Of about sixty runs, one on a very busy machine differed, and its lines were not kept. So three runs may try.
        for (let more = 2; more > 0 && Recording.picture(lines) !== drawn; more--) {
          yield* Console.error(`The chat showed other lines than the picture:\n${lines.join("\n")}`)
          lines = yield* record
        }
        assert.strictEqual(Recording.picture(lines), drawn, lines.join("\n"))
      }),
    90_000
  )

  it("is complete without movement, and takes nothing from elsewhere", () => {
    const svg = readFileSync(Recording.file, "utf8")
    const [before = "", after = ""] = svg.split("@media (prefers-reduced-motion: no-preference) {")
    assert.notMatch(before, /opacity|animation:/)
    assert.match(after, /^[^]*?\{ from \{ opacity: 0 \} \}\n {4}\}\n/)
    assert.include(svg, "prefers-color-scheme: dark")
    assert.notMatch(svg.replace("http://www.w3.org/2000/svg", ""), /https?:|url\(|@import|@font-face|<script|<image/)
    assert.isBelow(svg.length, 10_000)
  })

  it("is well-formed, whatever the lines are", () => {
    const svg = draw(["you> <b>&amp;</b>", '  "quoted"', ""], { title: "<t>", description: "&", caption: "c" })
    assert.include(svg, ">you&gt; &lt;b&gt;&amp;amp;&lt;/b&gt;</text>")
    assert.include(svg, '>  "quoted"</text>')
    const open: Array<string> = []
    for (const [, closing, name = "", empty] of svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
      if (closing === "/") assert.strictEqual(open.pop(), name)
      else if (empty === "") open.push(name)
    }
    assert.deepStrictEqual(open, [])
  })
})

describe("the lines of a terminal", () => {
  it("are what is left after moving, clearing and writing over it", () => {
    assert.deepStrictEqual(linesOf("one\r\ntwo\rT\r\n"), ["one", "Two", ""])
    assert.deepStrictEqual(linesOf("[0 s]\u001b[1G\u001b[0Jtext"), ["text"])
    assert.deepStrictEqual(linesOf("long\r\nmore\u001b[1A\u001b[1G\u001b[0Jx"), ["x"])
    assert.deepStrictEqual(linesOf("ab\u0008c\u001b[?25l\u001b[2Cd\u001b[K"), ["ac  d"])
    assert.throws(() => linesOf("\u001b[31mred"), /does not know/)
  })
})
