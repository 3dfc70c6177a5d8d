/**
 * What must and must not compile about answers with a schema. Checked by `npm run types`; never run.
 */
import type { Effect, Redacted, Result } from "effect"
import { Schema } from "effect"
import type { CodexError, InvalidInput } from "../../src/CodexError.ts"
import * as StructuredOutput from "../../src/StructuredOutput.ts"
import type * as Thread from "../../src/Thread.ts"
import type { Failure, TurnResult } from "../../src/Turn.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>(): void => {}

declare const thread: Thread.Thread
interface Decoding {
  readonly decodes: true
}
interface Encoding {
  readonly encodes: true
}
declare const serviced: Schema.Codec<number, string, Decoding, Encoding>

type Answer<A, R = never> = Effect.Effect<
  StructuredOutput.StructuredResult<A>,
  Failure | StructuredOutput.StructuredOutputInvalid,
  R
>

// The value has the schema's type, not that of its JSON.
const Plan = Schema.Struct({ title: Schema.String, due: Schema.optionalKey(Schema.DateFromString) })
const planned = thread.runAs(Plan, "x")
holds<Equal<typeof planned, Answer<{ readonly title: string; readonly due?: Date }>>>()

class Point extends Schema.Class<Point>("Point")({ x: Schema.Finite }) {}
const pointed = thread.runAs(Point, [{ type: "text", text: "x" }], { repair: 1, effort: "low" })
holds<Equal<typeof pointed, Answer<Point>>>()

const listed = thread.runAs(Schema.Array(Schema.Literals(["a", "b"])), "x")
holds<Equal<typeof listed, Answer<ReadonlyArray<"a" | "b">>>>()

// It requires what decoding requires, and not what encoding requires.
const needing = thread.runAs(serviced, "x")
holds<Equal<typeof needing, Answer<number, Decoding>>>()
const prepared = StructuredOutput.prepare(serviced)
holds<Equal<typeof prepared, Result.Result<StructuredOutput.Prepared<number, Decoding, Encoding>, InvalidInput>>>()

// The result is that of a turn, and so are all attempts.
holds<Equal<keyof StructuredOutput.StructuredResult<1>, keyof TurnResult | "value" | "attempts">>()
declare const invalid: StructuredOutput.StructuredOutputInvalid
holds<Equal<typeof invalid.attempts, ReadonlyArray<TurnResult>>>()
holds<Equal<typeof invalid.reason._tag, "NoAnswer" | "NotJson" | "DoesNotFit">>()
declare const misfit: StructuredOutput.DoesNotFit
holds<Equal<typeof misfit.details, Redacted.Redacted<string>>>()
holds<Equal<Extract<Failure, { readonly _tag: "CodexError" }>, CodexError>>()

// @ts-expect-error the schema is the only one
thread.runAs(Plan, "x", { outputSchema: {} })
// @ts-expect-error what is no schema is none
thread.runAs({ type: "object" }, "x")
// A JSON Schema is only for `run`.
thread.run("x", { outputSchema: { type: "object" } })
// @ts-expect-error which repairs nothing
thread.run("x", { repair: 1 })
