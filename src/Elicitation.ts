/**
 * Answers to the questions of MCP servers to the user, and of Codex before it calls their tools.
 *
 * It creates one handler for `mcpServer/elicitation/request` from one entry per kind of question. `ServerRequests`
 * describes how requests run, and what happens if a handler fails or takes too long.
 *
 * A request with no matching entry is declined. A request is also declined if its entry returns an invalid answer.
 * Codex passes answers on unchecked, so they are checked here, and an answer that does not match its form is never
 * sent.
 *
 * **Example** (Answering a form, and approving a tool)
 *
 * ```ts
 * const elicitation = Elicitation.handler({
 *   form: (question) =>
 *     Effect.gen(function*() {
 *       const values = yield* fillIn(question.message, question.fields, Elicitation.defaults(question))
 *       return Option.match(values, { onNone: () => Elicitation.cancel, onSome: Elicitation.accept })
 *     }),
 *   toolApproval: ({ arguments: given, message, serverName }) =>
 *     Effect.map(
 *       // The whole call, as text that is safe to print.
 *       confirm(Printable.line(`${serverName}: ${message} ${JSON.stringify(Option.getOrUndefined(given))}`)),
 *       (yes) => (yes ? Elicitation.accept() : Elicitation.decline)
 *     )
 * })
 * const codex = Codex.layer().pipe(
 *   Layer.provide(ServerRequests.layer({ "mcpServer/elicitation/request": elicitation }))
 * )
 * ```
 *
 * **Gotchas**
 *
 * In the mode `denyAll`, nothing is asked. In `autoReview`, the reviewer decides about tools, but forms and pages
 * are still sent to this program.
 *
 * Codex does not ask about a tool that declares itself read-only (`readOnlyHint`), or neither destructive nor
 * open-world. It calls such a tool even in `denyAll`. Set `default_tools_approval_mode = "prompt"` in the
 * configuration of its MCP server to be asked about every call.
 *
 * @since 0.169.0
 */
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type * as answers from "./internal/elicitation/answers.ts"
import type { AnswerNotOffered, FormAnswerInvalid } from "./internal/elicitation/errors.ts"
import type { Field, Value, Values } from "./internal/elicitation/fields.ts"
import * as schemas from "./internal/elicitation/fieldSchema.ts"
import * as forms from "./internal/elicitation/form.ts"
import * as handlers from "./internal/elicitation/handler.ts"
import type { NoOtherKeys } from "./internal/serverRequests/types.ts"
import type { FormQuestion } from "./internal/elicitation/questions.ts"
import type { Handler } from "./ServerRequests.ts"

export type {
  AcceptAlways,
  AcceptForm,
  AcceptForSession,
  AcceptPlain,
  Cancel,
  Decline,
  FormAnswer,
  ToolAnswer,
  UrlAnswer
} from "./internal/elicitation/answers.ts"
export {
  AnswerNotOffered,
  FormAnswerInvalid,
  FormIssue,
  isAnswerNotOffered,
  isFormAnswerInvalid
} from "./internal/elicitation/errors.ts"
export type {
  BooleanField,
  Choice,
  Field,
  MultiSelectField,
  NumberField,
  SingleSelectField,
  TextField,
  Value,
  Values
} from "./internal/elicitation/fields.ts"
export type { Entries, Failure, Requirements } from "./internal/elicitation/handler.ts"
export type {
  FormQuestion,
  OtherQuestion,
  ToolApprovalQuestion,
  UrlQuestion
} from "./internal/elicitation/questions.ts"
export { isToolApproval, type ToolApprovalParams } from "./internal/elicitation/toolApproval.ts"

/**
 * Creates a handler from entries.
 *
 * Pass it to `ServerRequests.layer`, or to the option `serverRequests` if it has no requirements.
 *
 * **Details**
 *
 * The handler fails as its entries do, with `FormAnswerInvalid` if an answer does not match its form, and with
 * `AnswerNotOffered` if an answer lasts longer than the request offers. Each failure declines the request.
 *
 * @category constructors
 * @since 0.169.0
 */
export const handler = <const H extends handlers.Entries>(
  entries: H & NoOtherKeys<H, keyof handlers.Entries>
): Handler<
  "mcpServer/elicitation/request",
  handlers.Failure<H> | FormAnswerInvalid | AnswerNotOffered,
  handlers.Requirements<H>
> =>
  // Type boundary: the type of `entries` says what they fail with and require.
  handlers.handler(entries as handlers.Entries<handlers.Failure<H>, handlers.Requirements<H>>)

/**
 * Accepts this request only: a form with its values, a page or a tool without values.
 *
 * @category answers
 * @since 0.169.0
 */
export const accept: {
  (): answers.AcceptPlain
  (values: Values): answers.AcceptForm
} = accepted

/**
 * Declines the request, and the turn continues.
 *
 * The MCP server learns that the user declined. For a tool, the model learns that the call was declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: answers.Decline = { _tag: "decline" }

/**
 * Closes the question without a choice. The MCP server may ask again later, and the turn continues.
 *
 * @category answers
 * @since 0.169.0
 */
export const cancel: answers.Cancel = { _tag: "cancel" }

/**
 * Accepts the tool call and later calls of this tool on this thread, without asking again.
 *
 * If `question.offers` does not contain `session`, the request is declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptForSession: answers.AcceptForSession = { _tag: "acceptForSession" }

/**
 * Accepts the tool call and all later calls of this tool, without asking again.
 *
 * **Gotchas**
 *
 * The server writes the answer into the `config.toml` of the Codex home, for every thread of every program that uses
 * it. If `question.offers` does not contain `always`, the request is declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptAlways: answers.AcceptAlways = { _tag: "acceptAlways" }

/**
 * Validates the values of a form, so that you can ask the user again. Returns the values that would be sent.
 *
 * Fields without a value are omitted. A value without a field of the form is invalid.
 *
 * @category validation
 * @since 0.169.0
 */
export const check: (form: FormQuestion, values: unknown) => Effect.Effect<Values, FormAnswerInvalid> = forms.check

/**
 * Returns the initial values of a form: those of the fields with a default. They are sent only if the answer has
 * them.
 *
 * @category validation
 * @since 0.169.0
 */
export const defaults: (form: FormQuestion) => Values = forms.defaults

/**
 * Returns the schema of the answer to one field, for a user interface that validates while the user types.
 *
 * @category schemas
 * @since 0.169.0
 */
export const fieldSchema: (field: Field) => Schema.Codec<Value> = schemas.fieldSchema

/**
 * Describes what a field expects, such as `a whole number, at least 1 and at most 9`. Quotes no values or choices.
 *
 * @category formatting
 * @since 0.169.0
 */
export const describeField: (field: Field) => string = schemas.describe

// internal

function accepted(): answers.AcceptPlain
function accepted(values: Values): answers.AcceptForm
function accepted(values?: Values): answers.AcceptPlain | answers.AcceptForm {
  return values === undefined ? { _tag: "accept" } : { _tag: "accept", values }
}
