import { assert, describe, it } from "@effect/vitest"
import { Redacted } from "effect"
import * as environment from "../../../src/internal/process/environment.ts"

const build = (options: Partial<environment.EnvironmentOptions>) =>
  environment.build({
    os: "linux",
    parent: {},
    inherit: true,
    variables: {},
    codexHome: undefined,
    helpers: undefined,
    ...options
  })

describe("the variables of the process", () => {
  it("are this program's, overridden by the given ones", () => {
    assert.deepStrictEqual(build({ parent: { A: "1", B: "2", NONE: undefined }, variables: { B: "3", C: "4" } }), {
      A: "1",
      B: "3",
      C: "4"
    })
  })

  it("lack one that is undefined", () => {
    assert.deepStrictEqual(build({ parent: { A: "1", B: "2" }, variables: { A: undefined } }), { B: "2" })
  })

  it("are exactly the given ones if nothing is inherited", () => {
    const variables = { A: "1", B: undefined }
    assert.deepStrictEqual(build({ parent: { PATH: "/bin", X: "y" }, inherit: false, variables, helpers: "/h" }), {
      A: "1"
    })
  })

  it("keep a Redacted value wrapped", () => {
    const secret = Redacted.make("s")
    assert.strictEqual(build({ variables: { A: secret } })["A"], secret)
  })
})

describe("PATH", () => {
  it("starts with the helpers' folder, once", () => {
    assert.strictEqual(build({ parent: { PATH: "/bin:/h:/usr/bin" }, helpers: "/h" })["PATH"], "/h:/bin:/usr/bin")
  })

  it("is the helpers' folder alone if PATH is missing or empty", () => {
    assert.strictEqual(build({ helpers: "/h" })["PATH"], "/h")
    assert.strictEqual(build({ parent: { PATH: "" }, helpers: "/h" })["PATH"], "/h")
  })

  it("is unchanged without helpers", () => {
    assert.strictEqual(build({ parent: { PATH: "/bin" } })["PATH"], "/bin")
  })

  it("is extended even if it is Redacted and nothing is inherited", () => {
    const variables = { PATH: Redacted.make("/bin") }
    assert.strictEqual(build({ inherit: false, variables, helpers: "/h" })["PATH"], "/h:/bin")
  })
})

describe("on Windows", () => {
  const windows = { os: "win32", parent: { Path: "C:\\a;C:\\b", USERPROFILE: "C:\\Users\\me" } }

  it("names that differ by case are one variable, in the existing spelling", () => {
    assert.deepStrictEqual(build({ ...windows, variables: { PATH: "C:\\c", userprofile: undefined } }), {
      Path: "C:\\c"
    })
  })

  it("the helpers come first in Path, followed by a semicolon", () => {
    assert.strictEqual(build({ ...windows, helpers: "C:\\h" })["Path"], "C:\\h;C:\\a;C:\\b")
  })

  it("the home is USERPROFILE, and ~ is expanded before a backslash, too", () => {
    assert.strictEqual(build({ ...windows, codexHome: "~\\x" })["CODEX_HOME"], "C:\\Users\\me\\x")
  })

  it("the home is HOME if there is no USERPROFILE, and elsewhere it is always HOME", () => {
    assert.strictEqual(environment.userHome("win32", { HOME: "h" }), "h")
    assert.strictEqual(environment.userHome("win32", { HOME: "h", USERPROFILE: "u" }), "u")
    assert.strictEqual(environment.userHome("linux", { HOME: "h", USERPROFILE: "u" }), "h")
    assert.isUndefined(environment.userHome("linux", { USERPROFILE: "u" }))
  })

  it("elsewhere, names that differ by case are two variables", () => {
    assert.deepStrictEqual(build({ parent: { Path: "a" }, variables: { PATH: "b" } }), { Path: "a", PATH: "b" })
  })
})

describe("~", () => {
  it("is the user's home alone or before a slash, and an ordinary character elsewhere", () => {
    const parent = { HOME: "/home/me" }
    const home = (codexHome: string) => build({ parent, inherit: false, codexHome })["CODEX_HOME"]
    assert.strictEqual(home("~"), "/home/me")
    assert.strictEqual(home("~/.codex"), "/home/me/.codex")
    assert.strictEqual(home("~other/x"), "~other/x")
    assert.strictEqual(home("/a/~/b"), "/a/~/b")
  })

  it("stays if the home is unknown", () => {
    assert.strictEqual(build({ codexHome: "~/x" })["CODEX_HOME"], "~/x")
  })
})

const wrong = (variables: unknown) =>
  // Type boundary: what a caller without types can pass.
  environment.invalidVariable(variables as environment.Variables)

describe("an invalid variable", () => {
  it("is reported by name, never by value", () => {
    assert.strictEqual(wrong({ A: "x", B: undefined, C: Redacted.make("y") }), undefined)
    for (const [name, value] of [
      ["NUL", "geheim\0"],
      ["NULL", null],
      ["NUMBER", 1],
      ["HIDDEN", Redacted.make("geheim\0")],
      ["A=B", "geheim"],
      ["", "geheim"],
      ["A\0", "geheim"]
    ] as const) {
      const found = wrong({ FINE: "x", [name]: value })
      assert.strictEqual(found?.name, name)
      assert.notInclude(found?.description ?? "geheim", "geheim")
    }
  })

  it("is told with what is wrong about it", () => {
    const badName = 'variable names must not be empty or contain "=" or NUL'
    const rows: ReadonlyArray<readonly [name: string, value: unknown, description: string]> = [
      ["", "x", badName],
      ["A=B", "x", badName],
      ["A\0", "x", badName],
      ["A", 1, "expected a string or undefined"],
      ["A", null, "expected a string or undefined"],
      ["A", Redacted.make(1), "expected a string or undefined"],
      ["A", "\0", "must not contain NUL characters"],
      ["A", Redacted.make("\0"), "must not contain NUL characters"]
    ]
    for (const [name, value, description] of rows) {
      assert.deepStrictEqual(wrong({ FIRST: "x", [name]: value }), { name, description })
    }
  })
})
