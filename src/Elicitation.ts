/**
 * What MCP servers ask the user, and what Codex asks before it calls their tools: one handler for `mcpServer/elicitation/request`, made of one for
 * each kind of question. How requests are run, and what happens to a handler that fails or is late, is `ServerRequests`'.
 *
 * What has no entry is declined. So is what an entry answers badly: Codex passes answers on unchecked, so they are checked here, and one that
 * doesn't fit its form never leaves.
 *
 * **Example** (A form, and a tool)
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
 *       // All that would be called, in text that can't act on a terminal.
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
 * In the mode `deny_all` nothing is asked. In `auto_review` tools are the reviewer's, but forms and pages still come to this program.
 *
 * Nobody is asked about a tool that calls itself read-only (`readOnlyHint`), or neither destructive nor open to the world: Codex calls it, in
 * `deny_all` as well. With `default_tools_approval_mode = "prompt"` in the configuration of its MCP server, every call is asked about.
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
export { AnswerNotOffered, FormAnswerInvalid, FormIssue } from "./internal/elicitation/errors.ts"
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
 * A handler for the record of `ServerRequests.layer`, or of the option `serverRequests` where nothing is required.
 *
 * **Details**
 *
 * It fails as its entries do, with `FormAnswerInvalid` for an answer that doesn't fit its form, and with `AnswerNotOffered` for one that holds
 * longer than the request offers. Each of these declines.
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
  // Type boundary: what entries fail with and require is what the record's own type says.
  handlers.handler(entries as handlers.Entries<handlers.Failure<H>, handlers.Requirements<H>>)

/**
 * Yes, this once: to a form with its values, to a page or a tool without.
 *
 * @category answers
 * @since 0.169.0
 */
export const accept: {
  (): answers.AcceptPlain
  (values: Values): answers.AcceptForm
} = accepted

/**
 * No. The MCP server is told that the user said no; the model is told that a tool was refused. The turn goes on.
 *
 * @category answers
 * @since 0.169.0
 */
export const decline: answers.Decline = { _tag: "decline" }

/**
 * The user turned away without a choice. The MCP server may ask again another time; the turn goes on.
 *
 * @category answers
 * @since 0.169.0
 */
export const cancel: answers.Cancel = { _tag: "cancel" }

/**
 * Yes, and this tool won't be asked about again on this thread. Where `question.offers` has no `session`, the request is declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptForSession: answers.AcceptForSession = { _tag: "acceptForSession" }

/**
 * Yes, and this tool will never be asked about again.
 *
 * **Gotchas**
 *
 * The server writes it into the `config.toml` of the Codex home, for every thread of every program that uses it. Where `question.offers` has no
 * `always`, the request is declined.
 *
 * @category answers
 * @since 0.169.0
 */
export const acceptAlways: answers.AcceptAlways = { _tag: "acceptAlways" }

/**
 * The values as they would be sent, or what is wrong with them, so that the user can be asked again. Fields without a value are left out, and what is
 * no field of the form is wrong.
 *
 * @category validation
 * @since 0.169.0
 */
export const check: (form: FormQuestion, values: unknown) => Effect.Effect<Values, FormAnswerInvalid> = forms.check

/**
 * What the form begins with: the values of the fields that have a default. They are sent only if the answer has them.
 *
 * @category validation
 * @since 0.169.0
 */
export const defaults: (form: FormQuestion) => Values = forms.defaults

/**
 * The schema of the answer to one field, for a user interface that checks while the user types.
 *
 * @category schemas
 * @since 0.169.0
 */
export const fieldSchema: (field: Field) => Schema.Codec<Value> = schemas.fieldSchema

/**
 * What a field expects, in words such as `a whole number, at least 1 and at most 9`. They quote neither values nor choices.
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
