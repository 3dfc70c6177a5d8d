/**
 * Masks secrets in text: given values in the forms that programs write, and typical keys and tokens.
 *
 * `secrets.ts` decides which values are secret. Every step is linear in the text.
 */
import { maskPasswords } from "./secrets.ts"

const redacted = "<redacted>"

// A shorter line of a secret (such as the end of a PEM block) reveals nothing, and masking it would hide other text.
const minSecretLine = 8
// Forms derived from a shorter value occur by chance.
const minDerived = 6

/** Masks the given values, and anything in the form of a secret. */
export const makeMask = (values: ReadonlyArray<string>): ((text: string) => string) => {
  // Longest first, so a value that contains another one is masked completely.
  const sorted = [...new Set(values.flatMap(formsOf))]
    .filter((value) => value.length > 0)
    .sort((a, b) => b.length - a.length)
  return (text) => {
    let result = text
    for (const value of sorted) result = result.replaceAll(value, redacted)
    return maskForms(result)
  }
}

/**
 * Whether a text contains what can only be a secret: a key with a known prefix, a JWT, or a password in an address.
 */
export const hasSecret = (text: string): boolean =>
  text.search(prefixed) !== -1 || maskJwt(text) !== text || maskPasswords(text) !== text

// internal

/** Returns the forms in which a value is written: unchanged, trimmed, line by line, and quoted. */
const formsOf = (value: string): ReadonlyArray<string> => {
  const trimmed = value.trim()
  const lines = value.split(/\r?\n/)
  const parts =
    lines.length === 1 ? [value] : [...lines.filter((line) => line.trim().length >= minSecretLine), lines.join(" ")]
  // Blanks around a value are often removed. What remains of a short value is an everyday word.
  if (trimmed.length >= minDerived) parts.push(trimmed)
  const whole = trimmed.length < minDerived ? [] : [value, trimmed].flatMap(derivedForms)
  return [...parts, ...whole]
}

const derivedForms = (value: string): ReadonlyArray<string> => {
  const wellFormed = value.toWellFormed()
  const percent = encodeURIComponent(wellFormed)
  return [
    value.toLowerCase(),
    ...quotedForms(value),
    percent,
    percent.replaceAll("%20", "+"),
    percent.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    encodeURI(wellFormed),
    ...base64Forms(wellFormed)
  ]
}

// As JSON and Rust quote it, both once and within another quotation.
const quotedForms = (value: string): ReadonlyArray<string> => {
  const once = JSON.stringify(value).slice(1, -1)
  return [once, JSON.stringify(once).slice(1, -1)]
}

/**
 * Returns the base64 text that a value produces at any position, as in `Basic` with a user and a password.
 *
 * The value starts at the first, second or third byte of a group, and the characters at both ends depend on the
 * adjacent bytes.
 */
const base64Forms = (value: string): ReadonlyArray<string> => {
  const bytes = new TextEncoder().encode(value)
  return [0, 1, 2].flatMap((before) => {
    const text = btoa(Array.from([...[0, 0].slice(0, before), ...bytes], (byte) => String.fromCharCode(byte)).join(""))
    const whole = Math.floor(((before + bytes.length) * 8) / 6)
    const inner = text.slice(Math.ceil((before * 8) / 6), whole)
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")]
  })
}

// Keys and tokens with known prefixes. Each alternative ends with a greedy class and requires nothing after it, so a
// failed start costs at most the minimum length.
const prefixed =
  /\b(?:sk-[\w-]{8,}|(?:gh[oprsu]|hf|npm)_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{8,}|(?:AKIA|ASIA)\w{12,}|AIza[\w-]{20,})/gi
// The parts of a JWT are counted below. With the dots in the pattern, each start would search for them again.
const jwt = /\beyJ[\w.-]+/gi
// The credentials of an HTTP header. "Basic" is also a word, so the text after it must look encoded.
const bearer = /\b(Bearer\s+)[^\s"',;]+/gi
const basic = /\b(Basic\s+)([A-Za-z0-9+/=_-]{8,})/gi
const encoded = /[0-9=+/_]|[a-z][A-Z]/
// A name that suggests a secret, and a value with a digit: `x-api-key: …`, `"access_token":"…"`, `password=…`.
const named =
  /\b((?:x-)?api[-_]?key|(?:access|refresh|id|auth|session)[-_]?token|client[-_]?secret|(?:proxy-)?authorization|passw(?:or)?d|set-cookie|cookie)((?:\\?["'])?[ \t]{0,4}[:=][ \t]{0,4}(?:\\?["'])?)([^\s"',;\\]{8,})/gi
const digit = /\d/

const maskJwt = (text: string): string =>
  text.replace(jwt, (found) => {
    const [, payload = "", signature] = found.split(".", 3)
    return payload === "" || signature === undefined ? found : redacted
  })

const maskForms = (text: string): string =>
  maskJwt(maskPasswords(text))
    .replace(bearer, `$1${redacted}`)
    .replace(basic, (found, scheme: string, value: string) => (encoded.test(value) ? `${scheme}${redacted}` : found))
    .replace(prefixed, redacted)
    .replace(named, (found, name: string, between: string, value: string) =>
      digit.test(value) && value !== redacted ? `${name}${between}${redacted}` : found
    )
