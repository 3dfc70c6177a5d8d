/**
 * Decodes payloads to typed values, or to an error that says where they do not match the schema. An invalid payload
 * fails only its own call or event. `internal/protocol/decode.ts` compiles the decoders.
 */
import * as Cause from "effect/Cause"
import * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import { DecodeFailed } from "../../CodexError.ts"
import { decoder, tolerantDecoder } from "../protocol/decode.ts"

/** Decodes a payload with a codec of the protocol. */
export const decode = <A>(codec: Schema.Codec<A>, payload: unknown): Result.Result<A, DecodeFailed> => {
  const exit = decoder(codec)(payload)
  if (Exit.isSuccess(exit)) return Result.succeed(exit.value)
  const issue = Cause.findError(exit.cause)
  return Result.fail(
    Result.isSuccess(issue)
      ? explain(issue.success, payload)
      : new DecodeFailed({ path: "", expected: "the decoder failed", raw: Redacted.make(payload) })
  )
}

/** Compiles the decoder of a codec before its first payload arrives. */
export const prepare = <A>(codec: Schema.Codec<A>): void => void decoder(codec)(undefined)

/**
 * Decodes a payload that {@link decode} rejected, if the only problem is a malformed member of a union, such as an
 * item. That member is kept as received, as an unknown one.
 */
export const salvage = <A>(codec: Schema.Codec<A>, payload: unknown): Option.Option<A> =>
  Exit.getSuccess(tolerantDecoder(codec)(payload))

// internal

const explain = (issue: SchemaIssue.Issue, payload: unknown): DecodeFailed => {
  let path = ""
  let current = issue
  let owner: SchemaAST.AST | undefined
  for (;;) {
    switch (current._tag) {
      case "Pointer":
        for (const key of current.path) path += `[${describeKey(key, owner)}]`
        current = current.issue
        continue
      case "Filter":
      case "Encoding":
        current = current.issue
        continue
      case "Composite":
        owner = current.ast
        current = current.issues[0]
        continue
      case "AnyOf": {
        const [first] = current.issues
        if (first === undefined) break
        current = first
        continue
      }
    }
    break
  }
  return new DecodeFailed({ path, expected: expectation(current), raw: Redacted.make(payload) })
}

// Only the protocol's own field names are shown. The keys of a record are payload, such as file paths and variable
// names.
const describeKey = (key: PropertyKey, owner: SchemaAST.AST | undefined): string => {
  if (typeof key === "number") return String(key)
  return owner?._tag === "Objects" && owner.propertySignatures.some(({ name }) => name === key)
    ? JSON.stringify(String(key))
    : "…"
}

const typeName = ({ _tag }: SchemaAST.AST): string =>
  _tag === "Objects" ? "an object" : _tag === "Arrays" ? "an array" : _tag.toLowerCase()

// Says what was expected, and never what was received: that could be a secret.
const expectation = (issue: SchemaIssue.Issue): string => {
  switch (issue._tag) {
    case "MissingKey":
      return "missing key"
    case "InvalidType":
      return `expected ${typeName(issue.ast)}`
    case "AnyOf":
    case "OneOf":
      return "no union member matches"
    default:
      return "invalid value"
  }
}
