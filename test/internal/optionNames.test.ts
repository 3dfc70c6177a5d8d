import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as settings from "../../src/internal/settings.ts"

interface Options {
  readonly cwd?: string
  readonly codexHome?: string
  readonly requestTimeout?: number
  readonly startTimeout?: number
  readonly model?: string
}

const names: settings.Names<Options> = {
  cwd: true,
  codexHome: true,
  requestTimeout: true,
  startTimeout: true,
  model: true
}

// `npm run types` checks this list: it does not compile if it differs from the type.
// @ts-expect-error model is missing
const short: settings.Names<Options> = { cwd: true, codexHome: true, requestTimeout: true, startTimeout: true }
// @ts-expect-error there is no `colour`
const long: settings.Names<Options> = { ...short, model: true, colour: true }

const refusal = (options: unknown, within?: string) => Effect.flip(settings.known(options, names, within))

describe("unknown options", () => {
  it.effect("do not include known names or undefined values", () =>
    Effect.gen(function* () {
      for (const options of [undefined, {}, { cwd: "/x", model: 3 }, { cwd: undefined, colour: undefined }, long]) {
        yield* settings.known(options, { ...names, colour: true })
      }
      yield* settings.known({ colour: undefined }, names)
    })
  )

  for (const [written, meant] of [
    ["requestTimout", "requestTimeout"],
    ["RequestTimeout", "requestTimeout"],
    ["startTimeoutt", "startTimeout"],
    ["codex_home", "codexHome"],
    ["CODEX_HOME", "codexHome"],
    ["cdw", "cwd"],
    ["modle", "model"]
  ] as const) {
    it.effect(`suggest the closest name for a misspelled option: ${written}`, () =>
      Effect.gen(function* () {
        const { message, option } = yield* refusal({ model: "m", [written]: 0 })
        assert.strictEqual(option, written)
        assert.include(message, `did you mean \`${meant}\`?`)
      })
    )
  }

  it.effect("list all names if none is similar", () =>
    Effect.gen(function* () {
      for (const name of ["timeout", "x", "toString", "constructor", "hasOwnProperty"]) {
        const { message, option } = yield* refusal({ [name]: "geheim" })
        assert.strictEqual(option, name)
        assert.include(message, "expected one of `cwd`, `codexHome`, `requestTimeout`, `startTimeout`, `model`")
        assert.notInclude(message, "did you mean")
        assert.notInclude(message, "geheim")
      }
    })
  )

  it.effect("are reported with the option that contains them, and truncated if long", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* refusal({ modell: 1 }, "clientInfo")).option, "clientInfo.modell")
      assert.isBelow((yield* refusal({ ["x".repeat(100_000)]: 1 })).message.length, 300)
    })
  )

  it.effect("are not reported for values other than objects: a string, null, a list, a function", () =>
    Effect.gen(function* () {
      for (const options of ["geheim", "", 0, null, ["geheim"], () => 1]) {
        const { message, option } = yield* refusal(options)
        assert.strictEqual(option, "options")
        assert.include(message, "expected an object")
        assert.notInclude(message, "geheim")
        assert.strictEqual((yield* refusal(options, "clientInfo")).option, "clientInfo")
      }
    })
  )
})

describe("a part of the options", () => {
  it("has the properties with its names, and no others", () => {
    const options: Options = { cwd: "/x", model: "m", startTimeout: 1 }
    assert.deepStrictEqual(settings.pick(options, { cwd: true, startTimeout: true, codexHome: true }), {
      cwd: "/x",
      startTimeout: 1
    })
  })
})
