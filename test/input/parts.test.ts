import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import * as Input from "../../src/Input.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import { dataUrl, gif, lastRequest, onBinary, png, reasonOf, webp } from "./support.ts"

describe("parts of an input", () => {
  it.live("send an image as a data URL to the model beside its text", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const result = yield* thread.run([Input.text("Look."), Input.image(dataUrl)])
      assert.deepStrictEqual(result.finalResponse, Option.some("done"))
      const request = yield* lastRequest
      assert.include(request.texts("user"), "Look.")
      assert.deepStrictEqual(request.images(), [dataUrl])
    }).pipe(onBinary())
  )

  it.live("send an image file to the model as a data URL, whatever its name", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { workspace } = yield* CodexTest.TestHome
      const thread = yield* codex.startThread()
      const files = { "a.png": png, "a.gif": gif, "a.webp": webp, "no-name": png, "wrong.jpg": png }
      for (const [name, bytes] of Object.entries(files)) {
        writeFileSync(join(workspace, name), bytes)
        yield* thread.run([Input.text("Look."), Input.localImage(join(workspace, name))])
        assert.match((yield* lastRequest).images().at(-1) ?? "", /^data:image\/(?:png|webp);base64,/, name)
      }
    }).pipe(onBinary())
  )

  it.live("resolve a relative path in the thread's folder, and in the turn's once a turn has changed it", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { workspace } = yield* CodexTest.TestHome
      const folder = (name: string) => {
        mkdirSync(join(workspace, name))
        writeFileSync(join(workspace, name, `${name}.png`), png)
        return join(workspace, name)
      }
      const [one, two] = [folder("one"), folder("two")]
      const thread = yield* codex.startThread({ cwd: one })
      yield* thread.run(Input.localImage("one.png"))
      assert.lengthOf((yield* lastRequest).images(), 1)
      yield* thread.run(Input.localImage("two.png"), { cwd: two })
      assert.lengthOf((yield* lastRequest).images(), 2)
      yield* thread.run(Input.localImage("two.png"))
      assert.lengthOf((yield* lastRequest).images(), 3)
      const reason = yield* reasonOf(thread.run(Input.localImage("one.png")))
      assert.deepInclude(reason, { _tag: "InvalidInput" })
    }).pipe(onBinary())
  )

  it.live("put a skill's text into the prompt once", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const { workspace } = yield* CodexTest.TestHome
      const path = join(workspace, ".agents/skills/demo/SKILL.md")
      mkdirSync(join(workspace, ".agents/skills/demo"), { recursive: true })
      const body = "Use the word cobalt."
      writeFileSync(path, `---\nname: demo\ndescription: A skill to test with.\n---\n\n${body}\n`)
      const thread = yield* codex.startThread({ cwd: workspace })
      yield* thread.run([Input.text("Use the skill."), Input.skill("demo", path)])
      const blocks = (yield* lastRequest).texts("user").filter((text) => text.startsWith("<skill>"))
      assert.lengthOf(blocks, 1)
      for (const part of ["<name>demo</name>", `<path>${path}</path>`, body]) assert.include(blocks[0], part)
    }).pipe(onBinary())
  )

  it.live("include a mention", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run([Input.text("Ask it."), Input.mention("calendar", "app://calendar")])
      const [turn] = (yield* thread.read({ includeTurns: true })).turns
      const [item] = turn?.items ?? []
      assert.deepStrictEqual(item?.type === "userMessage" ? item.content.map(({ type }) => type) : [], [
        "text",
        "mention"
      ])
    }).pipe(onBinary())
  )

  it.live("may be absent with `Input.empty`", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      const result = yield* thread.run(Input.empty)
      assert.deepStrictEqual(result.finalResponse, Option.some("done"))
      assert.deepStrictEqual(
        result.items.map(({ type }) => type),
        ["agentMessage"]
      )
    }).pipe(onBinary())
  )
})
