/**
 * Reasons of a single rejected or failed call.
 *
 * Reasons of the connection as a whole are in `connectionReasons.ts`. `classify.ts` maps the server's messages to
 * reasons.
 *
 * The messages here contain no text of the server or the caller, because it can hold secrets. `RequestRejected` keeps
 * the server's own text; reading it requires `Redacted.value`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { codexVersion } from "../../generated/version.ts"
import * as Concealed from "./concealed.ts"
import { asSentence } from "./connectionReasons.ts"

const id = (name: string): string => `effect-codex/CodexError/${name}`

/** How to read the server's own text. Messages do not contain it, because it can quote what was sent. */
export const howToRead = "`Redacted.value(error.reason.serverMessage)`"

/**
 * The server rejected the call because it is overloaded. It did nothing, so you can retry safely: see
 * `retryOnOverload`.
 */
export class Overloaded extends Schema.TaggedError<Overloaded>(id("Overloaded"))("Overloaded", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "The server is overloaded and rejected the call without executing it. Retry with `Effect.retry(retryOnOverload)`."
  }
}

/**
 * The limit of the call was exceeded. `sent` says whether the server may have executed the call, or may still do so.
 *
 * If `sent` is `true`, retry only a call that can safely run twice. A call that was not sent can be retried.
 */
export class RequestTimeout extends Schema.TaggedError<RequestTimeout>(id("RequestTimeout"))("RequestTimeout", {
  /** The timeout that passed, counted from the call. */
  timeout: Schema.DurationFromMillis,
  /**
   * Whether the call was sent. `false`: it waited for one of the `maxInFlight` permits, for a server that no
   * longer reads, or for a process that is being started again.
   */
  sent: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(true)))
}) {
  get isRetryable(): boolean {
    return !this.sent
  }
  override get message(): string {
    const limit = `${Duration.toSeconds(this.timeout)} s`
    return this.sent
      ? `No reply within ${limit}. The call was sent and its outcome is unknown: the server may still complete it, so retry only if it is safe to run twice. If it needs longer, increase \`requestTimeout\`, or \`timeout\` of this call.`
      : `The call was not sent within ${limit}: other calls used all slots (\`maxInFlight\`), the server stopped reading, or its process was being started again. Retry later, or with a longer timeout.`
  }
}

/** The server does not know the thread, or has not loaded it. */
export class ThreadNotFound extends Schema.TaggedError<ThreadNotFound>(id("ThreadNotFound"))("ThreadNotFound", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The thread is not loaded on the server. Resume it, or start a new one."
  }
}

/** The process was started again, and the thread cannot be resumed on it. */
export class ThreadLost extends Schema.TaggedError<ThreadLost>(id("ThreadLost"))("ThreadLost", {
  /** `ephemeral`: it was never saved. `notSaved`: it ran no turn, so the server has nothing to resume. */
  why: Schema.Literals(["ephemeral", "notSaved"])
}) {
  readonly isRetryable = false
  override get message(): string {
    const why = this.why === "ephemeral" ? "it is ephemeral" : "it was not saved before its first turn"
    return `The process was started again, and the thread ended with the earlier process, because ${why}. Start a new thread.`
  }
}

/** The thread was never saved, so it cannot be resumed, forked or deleted. */
export class RolloutNotFound extends Schema.TaggedError<RolloutNotFound>(id("RolloutNotFound"))("RolloutNotFound", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The thread was never saved, or not in this Codex home: it has no turns, is ephemeral, or was deleted. If the server failed to save it, `warnings` in the results of its turns says so. Start a new thread."
  }
}

/** The thread is archived. */
export class ThreadArchived extends Schema.TaggedError<ThreadArchived>(id("ThreadArchived"))("ThreadArchived", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The thread is archived. Call `codex.unarchiveThread(id)`, which also resumes it."
  }
}

/** Another process has the thread open for writing. */
export class ActiveWriter extends Schema.TaggedError<ActiveWriter>(id("ActiveWriter"))("ActiveWriter", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "Another process has this thread open. Close it there, retry later, or fork the thread."
  }
}

/** The thread has no turn yet, so it has no history to read or resume. */
export class NoTurnsYet extends Schema.TaggedError<NoTurnsYet>(id("NoTurnsYet"))("NoTurnsYet", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The thread has no turns yet, so it has no history. Run a turn first."
  }
}

/** The server supports this only for paginated threads (`historyMode: "paginated"`), and this thread is not one. */
export class ThreadNotPaginated extends Schema.TaggedError<ThreadNotPaginated>(id("ThreadNotPaginated"))(
  "ThreadNotPaginated",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "The server does not support this call on this thread: it is ephemeral, has no turns yet, or was started with a codex before 0.151.0. To read an older thread, use `history` or `items`; to truncate it, fork it with `beforeTurnId`."
  }
}

/** No turn is running on the thread. */
export class NoActiveTurn extends Schema.TaggedError<NoActiveTurn>(id("NoActiveTurn"))("NoActiveTurn", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "No turn is running on this thread: it has ended or has not started. To send input either way, use `thread.send`."
  }
}

/** A turn is running, but not the expected one. */
export class TurnMismatch extends Schema.TaggedError<TurnMismatch>(id("TurnMismatch"))("TurnMismatch", {
  /** The turn that the caller expected. */
  expected: Schema.String,
  /** The running turn. */
  actual: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `A different turn is running: expected ${this.expected}, found ${this.actual}.`
  }
}

/** The running turn accepts no further input (for example a review or a compaction). */
export class TurnNotSteerable extends Schema.TaggedError<TurnNotSteerable>(id("TurnNotSteerable"))(
  "TurnNotSteerable",
  {}
) {
  readonly isRetryable = false
  override get message(): string {
    return "The running turn does not accept input (a review or a compaction, for example). Wait until it ends, then start a new turn."
  }
}

/** A turn is running on the thread, and the caller chose neither to join it nor to wait for it. */
export class ThreadBusy extends Schema.TaggedError<ThreadBusy>(id("ThreadBusy"))("ThreadBusy", {
  /** The running turn, if its id is known. */
  turnId: Schema.NullOr(Schema.String)
}) {
  readonly isRetryable = true
  override get message(): string {
    return 'A turn or goal is running on this thread. Wait until it ends, or call `thread.send` with `whenBusy: "steer"` or `"queue"`.'
  }
}

/**
 * The input joined a turn that was started elsewhere at the same moment. The settings of the call did not apply to
 * it.
 */
export class TurnJoined extends Schema.TaggedError<TurnJoined>(id("TurnJoined"))("TurnJoined", {
  /** The turn that received the input. */
  turnId: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `Another turn started on this thread at the same moment, and the server added the input to it (${this.turnId}). The answer and the settings are those of that turn. Follow it with \`thread.current\`, or wait until it ends and ask again.`
  }
}

/**
 * A turn of this program with the same key is starting or running on the thread, or waits for it. Nothing was sent:
 * the server would run both.
 */
export class KeyInUse extends Schema.TaggedError<KeyInUse>(id("KeyInUse"))("KeyInUse", {
  /** The turn with the key, if its id is known. */
  turnId: Schema.NullOr(Schema.String)
}) {
  readonly isRetryable = false
  override get message(): string {
    return "A turn with this `key` is already starting or running on this thread, so nothing was sent. To share its result, use `thread.runOnce`; to run a second turn, use another key."
  }
}

/** The connection has not been initialized, or is being initialized twice. */
export class NotInitialized extends Schema.TaggedError<NotInitialized>(id("NotInitialized"))("NotInitialized", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "`initialize` must be the first call, and sent once. The layers of `Codex` do this; do not send it yourself."
  }
}

/** The method or field needs the capability `experimentalApi`. */
export class ExperimentalApiRequired extends Schema.TaggedError<ExperimentalApiRequired>(id("ExperimentalApiRequired"))(
  "ExperimentalApiRequired",
  {
    /** The method, or method and field, that needs it. */
    feature: Schema.String
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `${this.feature} requires the experimental API. Set \`experimentalApi: true\` in the layer.`
  }
}

/** The runtime is too old for the call. It would drop the field silently, so nothing was sent. */
export class RuntimeTooOld extends Schema.TaggedError<RuntimeTooOld>(id("RuntimeTooOld"))("RuntimeTooOld", {
  /** The fields that the runtime does not support. */
  fields: Schema.Array(Schema.String),
  /** The first version that supports them. */
  required: Schema.String,
  /** The running version; empty if it is unknown. */
  actual: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `${this.fields.join(", ")} requires codex ${this.required} or newer; this runtime is ${this.actual === "" ? "of unknown version" : this.actual}. Omit \`executable\` to use the pinned one.`
  }
}

/**
 * The server returned a thread with permissions other than the required ones. It is not used: nothing ran on it for
 * this call.
 */
export class PermissionsDiffer extends Schema.TaggedError<PermissionsDiffer>(id("PermissionsDiffer"))(
  "PermissionsDiffer",
  {
    /** Each setting that differs, in the terms of this package if it has some. */
    differences: Schema.Array(Schema.Struct({ setting: Schema.String, required: Schema.String, actual: Schema.String }))
  }
) {
  readonly isRetryable = false
  override get message(): string {
    const list = this.differences.map(({ actual, required, setting }) => `${setting} is ${actual}, not ${required}`)
    return `The permissions of the thread differ from the required ones: ${list.join("; ")}. To set them, pass \`approvalMode\` and \`sandbox\`.`
  }
}

/** The server does not support this method. It is older than the method, or so new that the method was removed. */
export class MethodNotSupported extends Schema.TaggedError<MethodNotSupported>(id("MethodNotSupported"))(
  "MethodNotSupported",
  {
    /** The first known codex release that has the method; `null` if none is known. */
    required: Schema.NullOr(Schema.String),
    /** The running version; empty if it is unknown. */
    actual: Schema.String,
    /** The method that was probably intended, if the name is not in the protocol. */
    suggestion: Schema.optionalKey(Schema.String)
  }
) {
  readonly isRetryable = false
  override get message(): string {
    const server = this.actual === "" ? "The server" : `The server, codex ${this.actual},`
    if (this.required !== null) {
      return `${server} does not support this method; codex ${this.required} does. Use that version or a newer one, or omit \`executable\` to use the pinned one.`
    }
    if (this.suggestion !== undefined) {
      return `${server} does not support this method. Did you mean \`${this.suggestion}\`?`
    }
    const version =
      this.actual === codexVersion
        ? ""
        : `, or use the version that this package was generated from, codex ${codexVersion}`
    return `${server} does not support this method. Check the spelling${version}.`
  }
}

/** The prompt is longer than the server accepts. */
export class InputTooLarge extends Schema.TaggedError<InputTooLarge>(id("InputTooLarge"))("InputTooLarge", {
  maxChars: Schema.Number,
  actualChars: Schema.Number
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The input has ${this.actualChars} characters; the limit is ${this.maxChars}. Shorten it, or put it in a file and refer to the file.`
  }
}

/** Codex could not load its configuration, or rejected a change to it. */
export class ConfigurationInvalid extends Schema.TaggedError<ConfigurationInvalid>(id("ConfigurationInvalid"))(
  "ConfigurationInvalid",
  {
    /** The server's own text. It includes the file and the key. */
    serverMessage: Concealed.text
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `The Codex configuration is invalid (config.toml in the Codex home, or the \`config\` option). For the file and key, read ${howToRead}.`
  }
}

/** The call requires a login, or a different kind of login. */
export class LoginRequired extends Schema.TaggedError<LoginRequired>(id("LoginRequired"))("LoginRequired", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The call requires a login that this Codex home does not have. Log in first; some calls require a ChatGPT login."
  }
}

/**
 * An argument is invalid. This package rejects it before anything is sent. The server checks the form of a thread id.
 */
export class InvalidInput extends Schema.TaggedError<InvalidInput>(id("InvalidInput"))("InvalidInput", {
  /** The name of the argument. */
  argument: Schema.String,
  /** What is wrong with it. Never contains the value itself. */
  description: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `Invalid argument \`${this.argument}\`: ${asSentence(this.description)}`
  }
}

/** The server rejected the call for another reason. */
export class RequestRejected extends Schema.TaggedError<RequestRejected>(id("RequestRejected"))("RequestRejected", {
  /** The JSON-RPC error code. On this server, −32600 stands for nearly everything. */
  code: Schema.Number,
  /** The part of the server's text that can be shown. All quotations in it are masked. */
  summary: Schema.String,
  /** The server's text as received. It can quote what was sent. */
  serverMessage: Concealed.text,
  /** The `data` of the error as received; `undefined` if there was none. */
  data: Concealed.payload
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The server rejected the call (code ${this.code}): ${asSentence(this.summary)}`
  }
}

/** A received value does not match the schema of the protocol. */
export class DecodeFailed extends Schema.TaggedError<DecodeFailed>(id("DecodeFailed"))("DecodeFailed", {
  /** The position in the payload, as a JSON path such as `["thread"]["id"]`. */
  path: Schema.String,
  /** What was expected there. */
  expected: Schema.String,
  /** The payload as received. */
  raw: Concealed.payload
}) {
  readonly isRetryable = false
  override get message(): string {
    return `Unexpected server response at ${this.path === "" ? "the root" : this.path}: ${this.expected}. The runtime version probably differs from ${codexVersion}: compare \`codex.metadata.version\`.`
  }
}

/** The message could not be written as JSON (a BigInt, a cycle). Nothing was sent. */
export class EncodeFailed extends Schema.TaggedError<EncodeFailed>(id("EncodeFailed"))("EncodeFailed", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The parameters cannot be encoded as JSON. Remove BigInt values and circular references."
  }
}
