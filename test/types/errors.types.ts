/**
 * The types of errors with the result of a turn: programs read and create it unchanged, although printers do not show
 * it. Checked by `npm run types`; never run.
 */
import type * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type { TurnError } from "../../src/generated/types.ts"
import type * as StructuredOutput from "../../src/StructuredOutput.ts"
import type { TurnResult } from "../../src/Turn.ts"
import * as TurnErrors from "../../src/internal/turn/turnErrors.ts"

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
declare const holds: <_T extends true>() => void

declare const result: TurnResult
declare const stalled: TurnErrors.TurnStalled
declare const invalid: StructuredOutput.StructuredOutputInvalid

holds<Equal<typeof stalled.result, TurnResult>>()
holds<Equal<typeof stalled.retrying, Option.Option<TurnError>>>()
holds<Equal<typeof invalid.attempts, ReadonlyArray<TurnResult>>>()
holds<Equal<typeof stalled.isRetryable, false>>()

const turn = { threadId: "t", turnId: "u" }
holds<Equal<Schema.Schema.Type<typeof TurnErrors.TurnInterrupted>, TurnErrors.TurnInterrupted>>()
export const made = new TurnErrors.TurnInterrupted({ ...turn, result })
// @ts-expect-error the result is missing
export const empty = new TurnErrors.TurnInterrupted(turn)
// @ts-expect-error it is no result
export const wrong = new TurnErrors.TurnInterrupted({ ...turn, result: 5 })
