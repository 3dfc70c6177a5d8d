/** The limits of what is a secret and of what marks a process: the last value on each side. */
import { assert, describe, it } from "@effect/vitest"
import { exposedIn } from "../../../src/internal/process/exposed.ts"
import * as marks from "../../../src/internal/process/marks.ts"
import { hasSecret, makeMask } from "../../../src/internal/process/mask.ts"
import * as stderrTail from "../../../src/internal/process/stderrTail.ts"
import * as secrets from "../../../src/internal/process/secrets.ts"

describe("a mark", () => {
  it("has a value that is its id, and that no other mark has", () => {
    for (const inherited of [undefined, ""]) {
      const mark = marks.make(inherited)
      assert.strictEqual(mark.value, mark.id)
      assert.match(mark.id, /^[0-9a-f-]{36}$/)
      assert.notStrictEqual(marks.make(inherited).id, mark.id)
    }
  })

  it("passes on the last sixteen marks that this program inherited", () => {
    const mark = marks.make("a b")
    assert.strictEqual(mark.value, `a b ${mark.id}`)
    const many = Array.from({ length: 20 }, (_, index) => `m${index}`)
    const last = marks.make(many.join(" "))
    assert.deepStrictEqual(last.value.split(" "), [...many.slice(4), last.id])
  })
})

describe("a secret value", () => {
  it("has at least eight characters, or four if its name has no other meaning", () => {
    assert.deepStrictEqual(secrets.inVariables({ A_KEY: "12345678", B_KEY: "1234567" }), ["12345678"])
    assert.deepStrictEqual(secrets.inVariables({ A_PASSWORD: "1234", B_PASSWORD: "123" }), ["1234"])
    assert.deepStrictEqual(secrets.inVariables({ A: "x://u:1234@h", B: "x://u:123@h" }), ["1234", "1234"])
  })

  for (const word of ["true", "FALSE", "None", "null", "undefined", "disabled"]) {
    it(`is not the word ${word}`, () =>
      assert.deepStrictEqual(secrets.inVariables({ PASSWORD: word, A_TOKEN: word }), []))
  }

  it("is not the value of a harmless name, in any case", () => {
    for (const name of ["SSH_AUTH_SOCK", "DESKTOP_SESSION", "KEYBOARD", "XKB_KEYMAP", "keyboard"]) {
      assert.isFalse(secrets.isTelling(name), name)
    }
    assert.isTrue(secrets.isTelling("KEYBOARD2"))
  })

  it("has at least four characters if nothing else has its name", () => {
    const isSecret = (name: string, value: string) => secrets.inVariables({ [name]: value }).length > 0
    for (const name of [
      "PASSWORD",
      "GPG_PASSPHRASE",
      "A_SECRET",
      "BEARER_A",
      "PASS",
      "SMTP_PASS",
      "MYSQL_PWD",
      "a.pwd"
    ]) {
      assert.isTrue(isSecret(name, "abcd"), name)
      assert.isFalse(isSecret(name, "abc"), name)
    }
    for (const name of ["A_KEY", "A_TOKEN", "BYPASS_KEY", "PASSING_KEY", "PASS_KEY", "PWD_KEY"]) {
      assert.isFalse(isSecret(name, "abcdefg"), name)
      assert.isTrue(isSecret(name, "abcdefgh"), name)
    }
  })

  it("has a name that contains a telling part, or ends with one", () => {
    for (const name of [
      "MYKEYS",
      "ATOKENB",
      "x.secret.y",
      "passwd",
      "PHRASE",
      "CREDENTIALS",
      "authorisation",
      "BEARER"
    ]) {
      assert.isTrue(secrets.isTelling(name), name)
    }
    for (const name of ["A_PASS", "A-PAT", "A.DSN", "JWT", "A_PSK", "A_SESSION", "A_PWD"]) {
      assert.isTrue(secrets.isTelling(name), name)
      assert.isFalse(secrets.isTelling(`${name}_X`), name)
    }
    for (const name of ["APASS", "SPAT", "AUTHOR", "AUTHORITY", "PWD", "CWD"]) {
      assert.isFalse(secrets.isTelling(name), name)
    }
  })
})

describe("the name of a variable in a setting", () => {
  it("starts with env_, or ends with _env_var or _env_vars", () => {
    for (const name of ["env_key", "env_vars", "bearer_token_env_var", "a_env_vars"]) {
      assert.isTrue(secrets.namesVariable(name), name)
    }
    for (const name of ["my_env_key", "env", "a_env_varsx", "env_var".slice(1), "bearer_token"]) {
      assert.isFalse(secrets.namesVariable(name), name)
    }
  })

  it("is not a secret of the configuration, and neither is a value other than a string", () => {
    assert.deepStrictEqual(secrets.inConfig({ token: "12345678", env_token: "87654321", a_key: 12_345_678 }), [
      "12345678"
    ])
    assert.deepStrictEqual(secrets.inConfig({ tokens: { a: "12345678", b: ["23456789"] } }), ["12345678", "23456789"])
    assert.deepStrictEqual(secrets.inConfig({ plain: { a: "12345678" }, list: ["12345678"] }), [])
    for (const config of [null, undefined, 7, true]) assert.deepStrictEqual(secrets.inConfig(config), [])
  })
})

describe("a password in an address", () => {
  it("ends at the last @ before the path, and may follow an empty user", () => {
    assert.deepStrictEqual(secrets.passwordsIn("x://u:p@w@h/a@b"), ["p@w", "p@w"])
    assert.deepStrictEqual(secrets.passwordsIn("x://:pw@h"), ["pw", "pw"])
    assert.deepStrictEqual(secrets.passwordsIn("x://u:%40@h and y://u:%@h"), ["%40", "@", "%"])
    for (const text of ["x://h:80/a@b", "x://u@h", "x:u:p@h", "x://u:@h"]) {
      assert.deepStrictEqual(secrets.passwordsIn(text), [], text)
      assert.strictEqual(secrets.maskPasswords(text), text)
    }
    assert.strictEqual(secrets.maskPasswords("x://u:p@w@h/a"), "x://u:<redacted>@h/a")
  })
})

describe("a masked value", () => {
  it("is masked in its longest form first", () => {
    assert.strictEqual(makeMask(["abcdefgh", "abcdefghijkl"])("abcdefghijkl"), "<redacted>")
    assert.strictEqual(makeMask(["abcdefghijkl", "abcdefgh"])("abcdefghijkl"), "<redacted>")
  })

  it("is masked only unchanged with five characters, and in other forms, too, with six", () => {
    assert.strictEqual(makeMask(['AB"C1'])('AB"C1 ab"c1 AB\\"C1'), '<redacted> ab"c1 AB\\"C1')
    assert.strictEqual(makeMask(['AB"C12'])('AB"C12 ab"c12 AB\\"C12'), "<redacted> <redacted> <redacted>")
    assert.strictEqual(makeMask([" abcd "])("x abcd y abcdz"), "x<redacted>y abcdz")
    assert.strictEqual(makeMask([" abcdef "])("abcdefz"), "<redacted>z")
  })

  it("is masked line by line, except lines of fewer than eight characters", () => {
    assert.strictEqual(makeMask(["12345678\r\nabcdefg"])("12345678 | abcdefg"), "<redacted> | abcdefg")
    assert.strictEqual(makeMask(["       1\n12345678"])("       1"), "       1")
  })

  it("masks nothing if it is empty", () => {
    assert.strictEqual(makeMask(["", " "])("abc"), "abc")
  })
})

describe("the form of a secret", () => {
  const masked = makeMask([])
  const prefixes: ReadonlyArray<readonly [prefix: string, least: number]> = [
    ["sk-", 8],
    ["gho_", 16],
    ["ghp_", 16],
    ["ghr_", 16],
    ["ghs_", 16],
    ["ghu_", 16],
    ["hf_", 16],
    ["npm_", 16],
    ["github_pat_", 16],
    ["glpat-", 16],
    ["xoxa-", 8],
    ["xoxz-", 8],
    ["AKIA", 12],
    ["ASIA", 12],
    ["AIza", 20]
  ]
  for (const [prefix, least] of prefixes) {
    it(`is ${prefix} and at least ${least} more`, () => {
      const key = prefix + "a1".repeat(16).slice(0, least)
      assert.strictEqual(masked(`(${key})`), "(<redacted>)")
      assert.isTrue(hasSecret(key))
      assert.strictEqual(masked(`(${key.slice(0, -1)})`), `(${key.slice(0, -1)})`)
      assert.isFalse(hasSecret(key.slice(0, -1)))
      // Within a word, it is a part of another word.
      assert.strictEqual(masked(`x${key}`), `x${key}`)
    })
  }

  it("is a JWT with a payload and the dot of a signature", () => {
    assert.isTrue(hasSecret("eyJa.b."))
    for (const text of ["eyJa.b", "eyJa..c", "eyJa", "xeyJa.b.c", "x://u@h"]) assert.isFalse(hasSecret(text), text)
    assert.isTrue(hasSecret("x://u:p@h"))
  })

  const names = ["api-key", "api_key", "apikey", "x-api-key", "access_token", "refresh-token", "idtoken", "auth_token"]
  for (const name of [...names, "session_token", "client_secret", "authorization", "proxy-authorization", "password"]) {
    it(`is a value of ${name} with a digit and at least eight characters`, () => {
      for (const between of ["=", ": ", '":"', "' = '", '\\": \\"', "    :    "]) {
        assert.strictEqual(masked(`${name}${between}abcdefg1`), `${name}${between}<redacted>`)
      }
      for (const text of [`${name}=abcdef1`, `${name}=abcdefgh`, `${name} abcdefg1`]) {
        assert.strictEqual(masked(text), text)
      }
      assert.strictEqual(masked(`${name}     =abcdefg1`), `${name}     =abcdefg1`)
      // Within a word, it is a part of another word, but a hyphen starts a new word.
      const within = name.includes("-") ? "" : `z${name}=abcdefg1`
      assert.strictEqual(masked(within), within)
    })
  }

  it("follows Bearer, or Basic if it looks encoded", () => {
    assert.strictEqual(masked("Bearer a"), "Bearer <redacted>")
    assert.strictEqual(masked("Bearer a,b;c'd\"e f"), "Bearer <redacted>,b;c'd\"e f")
    for (const value of ["abcdefg1", "abcdefg=", "abcdefg+", "abcdefg/", "abcdefg_", "abcdefgH"]) {
      assert.strictEqual(masked(`Basic ${value}`), "Basic <redacted>")
    }
    for (const value of ["abcdefgh", "ABCDEFGH", "Abcdefgh", "abcdef1"]) {
      assert.strictEqual(masked(`Basic ${value}`), `Basic ${value}`)
    }
  })
})

describe("an exposed setting", () => {
  it("has a telling end of its name", () => {
    for (const name of [
      "token",
      "aToken",
      "a_secret",
      "password",
      "passwd",
      "passphrase",
      "credential",
      "credentials"
    ]) {
      assert.strictEqual(exposedIn({ [name]: "x" }), name)
    }
    for (const name of ["authorization", "bearer", "cookie", "apikey", "api-key", "a_key", "a.pass", "a-pat", "pwd"]) {
      assert.strictEqual(exposedIn({ [name]: "x" }), name)
    }
    for (const name of ["dsn", "jwt", "psk"]) assert.strictEqual(exposedIn({ [name]: "x" }), name)
    for (const name of ["tokens", "keyring", "token_limit", "monkey", "bypass", "compat", "passed", "env_key"]) {
      assert.isUndefined(exposedIn({ [name]: "x" }), name)
    }
  })

  it("is found in lists, and only in strings that are not empty", () => {
    assert.strictEqual(exposedIn({ token: ["", "x"] }), "token.1")
    for (const value of ["", 7, true, null, undefined, []]) assert.isUndefined(exposedIn({ token: value }))
    assert.isUndefined(exposedIn({ token: { a: "x" } }))
  })
})

describe("a line of stderr without an end", () => {
  const pieces = (text: string) => {
    const tail = stderrTail.make((line) => line)
    return [tail.push(text), tail.end()].map((lines) => lines.map(({ length }) => length))
  }

  it("is cut in the middle of the kept part, or after the last blank before that", () => {
    assert.deepStrictEqual(pieces("a".repeat(65_536)), [[], [65_536]])
    assert.deepStrictEqual(pieces("a".repeat(65_537)), [[32_768], [32_769]])
    assert.deepStrictEqual(pieces(`${"a".repeat(99)} ${"a".repeat(65_437)}`), [[100], [65_437]])
    assert.deepStrictEqual(pieces("a".repeat(140_000)), [[32_768, 32_768, 32_768], [41_696]])
  })
})
