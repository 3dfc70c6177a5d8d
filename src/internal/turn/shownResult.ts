/**
 * What an error shows of a turn's result: counts when printed; ids, numbers and protocol names in JSON. Prompts,
 * items and the text of the server and the model stay in the program. `concealed.ts` ensures that.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type { CodexErrorInfo, ThreadItem, TurnError } from "../../generated/types.ts"
import { field, placeholder } from "../errors/concealed.ts"
import { shownName } from "../errors/shownName.ts"
import { typeOf } from "./items.ts"
import type { TurnResult } from "./turnResult.ts"

/**
 * How much a turn had done when it failed or was stopped.
 *
 * @category models
 * @since 0.171.0
 */
export interface Collected {
  /** Items that were completed. */
  readonly items: number
  /** Items that were started and never completed. */
  readonly unfinishedItems: number
  /** The tokens that the turn used, as last reported; `null` if they were not. */
  readonly totalTokens: number | null
}

/** Returns the counts of a result. */
export const countsOf = (result: TurnResult): Collected => ({
  items: result.items.length,
  unfinishedItems: result.unfinishedItems.length,
  totalTokens: Option.match(result.usage, { onNone: () => null, onSome: ({ turn }) => turn.totalTokens })
})

// An error's name without its text: `{ "httpConnectionFailed": { "httpStatusCode": 502 } }`, or the name alone.
const Info = Schema.NullOr(
  Schema.Union([
    Schema.String,
    Schema.Record(Schema.String, Schema.Struct({ httpStatusCode: Schema.NullOr(Schema.Number) }))
  ])
)

const ShownError = Schema.Struct({ codexErrorInfo: Info })

const Tokens = Schema.Struct({
  cacheWriteInputTokens: Schema.optionalKey(Schema.Number),
  cachedInputTokens: Schema.Number,
  inputTokens: Schema.Number,
  outputTokens: Schema.Number,
  reasoningOutputTokens: Schema.Number,
  totalTokens: Schema.Number
})

const NullableNumber = Schema.NullOr(Schema.Number)

const Goal = Schema.Struct({
  status: Schema.String,
  tokenBudget: NullableNumber,
  tokensUsed: Schema.Number,
  /** In milliseconds. */
  timeUsed: Schema.Number
})

const ShownResult = Schema.Struct({
  id: Schema.String,
  status: Schema.String,
  error: Schema.NullOr(ShownError),
  startedAt: Schema.NullOr(Schema.String),
  completedAt: Schema.NullOr(Schema.String),
  /** In milliseconds. */
  duration: NullableNumber,
  /** The type of each item. */
  items: Schema.Array(Schema.String),
  /** The type of each item. */
  unfinishedItems: Schema.Array(Schema.String),
  /** The method of each warning. */
  warnings: Schema.Array(Schema.Literals(["warning", "guardianWarning"])),
  usage: Schema.NullOr(
    Schema.Struct({ last: Tokens, total: Tokens, turn: Tokens, modelContextWindow: Schema.optionalKey(NullableNumber) })
  ),
  /** Only in the result of a goal. */
  goal: Schema.optionalKey(Goal)
})

type ShownResult = typeof ShownResult.Type

/** The fields of the goal in a `GoalResult` that are known here. */
interface SomeGoal {
  readonly objective: string
  readonly status: string
  readonly tokenBudget: Option.Option<number>
  readonly tokensUsed: number
  readonly timeUsed: Duration.Duration
}

const showInfo = (info: CodexErrorInfo | null | undefined): typeof Info.Type => {
  if (info === null || info === undefined) return null
  if (typeof info === "string") return shownName(info)
  const [entry] = Object.entries("~unknown" in info ? info["~unknown"] : info)
  if (entry === undefined) return null
  const [name, details]: readonly [string, unknown] = entry
  const status: unknown =
    typeof details === "object" && details !== null && "httpStatusCode" in details ? details.httpStatusCode : null
  return { [shownName(name)]: { httpStatusCode: typeof status === "number" ? status : null } }
}

const showError = ({ codexErrorInfo }: TurnError): typeof ShownError.Type => ({
  codexErrorInfo: showInfo(codexErrorInfo)
})

const readError = ({ codexErrorInfo }: typeof ShownError.Type): TurnError => ({
  message: placeholder,
  codexErrorInfo:
    typeof codexErrorInfo === "object" && codexErrorInfo !== null ? { "~unknown": codexErrorInfo } : codexErrorInfo
})

const showTokens = (tokens: typeof Tokens.Type): typeof Tokens.Type => ({
  ...(tokens.cacheWriteInputTokens === undefined ? {} : { cacheWriteInputTokens: tokens.cacheWriteInputTokens }),
  cachedInputTokens: tokens.cachedInputTokens,
  inputTokens: tokens.inputTokens,
  outputTokens: tokens.outputTokens,
  reasoningOutputTokens: tokens.reasoningOutputTokens,
  totalTokens: tokens.totalTokens
})

const showItems = (items: ReadonlyArray<ThreadItem>): ReadonlyArray<string> =>
  items.map((item) => shownName(typeOf(item)))

// The protocol's form of an item that cannot be decoded: it has only a type.
const readItems = (types: ReadonlyArray<string>): ReadonlyArray<ThreadItem> =>
  types.map((type) => ({ type: "~unknown", raw: { type } }))

const show = (result: TurnResult & { readonly goal?: SomeGoal }): ShownResult => ({
  id: result.id,
  status: shownName(result.status),
  error: Option.getOrNull(Option.map(result.error, showError)),
  startedAt: Option.getOrNull(Option.map(result.startedAt, DateTime.formatIso)),
  completedAt: Option.getOrNull(Option.map(result.completedAt, DateTime.formatIso)),
  duration: Option.getOrNull(Option.map(result.duration, Duration.toMillis)),
  items: showItems(result.items),
  unfinishedItems: showItems(result.unfinishedItems),
  warnings: result.warnings.map(({ method }) => method),
  usage: Option.getOrNull(
    Option.map(result.usage, ({ last, modelContextWindow, total, turn }) => ({
      last: showTokens(last),
      total: showTokens(total),
      turn: showTokens(turn),
      ...(modelContextWindow === undefined ? {} : { modelContextWindow })
    }))
  ),
  ...(result.goal === undefined
    ? {}
    : {
        goal: {
          status: shownName(result.goal.status),
          tokenBudget: Option.getOrNull(result.goal.tokenBudget),
          tokensUsed: result.goal.tokensUsed,
          timeUsed: Duration.toMillis(result.goal.timeUsed)
        }
      })
})

const read = ({ goal, ...shown }: ShownResult): TurnResult & { readonly goal?: SomeGoal } => ({
  id: shown.id,
  status: shown.status,
  error: Option.map(Option.fromNullOr(shown.error), readError),
  startedAt: Option.flatMap(Option.fromNullOr(shown.startedAt), DateTime.make),
  completedAt: Option.flatMap(Option.fromNullOr(shown.completedAt), DateTime.make),
  duration: Option.map(Option.fromNullOr(shown.duration), Duration.millis),
  finalResponse: Option.none(),
  items: readItems(shown.items),
  usage: Option.fromNullOr(shown.usage),
  unfinishedItems: readItems(shown.unfinishedItems),
  warnings: shown.warnings.map((method) => ({ method, message: placeholder })),
  ...(goal === undefined
    ? {}
    : {
        goal: {
          ...goal,
          objective: placeholder,
          tokenBudget: Option.fromNullOr(goal.tokenBudget),
          timeUsed: Duration.millis(goal.timeUsed)
        }
      })
})

// Not validated further: this package creates results, and they hold the protocol's own values.
const isResult = (value: unknown): value is TurnResult =>
  Predicate.isReadonlyObject(value) && Array.isArray(value["items"]) && Array.isArray(value["unfinishedItems"])

/** The result in an error. */
export const Result: Schema.declare<TurnResult> = field<TurnResult, ShownResult>({
  label: "turn result",
  is: isResult,
  shown: ShownResult,
  show,
  read
})

/** Several results in an error, oldest first. */
export const Results: Schema.declare<ReadonlyArray<TurnResult>> = field<
  ReadonlyArray<TurnResult>,
  ReadonlyArray<ShownResult>
>({
  label: "turn results",
  is: (value): value is ReadonlyArray<TurnResult> => Array.isArray(value) && value.every(isResult),
  shown: Schema.Array(ShownResult),
  show: (results) => results.map(show),
  read: (results) => results.map(read)
})

/** An error of the connection to the model, in an error. */
export const Retrying: Schema.declare<Option.Option<TurnError>> = field<
  Option.Option<TurnError>,
  typeof ShownError.Type | null
>({
  label: "retrying",
  is: (value): value is Option.Option<TurnError> => Option.isOption(value),
  shown: Schema.NullOr(ShownError),
  show: (retrying) => Option.getOrNull(Option.map(retrying, showError)),
  read: (shown) => Option.map(Option.fromNullOr(shown), readError)
})
