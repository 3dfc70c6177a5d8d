/**
 * Options of turns, and the parameters that they become. An omitted option sends nothing. Options of threads are in
 * `threadOptions.ts`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Approval from "../../Approval.ts"
import { InvalidOptions, type RuntimeTooOld } from "../../CodexError.ts"
import { failedAt } from "../errors/failedAt.ts"
import type {
  AdditionalContextEntry,
  CollaborationModeParam,
  PersonalityParam,
  ReasoningEffort,
  ReasoningSummaryParam,
  TurnStartParams
} from "../../generated/types.ts"
import type * as Input from "../../Input.ts"
import type * as Sandbox from "../../Sandbox.ts"
import * as approvalModes from "../approval/modes.ts"
import * as runtimeGate from "../client/runtimeGate.ts"
import * as settings from "../settings.ts"
import { checkCwd, type Connection } from "./threadConnection.ts"
import * as inputParts from "../input/parts.ts"
import * as sandboxParams from "./sandboxParams.ts"
import * as threadFiles from "../input/threadFiles.ts"
import { type LimitOptions, limitNames, limits } from "../turn/limitOptions.ts"
import * as turnKey from "../turn/turnKey.ts"

/**
 * Options of a turn. An omitted option sends nothing, so the thread's own setting applies.
 *
 * **Gotchas**
 *
 * All options except `additionalContext`, `key`, `outputSchema`, `source`, `turnServiceTier` and the limits also apply
 * to later turns of the thread. An effort cannot be cleared again.
 *
 * @category models
 * @since 0.169.0
 */
export interface TurnOptions extends LimitOptions {
  /**
   * Facts for the model in addition to the prompt, by ids that you choose.
   *
   * They come from the application, or are `untrusted`: then the model reads them as tool output. Experimental:
   * needs `experimentalApi`.
   */
  readonly additionalContext?: { readonly [id: string]: AdditionalContextEntry } | undefined
  /**
   * How a request to go beyond the sandbox is decided: `autoReview`, `denyAll`, `ask` or `inherit`, as on a
   * thread.
   *
   * Default: the thread's own mode.
   */
  readonly approvalMode?: Approval.Mode | undefined
  /**
   * Plan mode, or back to the default one: `{ mode: "plan", settings: { model } }`. Overrides `model` and `effort`.
   *
   * Experimental: needs `experimentalApi`.
   */
  readonly collaborationMode?: CollaborationModeParam | undefined
  /** The working directory. It must exist if the server runs on this machine. */
  readonly cwd?: string | undefined
  /**
   * How hard the model thinks: `"low"`, `"medium"`, `"high"` and others.
   *
   * The supported values depend on the model, and the server does not check them. A value that no model lists is
   * logged once: as a warning if it looks like a misspelled one, and otherwise at debug level.
   */
  readonly effort?: ReasoningEffort | undefined
  /**
   * The environments in which commands run. The first is the default. With `[]`, no command can run. Experimental:
   * needs `experimentalApi`.
   */
  readonly environments?: TurnStartParams["environments"]
  /**
   * A string of your own that the server saves with the input, before it asks the model. 1 to 256 characters. Default:
   * a generated one.
   *
   * `thread.turnByKey` finds the turn by it, after a crash too. If a turn of this program with the same key is starting
   * or running on the thread, the call fails with `KeyInUse`. Otherwise a repeated key is a second turn:
   * `thread.runOnce` prevents that. Sent as `clientUserMessageId`. Needs codex 0.139.0.
   */
  readonly key?: string | undefined
  /** The model, by its id: see `codex.models`. */
  readonly model?: string | undefined
  /** The JSON Schema that the answer should match, for this turn only. The server does not check the answer. */
  readonly outputSchema?: { readonly [key: string]: unknown } | undefined
  /**
   * Protocol fields without an option here, such as `responsesapiClientMetadata`. They are sent unchecked, and
   * override the options. Default: none.
   */
  readonly params?: Partial<Omit<TurnStartParams, "threadId" | "input">> | undefined
  /** The id of a permission profile from `permissionProfile/list`. Experimental: needs `experimentalApi`. */
  readonly permissions?: string | undefined
  /** @deprecated The server takes it, and its values no longer select a style. */
  readonly personality?: PersonalityParam | undefined
  /**
   * The access that Codex has without asking. Cannot be combined with `permissions`. Default: the thread's own
   * sandbox.
   */
  readonly sandbox?: Sandbox.TurnSandbox | undefined
  /** The service tier. `null` selects the standard tier. */
  readonly serviceTier?: string | null | undefined
  /** The cause of a turn that no user requested. Sent as `turnTrigger`, for this turn only. Needs codex 0.151.0. */
  readonly source?: string | undefined
  /** How reasoning is summarized. */
  readonly summary?: ReasoningSummaryParam | undefined
  /**
   * Whether to wait if a turn is running on the thread, including one of another client. Default: `queue`.
   *
   * - `queue`: waits until that turn ends.
   * - `reject`: fails with `ThreadBusy`, which contains the id of that turn.
   */
  readonly whenBusy?: "queue" | "reject" | undefined
  /**
   * The service tier of this turn only. `"default"` selects the standard tier.
   *
   * Sent as `serviceTierForTurn`. Needs codex 0.151.0.
   */
  readonly turnServiceTier?: string | undefined
}

/** The option names of a turn. */
export const names: settings.Names<TurnOptions> = {
  ...limitNames,
  additionalContext: true,
  approvalMode: true,
  collaborationMode: true,
  cwd: true,
  effort: true,
  environments: true,
  key: true,
  model: true,
  outputSchema: true,
  params: true,
  permissions: true,
  personality: true,
  sandbox: true,
  serviceTier: true,
  source: true,
  summary: true,
  turnServiceTier: true,
  whenBusy: true
}

// A Schema of Effect would be sent as its JSON, which is empty.
const checkSchema = (schema: unknown): Effect.Effect<void, InvalidOptions> => {
  const isOfEffect = Schema.isSchema(schema)
  if (schema === undefined || (!isOfEffect && typeof schema === "object" && schema !== null && !Array.isArray(schema)))
    return Effect.void
  const description = isOfEffect
    ? "expected JSON Schema, got an Effect Schema; use `thread.runAs`, which also decodes the answer"
    : "expected a JSON Schema object"
  return Effect.fail(new InvalidOptions({ option: "outputSchema", description }))
}

/** Checks a key, if there is one, and that the server will save it. */
export const checkKey = (
  version: string,
  { key, params }: Pick<TurnOptions, "key" | "params">,
  inputParts: number
): Effect.Effect<void, InvalidOptions | RuntimeTooOld> => {
  if (key === undefined) return Effect.void
  const description =
    params?.clientUserMessageId !== undefined
      ? "cannot be combined with `params.clientUserMessageId`"
      : inputParts === 0
        ? "cannot be used without input, or with an external message: the server saves keys with the input of a user"
        : undefined
  if (description !== undefined) return Effect.fail(new InvalidOptions({ option: "key", description }))
  return Effect.andThen(turnKey.check(key), runtimeGate.check(version, ["clientUserMessageId"], turnKey.required))
}

/** Returns the parameters of a new turn, and its limits. `cwd` is the thread's, to resolve relative paths. */
export const toStart = Effect.fnUntraced(
  function* (connection: Connection, threadId: string, cwd: string, input: Input.RunInput, options: TurnOptions) {
    const { client, inspectImage } = connection
    yield* settings.known(options, names)
    const checked = yield* limits(options)
    yield* checkSchema(options.outputSchema)
    yield* settings.oneOf("whenBusy", options.whenBusy, ["queue", "reject"])
    const approval = yield* approvalModes.toParams(options.approvalMode)
    yield* sandboxParams.checkAlone(options.sandbox, options.permissions)
    const sandbox = yield* sandboxParams.toTurnParams(options.sandbox)
    const given = yield* inputParts.toTurnInput(input)
    const gated = {
      toolOutput: given.toolOutput,
      turnTrigger: options.source,
      serviceTierForTurn: options.turnServiceTier
    }
    const asked = Object.entries(gated).flatMap(([field, value]) => (value === undefined ? [] : [field]))
    yield* runtimeGate.check(client.metadata.version, asked)
    yield* checkKey(client.metadata.version, options, given.input.length)
    yield* checkCwd(connection, options)
    const params: TurnStartParams = {
      ...approval,
      ...sandbox,
      ...gated,
      additionalContext: options.additionalContext,
      clientUserMessageId: options.key,
      collaborationMode: options.collaborationMode,
      cwd: options.cwd,
      effort: options.effort,
      environments: options.environments,
      model: options.model,
      outputSchema: options.outputSchema,
      permissions: options.permissions,
      personality: options.personality,
      serviceTier: options.serviceTier,
      summary: options.summary,
      ...options.params,
      threadId,
      input: yield* threadFiles.resolve(given.input, options.params?.cwd ?? options.cwd ?? cwd, inspectImage)
    }
    return { limits: checked, params }
  },
  Effect.mapError(failedAt("turn/start"))
)
