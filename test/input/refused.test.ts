import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Codex from "../../src/Codex.ts"
import type { Reason } from "../../src/CodexError.ts"
import * as Input from "../../src/Input.ts"
import { isImage } from "../../src/internal/input/localImages.ts"
import * as CodexTest from "../../src/testing/CodexTest.ts"
import * as MockModel from "../../src/testing/MockModel.ts"
import * as Wire from "../support/wire.ts"
import { bmp, gif, lastRequest, onBinary, png, reasonOf, webp } from "./support.ts"

const tooLarge = (actualChars: number): Partial<Reason> => ({ _tag: "InputTooLarge", maxChars: 1_048_576, actualChars })

const texts = (...parts: ReadonlyArray<string>) => parts.map(Input.text)

describe("an input", () => {
  it.effect("is rejected before anything is sent if it is empty by mistake", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      for (const input of ["", "  \n", [], [Input.text("")], Input.text(" "), [Input.text(""), Input.text("\t")]]) {
        for (const call of [thread.run(input), thread.turn(input), thread.send(input)]) {
          const reason = yield* reasonOf(call)
          assert.deepInclude(reason, { _tag: "InvalidInput", argument: "input" }, JSON.stringify(input))
        }
      }
      assert.deepStrictEqual(paramsOf("turn/start"), [])
    })
  )

  it.effect("is rejected before anything is sent if an image is not a data URL", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      for (const url of ["http://a/b.png", "HTTPS://a/b.png", " https://a/b.png", "file:///a.png", "/a.png", ""]) {
        const reason = yield* reasonOf(thread.run([Input.text("x"), Input.image(url)]))
        assert.deepInclude(reason, { _tag: "InvalidInput", argument: "input" }, url)
      }
      assert.deepStrictEqual(paramsOf("turn/start"), [])
    })
  )

  it.effect("is rejected before anything is sent if a part is invalid, from JavaScript", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      const wrong = [
        ["plain"],
        null,
        undefined,
        1,
        {},
        { type: "text" },
        { type: "toString" },
        { type: "skill", name: "x" }
      ]
      for (const input of wrong) {
        // Type boundary: what a program in JavaScript can do.
        const reason = yield* reasonOf(thread.run(input as Input.Input))
        assert.deepInclude(reason, { _tag: "InvalidInput", argument: "input" }, JSON.stringify(input))
      }
      assert.deepStrictEqual(paramsOf("turn/start"), [])
    })
  )

  it.live("is rejected if an image file is missing, a directory, empty, or of an unsupported kind", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const { workspace } = yield* CodexTest.TestHome
      const thread = yield* codex.startThread()
      mkdirSync(join(workspace, "folder.png"))
      writeFileSync(join(workspace, "empty.png"), "")
      writeFileSync(join(workspace, "text.png"), "hello, I am no image")
      writeFileSync(join(workspace, "a.bmp"), bmp)
      const problems = {
        "missing.png": "part 2: the image file does not exist",
        "folder.png": "part 2: the image file cannot be read",
        "empty.png": "part 2: the image file is not a PNG",
        "text.png": "part 2: the image file is not a PNG",
        "a.bmp": "part 2: the image file is not a PNG"
      }
      for (const [name, problem] of Object.entries(problems)) {
        const input = [Input.text("Look."), Input.localImage(name)]
        const calls: ReadonlyArray<Effect.Effect<unknown, Error>> = [thread.run(input), thread.turn(input)]
        for (const call of calls) {
          const error = yield* Effect.flip(call)
          assert.include(error.message, problem)
          assert.notInclude(error.message, name)
        }
      }
      assert.deepStrictEqual(yield* model.requests, [])
      // The same is true for a running turn.
      const gate = yield* MockModel.gate
      yield* model.enqueue(MockModel.hold(MockModel.reply("first"), gate))
      const turn = yield* thread.turn("Begin.")
      yield* gate.reached
      const input = Input.localImage("missing.png")
      for (const call of [turn.steer(input), thread.send(input)]) {
        assert.deepInclude(yield* reasonOf(call), { _tag: "InvalidInput" })
      }
      yield* gate.release
      yield* turn.result
      assert.lengthOf(yield* model.requests, 1)
    }).pipe(onBinary())
  )

  it.effect("has unchecked image files if the transport is custom", () =>
    Effect.gen(function* () {
      const { codex, paramsOf } = yield* Wire.connect()
      const thread = yield* codex.startThread()
      yield* thread.run(Input.localImage("missing.png"))
      const { cwd } = thread.reply
      assert.deepStrictEqual(
        paramsOf("turn/start").map(({ input }) => input),
        [[{ type: "localImage", path: `${cwd}/missing.png` }]]
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )

  const half = Input.maxChars / 2

  it.live("is rejected above 1 048 576 characters, with the number that the server would report", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const model = yield* MockModel.MockModel
      const thread = yield* codex.startThread()
      const over: ReadonlyArray<readonly [ReadonlyArray<Input.Part>, number]> = [
        [texts("a".repeat(Input.maxChars + 1)), Input.maxChars + 1],
        [texts("a".repeat(half), "b".repeat(half + 1)), Input.maxChars + 1],
        [texts("😀".repeat(Input.maxChars + 1)), Input.maxChars + 1],
        [texts(`e${"\u0301".repeat(Input.maxChars)}`), Input.maxChars + 1],
        [texts("a".repeat(half), "😀".repeat(half), "b".repeat(7)), Input.maxChars + 7]
      ]
      for (const [parts, chars] of over) {
        assert.deepInclude(yield* reasonOf(thread.run(parts)), tooLarge(chars))
        // The server counts the same way.
        const { id: threadId } = thread
        assert.deepInclude(yield* reasonOf(codex.request("turn/start", { threadId, input: parts })), tooLarge(chars))
      }
      assert.deepStrictEqual(yield* model.requests, [])
      const message = Input.externalMessage({
        toolName: "x",
        content: [
          { type: "input_text", text: "a".repeat(half) },
          { type: "input_text", text: "b".repeat(half + 1) }
        ]
      })
      assert.deepInclude(yield* reasonOf(thread.run(message)), tooLarge(Input.maxChars + 1))
      const { content: output } = message
      const own = codex.request("turn/start", { threadId: thread.id, input: [], toolOutput: { name: "x", output } })
      assert.deepInclude(yield* reasonOf(own), tooLarge(Input.maxChars + 1))
    }).pipe(onBinary())
  )

  it.live("is accepted up to the limit: characters outside the basic plane count as two", () =>
    Effect.gen(function* () {
      const codex = yield* Codex.Codex
      const thread = yield* codex.startThread()
      yield* thread.run([Input.text("😀".repeat(half)), Input.text("a".repeat(half)), Input.mention("m", "app://x")])
      assert.strictEqual((yield* lastRequest).texts("user").at(-1)?.length, half)
    }).pipe(onBinary())
  )
})

describe("isImage", () => {
  it("accepts the supported kinds by their first bytes, and no others", () => {
    const jpeg = Buffer.from("ffd8ffe000104a46494600", "hex")
    for (const bytes of [png, gif, webp, jpeg, Buffer.from("GIF87a")]) assert.isTrue(isImage(bytes))
    const others = ["", "GIF86a", "RIFF....WAVE", "RIFFWEBP", "<svg", "II*\0", "\0\0\0\x1cftypavif"]
    for (const text of others) assert.isFalse(isImage(Buffer.from(text, "latin1")), text)
    assert.isFalse(isImage(bmp))
    assert.isFalse(isImage(png.subarray(0, 7)))
  })
})
