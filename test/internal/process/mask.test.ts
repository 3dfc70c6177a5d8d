import { assert, describe, it } from "@effect/vitest"
import { makeMask } from "../../../src/internal/process/mask.ts"

const basic = (user: string, password: string) => Buffer.from(`${user}:${password}`).toString("base64")

describe("a given value is masked", () => {
  const value = 'zq+7/34=1 "\\x'
  const forms: ReadonlyArray<readonly [how: string, shown: string]> = [
    ["unchanged", value],
    ["in lower case", value.toLowerCase()],
    ["percent-encoded", encodeURIComponent(value)],
    ["percent-encoded in lower case", encodeURIComponent(value).replace(/%../g, (part) => part.toLowerCase())],
    ["encoded as a form", new URLSearchParams({ a: value }).toString().slice(2)],
    ["encoded as a path", encodeURI(value)],
    ["quoted by JSON or Rust", JSON.stringify(value).slice(1, -1)],
    ["quoted within a quotation", JSON.stringify(JSON.stringify(value)).slice(3, -3)]
  ]
  for (const [how, shown] of forms) {
    it(how, () => assert.strictEqual(makeMask([value])(`got [${shown}]`), "got [<redacted>]"))
  }

  it("without the blanks around it", () => {
    assert.strictEqual(makeMask([" zq7341-abc\t"])("got zq7341-abc."), "got <redacted>.")
  })

  it("in base64 and base64url, at any offset in the encoded text", () => {
    const secret = "zq7341>>>???-abc"
    const mask = makeMask([secret])
    for (const user of ["", "a", "ab", "abc"]) {
      for (const after of ["", "!", "!!"]) {
        const bytes = Buffer.from(`${user}:${secret}${after}`)
        for (const encoding of ["base64", "base64url"] as const) {
          const shown = mask(`x ${bytes.toString(encoding)}`)
          assert.include(shown, "<redacted>")
          // Six characters contain at most four bytes of it.
          assert.isBelow(shown.replace("<redacted>", "").length, 16)
        }
      }
    }
  })

  it("completely, if its lines are joined", () => {
    const pem = "-----BEGIN KEY-----\nMIIEvQIBADANBg\nab==\n-----END KEY-----"
    const mask = makeMask([pem])
    assert.strictEqual(mask(`key: ${JSON.stringify(pem)}`), 'key: "<redacted>"')
    assert.strictEqual(mask(`key: ${pem.replaceAll("\n", " ")}`), "key: <redacted>")
  })
})

describe("text in the form of a secret is masked", () => {
  const cases: ReadonlyArray<readonly [text: string, masked: string]> = [
    ["key sk-proj-abc_DEF-123456 end", "key <redacted> end"],
    ['"authorization": "Bearer abc.def/ghi+=", next', '"authorization": "Bearer <redacted>", next'],
    ["BEARER  two-spaces", "BEARER  <redacted>"],
    ["jwt eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl!", "jwt <redacted>!"],
    ["jwt without signature eyJhbGciOi.eyJzdWIiOi. end", "jwt without signature <redacted> end"],
    [`Authorization: Basic ${basic("me", "zq7341")}`, "Authorization: Basic <redacted>"],
    ["pushed with ghp_abcdefghijklmnop1234", "pushed with <redacted>"],
    ["pushed with github_pat_11ABCDEFG0abcdefgh", "pushed with <redacted>"],
    ["xoxb-123456789012-abc, glpat-abcdefghijklmnopqrst", "<redacted>, <redacted>"],
    ["AKIAIOSFODNN7EXAMPLE", "<redacted>"],
    ["x-api-key: zqvalue-7341", "x-api-key: <redacted>"],
    ['{"access_token":"zqvalue-7341","n":1}', '{"access_token":"<redacted>","n":1}'],
    ['{\\"password\\": \\"zqvalue-7341\\"}', '{\\"password\\": \\"<redacted>\\"}'],
    ["proxy http://me:pa:ss@w0rd@proxy:3128/x refused", "proxy http://me:<redacted>@proxy:3128/x refused"],
    ["redis://:zq7341@host and https://a@b", "redis://:<redacted>@host and https://a@b"]
  ]
  for (const [text, masked] of cases) it(text, () => assert.strictEqual(makeMask([])(text), masked))

  it("after each name of a secret, however it is spelled", () => {
    const names = ["api_key", "api-key", "apikey", "x-api-key", "client_secret", "client-secret", "clientSecret"]
    for (const token of ["access", "refresh", "id", "auth", "session"]) {
      names.push(`${token}_token`, `${token}-token`, `${token}Token`)
    }
    names.push("authorization", "Proxy-Authorization", "password", "passwd", "Set-Cookie", "cookie")
    for (const name of names) assert.strictEqual(makeMask([])(`${name}=zqvalue-7341`), `${name}=<redacted>`)
  })

  it("except ordinary words", () => {
    for (const text of [
      "risk-assessment task-force-member sk-1 bearer",
      "basic configuration of eyJ.a and eyJabc",
      "missing field `api_key`: expected a string",
      "password: required",
      "http://localhost:3128/a@b, see https://example.com:443/"
    ])
      assert.strictEqual(makeMask([""])(text), text)
  })
})
