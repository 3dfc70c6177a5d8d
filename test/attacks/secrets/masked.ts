/**
 * Attacks on the masking of stderr: secrets of the variables and the configuration in many forms, and keys that the
 * program never passed. The lines are read as `pipes.ts` reads them, without a process; `leaks.ts` has a real one.
 */
import { assert } from "@effect/vitest"
import { Redacted } from "effect"
import type { Variables } from "../../../src/internal/process/environment.ts"
import { makeMask } from "../../../src/internal/process/mask.ts"
import { inConfig, inVariables } from "../../../src/internal/process/secrets.ts"
import * as stderrTail from "../../../src/internal/process/stderrTail.ts"
import type { Seeded } from "../../scoreboard/scenario.ts"
import { assertAbsent, check, group, mixedCase, textOf, word } from "../support/attack.ts"

/** Returns the kept output of a server with these variables, which arrives in these pieces. */
const kept = (variables: Variables, pieces: ReadonlyArray<string>, config: object = {}): ReadonlyArray<string> => {
  const tail = stderrTail.make(makeMask([...inVariables(variables), ...inConfig(config)]))
  const lines = pieces.flatMap((piece) => tail.push(piece))
  return [...lines, ...tail.end(), ...tail.lines()]
}

const base64 = (text: string): string => Buffer.from(text).toString("base64")

const named = (name: string, title: string, names: (seeded: Seeded) => ReadonlyArray<string>, length: number) => ({
  name,
  title,
  expected: "the values are masked",
  run: check((seeded) => {
    for (const name of names(seeded)) {
      const value = word(seeded).slice(0, length)
      assertAbsent(kept({ [name]: value }, [`before ${value} after\n`]), [value])
    }
  })
})

/** Returns a value in a form in which programs write it: each is a sentence that contains it. */
const written = (
  name: string,
  title: string,
  forms: (value: string) => ReadonlyArray<string>,
  value: (seeded: Seeded) => string
) => ({
  name,
  title,
  expected: "the value is masked, and the rest of the line is not",
  run: check((seeded) => {
    const secret = value(seeded)
    for (const form of forms(secret)) {
      const lines = kept({ ANY: Redacted.make(secret) }, [`kept-1 ${form} kept-2\n`])
      assertAbsent(lines, [form, secret])
      for (const line of lines) assert.include(line, "kept-1")
      for (const line of lines) assert.include(line, "kept-2")
    }
  })
})

const odd = (seeded: Seeded) => `${word(seeded)}${textOf(seeded, [..."+/=?&%#: \"\\'äß€"], 6)}${word(seeded)}`

export const scenarios = group("secrets", [
  named(
    "masked-names",
    "Variables whose names say that they are secret",
    (seeded) =>
      [
        "OPENAI_API_KEY",
        "GITHUB_TOKEN",
        "GITHUB_PAT",
        "SMTP_PASS",
        "MYSQL_PWD",
        "GPG_PASSPHRASE",
        "SESSION_COOKIE",
        "AWS_SECRET_ACCESS_KEY",
        "DB_PASSWORD",
        "CLIENT_SECRET",
        "SENTRY_DSN",
        "SIGNING_PRIVATE",
        "AUTHORIZATION",
        "NPM_CONFIG__AUTH",
        "WIFI_PSK",
        "SESSION_JWT",
        "APP_CREDENTIALS"
      ].map((name) => seeded.pick([name, mixedCase(seeded, name)])),
    12
  ),
  named(
    "masked-short-passwords",
    "A password of four to seven characters in a variable that can hold nothing else",
    () => ["PASSWORD", "DB_PASS", "PASS", "MYSQL_PWD", "PASSPHRASE", "SECRET", "CLIENT_SECRET"],
    6
  ),
  written(
    "masked-as-it-stands",
    "A value as it stands, at the line's ends, twice, and beside letters",
    (value) => [value, `x${value}y`, `${value}${value}`, `'${value}'`, `=${value};`],
    word
  ),
  written(
    "masked-percent",
    "A value as a part of an address writes it",
    (value) => [
      encodeURIComponent(value),
      encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
      encodeURIComponent(value).replaceAll("%20", "+"),
      encodeURI(value)
    ],
    odd
  ),
  written(
    "masked-quoted",
    "A value within a text of JSON or Rust, and that within another",
    (value) => {
      const once = JSON.stringify(value)
      return [
        once,
        JSON.stringify(once),
        JSON.stringify({ key: value }),
        JSON.stringify(JSON.stringify({ key: value }))
      ]
    },
    odd
  ),
  {
    name: "masked-base64",
    title: "A value within base64 text, wherever it stands there, and as addresses write it",
    expected: "nothing of it that tells it is shown",
    run: check((seeded) => {
      const secret = `${word(seeded)}?>~${word(seeded)}`
      for (const before of ["", "u", "us", "user:", "a longer user:"]) {
        for (const form of [
          base64(before + secret),
          Buffer.from(before + secret).toString("base64url"),
          base64(`${before}${secret}\n`)
        ]) {
          const lines = kept({ ANY: Redacted.make(secret) }, [`Basic ${form}\n`, `value=${form}\n`, `${form}\n`])
          // Its middle third is in every form of it.
          const part = form.slice(Math.floor(form.length / 3), Math.floor((form.length * 2) / 3))
          assertAbsent(lines, [part])
        }
      }
    })
  },
  {
    name: "masked-spelling",
    title: "A value with blanks around it is trimmed, or written in lower case",
    expected: "it is masked",
    run: check((seeded) => {
      const secret = mixedCase(seeded, word(seeded))
      const blanks = seeded.pick([" ", "\n", "\t", "\r\n", "  "])
      const variables = { ANY: Redacted.make(`${blanks}${secret}${blanks}`) }
      assertAbsent(kept(variables, [`it is ${secret}.\n`, `it is ${secret.toLowerCase()}.\n`]), [
        secret,
        secret.toLowerCase()
      ])
    })
  },
  {
    name: "masked-lines",
    title: "A key of several lines is written line by line, or as one line",
    expected: "no line of it is shown that says something",
    run: check((seeded) => {
      const body = Array.from({ length: seeded.int(2, 6) }, () => word(seeded) + word(seeded))
      const pem = ["-----BEGIN PRIVATE KEY-----", ...body, "-----END PRIVATE KEY-----", ""].join(
        seeded.pick(["\n", "\r\n"])
      )
      const variables = { TLS_KEY: Redacted.make(pem) }
      for (const written of [
        pem,
        pem.replaceAll(/\r?\n/g, " "),
        JSON.stringify(pem),
        pem.replaceAll(/\r?\n/g, "\\n")
      ]) {
        assertAbsent(kept(variables, [`${written}\n`]), body)
      }
    })
  },
  {
    name: "masked-addresses",
    title: "Addresses with passwords: in variables of any name, in the configuration, and in what the server writes",
    expected: "the passwords are masked, the hosts are not",
    run: check((seeded) => {
      const password = word(seeded)
      const odd = `${word(seeded)}@${word(seeded)}`
      const schemes = ["https", "http", "postgres", "redis", "amqp", "mongodb+srv", "socks5", "ssh"]
      const address = (text: string) => `${seeded.pick(schemes)}://user:${text}@host.example:1/x?y=1`
      const lines = [
        ...kept({ HTTPS_PROXY: address(password) }, [
          `connect ${address(password)} failed\n`,
          `password ${password}\n`
        ]),
        ...kept({ DATABASE_URL: address(encodeURIComponent(odd)) }, [
          `it is ${odd}\n`,
          `${address(encodeURIComponent(odd))}\n`
        ]),
        ...kept({}, [`proxy ${address(password)}\n`, `proxy ${address(odd)}\n`, `x://:${password}@h\n`]),
        ...kept({}, [`it is ${password}\n`], { model_providers: { a: { base_url: address(password) } } })
      ]
      assertAbsent(lines, [password, odd, encodeURIComponent(odd)])
      assert.isTrue(lines.some((line) => line.includes("host.example")))
    })
  },
  {
    name: "masked-configuration",
    title: "A configuration has secrets by name, deep within it and in lists",
    expected: "the values are masked in what the server writes of them",
    run: check((seeded) => {
      const values = Array.from({ length: 4 }, () => word(seeded))
      const [first, second, third, fourth] = values
      const config = {
        a: { bearer_token: first },
        b: [{ http_headers: { Authorization: second } }],
        c: { api_keys: { [word(seeded)]: third } },
        d: { passwords: ["x", fourth] }
      }
      assertAbsent(kept({}, [`invalid: ${values.join(", ")}\n`], config), values)
    })
  },
  {
    name: "masked-known-forms",
    title: "Keys and tokens that no option named, by their forms",
    expected: "they are masked",
    run: check((seeded) => {
      const part = (length: number) =>
        textOf(seeded, [..."abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"], length)
      const secrets = [
        `sk-${part(20)}`,
        `sk-proj-${part(24)}`,
        `ghp_${part(36)}`,
        `gho_${part(36)}`,
        `github_pat_${part(22)}`,
        `glpat-${part(20)}`,
        `xoxb-${part(24)}`,
        `AKIA${part(16).toUpperCase()}`,
        `AIza${part(35)}`,
        `hf_${part(30)}`,
        `npm_${part(36)}`,
        `eyJ${part(12)}.eyJ${part(20)}.${part(20)}`
      ]
      for (const secret of secrets) {
        const places = [
          `key ${secret}.`,
          `"${secret}"`,
          `(${secret})`,
          `k=${secret}&x=1`,
          `https://h/?t=${secret}`,
          `\\"${secret}\\"`
        ]
        assertAbsent(
          kept(
            {},
            places.map((place) => `${place}\n`)
          ),
          [secret]
        )
      }
    })
  },
  {
    name: "masked-headers",
    title: "Credentials in headers and fields, by the name before them",
    expected: "they are masked",
    run: check((seeded) => {
      const value = `${word(seeded)}7`
      const places = [
        `Authorization: Bearer ${value}`,
        `authorization: bearer   ${value}`,
        `Proxy-Authorization: Basic ${base64(`user:${value}`)}`,
        `x-api-key: ${value}`,
        `X-API-KEY=${value}`,
        `api_key=${value}&x`,
        `"access_token":"${value}"`,
        `"refresh_token" : "${value}"`,
        `\\"id_token\\":\\"${value}\\"`,
        `client_secret=${value}`,
        `password=${value}`,
        `passwd: '${value}'`,
        `Set-Cookie: ${value}`,
        `BEARER\t${value}`
      ]
      assertAbsent(
        kept(
          {},
          places.map((place) => `kept ${place}\n`)
        ),
        [value, base64(`user:${value}`)]
      )
    })
  },
  {
    name: "masked-torn",
    title: "A secret is torn by chunks, by colours and by other escape sequences",
    expected: "it is masked, and no half of it is shown",
    run: check((seeded) => {
      const secret = word(seeded)
      const at = seeded.int(3, secret.length - 3)
      const [head, tail] = [secret.slice(0, at), secret.slice(at)]
      const between = [
        "\u001b[31m",
        "\u001b[0m",
        "\u001b]0;title\u0007",
        "\u001b[1;2;3m",
        "\u001b(B",
        "\u009b1m",
        "\0",
        "\u0007",
        "\b",
        "\u202e"
      ]
      for (const part of between) {
        assertAbsent(kept({ ANY: Redacted.make(secret) }, [`a ${head}${part}${tail} b\n`]), [head, tail])
      }
      assertAbsent(kept({ ANY: Redacted.make(secret) }, [`a ${head}`, `${tail} b\n`]), [head, tail])
      assertAbsent(kept({ ANY: Redacted.make(secret) }, Array.from(`a ${secret} b\n`)), [secret])
      // A line without an end is cut somewhere, but not within the secret.
      const filler = "x".repeat(stderrTail.maxLength - at - 3)
      assertAbsent(
        kept({ ANY: Redacted.make(secret) }, [
          `${filler} ${secret}${"y".repeat(100)}`,
          "z".repeat(stderrTail.maxLength)
        ]),
        [secret]
      )
    })
  },
  {
    name: "masked-values-within-values",
    title: "One secret is a part of another, or is the word of the mask",
    expected: "both are masked whole, and the mask doesn't grow",
    run: check((seeded) => {
      const inner = word(seeded)
      const outer = `${word(seeded)}${inner}${word(seeded)}`
      const variables = {
        A_TOKEN: Redacted.make(inner),
        B_TOKEN: Redacted.make(outer),
        C_TOKEN: Redacted.make("redacted"),
        D: Redacted.make("")
      }
      const lines = kept(variables, [`a ${outer} b ${inner} c\n`])
      assertAbsent(lines, [inner, outer.slice(0, 8), outer.slice(-8)])
      for (const line of lines) assert.isBelow(line.length, 200)
    })
  }
])
