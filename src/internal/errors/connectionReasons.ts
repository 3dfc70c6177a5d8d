/**
 * Reasons that concern the connection as a whole: it did not start, or it has ended. Reasons of a single rejected
 * call are in `requestReasons.ts`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Concealed from "./concealed.ts"

const seconds = (millis: number): string => `${millis / 1000} s`

/** A setting is invalid. Nothing was started. */
export class InvalidOptions extends Schema.TaggedError<InvalidOptions>("effect-codex/CodexError/InvalidOptions")(
  "InvalidOptions",
  {
    /** The name of the setting, with its path if it is nested (`config.features.goals`). */
    option: Schema.String,
    /** What is wrong with it. Never contains the value itself. */
    description: Schema.String
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `The option \`${this.option}\` can't be used: ${this.description}`
  }
}

/** No codex binary for this machine was found. */
export class RuntimeNotFound extends Schema.TaggedError<RuntimeNotFound>("effect-codex/CodexError/RuntimeNotFound")(
  "RuntimeNotFound",
  {
    /** Every place that was searched, in order. */
    searched: Schema.Array(Schema.String),
    /** How to fix it. */
    advice: Schema.String
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `No codex binary was found. Looked at:\n${this.searched.map((place) => `  - ${place}`).join("\n")}\n${this.advice}`
  }
}

// The advice for each system error.
const spawnAdvice = (kind: string): string => {
  switch (kind) {
    case "E2BIG":
      return "Its arguments and variables are too long: move settings from `config` to the config.toml of the Codex home."
    case "EMFILE":
    case "ENFILE":
      return "No more files can be opened: close some that this program has open, or raise the limit (`ulimit -n`)."
    case "EAGAIN":
    case "ENOMEM":
      return "The system has no room for another process: end some, raise the limit (`ulimit -u`), or give it more memory."
    case "NotFound":
      return "Check that the file exists and, if it is a script, that its interpreter does."
    case "PermissionDenied":
      return "Check that this user may run the file (`chmod +x`), and that its file system isn't mounted with `noexec`."
    case "ETXTBSY":
      return "The file is being written: start the process when that is done."
    default:
      return "Check that the file is an executable for this machine."
  }
}

/** The operating system failed to start the process. */
export class SpawnFailed extends Schema.TaggedError<SpawnFailed>("effect-codex/CodexError/SpawnFailed")("SpawnFailed", {
  executable: Schema.String,
  /** The system's reason: `NotFound`, `PermissionDenied`, or a code such as `E2BIG` and `EMFILE`. */
  kind: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The process ${this.executable} could not be started (${this.kind}). ${spawnAdvice(this.kind)}`
  }
}

/** The server did not answer `initialize` in time. Its process has been ended. */
export class StartTimeout extends Schema.TaggedError<StartTimeout>("effect-codex/CodexError/StartTimeout")(
  "StartTimeout",
  {
    /** The limit that was exceeded, in milliseconds: the setting `startTimeout`. */
    timeoutMillis: Schema.Number,
    /**
     * The last stderr lines of the process, with known secrets masked. JSON encoded with the schema contains none of
     * them.
     */
    stderr: Concealed.lines(() => [])
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `codex app-server did not answer \`initialize\` within ${seconds(this.timeoutMillis)}. Its last lines are in \`stderr\`; raise \`startTimeout\` if the machine is slow.`
  }
}

/**
 * How a connection ended.
 *
 * - `Exited`: the process has exited; either `exitCode` or `signal` is set. Code 0 does not imply success: the server
 *   also exits with 0 on SIGTERM and on bad input.
 * - `EndOfOutput`: the server closed its output, and no exit was seen.
 * - `WriteFailed`: the server no longer accepts input, and no exit was seen.
 * - `LineTooLong`: the server sent a line over `maxLineBytes`.
 * - `ReadFailed`: the server's output could not be read.
 * - `Closed`: this side closed the connection, because the scope of the layer closed.
 */
export const ConnectionEnd = Schema.Union([
  Schema.TaggedStruct("Exited", { exitCode: Schema.NullOr(Schema.Number), signal: Schema.NullOr(Schema.String) }),
  Schema.TaggedStruct("EndOfOutput", {}),
  Schema.TaggedStruct("WriteFailed", {}),
  Schema.TaggedStruct("ReadFailed", {}),
  Schema.TaggedStruct("LineTooLong", { maxLineBytes: Schema.Number }),
  Schema.TaggedStruct("Closed", {})
])

/** How a connection ended. */
export type ConnectionEnd = typeof ConnectionEnd.Type

const describeEnd = (end: ConnectionEnd): string => {
  switch (end._tag) {
    case "Exited":
      return end.signal === null
        ? `codex app-server exited with code ${end.exitCode}`
        : `codex app-server was ended by ${end.signal}`
    case "EndOfOutput":
      return "codex app-server closed its output"
    case "WriteFailed":
      return "codex app-server stopped taking input"
    case "ReadFailed":
      return "the output of codex app-server could not be read"
    case "LineTooLong":
      return `codex app-server sent a line of more than ${end.maxLineBytes} bytes; raise \`maxLineBytes\` if that was meant`
    case "Closed":
      return "the connection was closed by this program: its layer's scope has ended. Use what it gave within that scope"
  }
}

const lastWords = (stderr: ReadonlyArray<string>): ReadonlyArray<string> => {
  const words = stderr.findLast((line) => /\berror\b/i.test(line)) ?? stderr.at(-1)
  return words === undefined ? [] : [words.slice(0, 400)]
}

// A codec sees one field at a time, so the lines that `message` does not show are tracked here.
const notShown = new WeakSet<ReadonlyArray<string>>()

const closedFields = {
  end: ConnectionEnd,
  /** `starting` until `initialize` is answered, then `running`. */
  phase: Schema.Literals(["starting", "running"]),
  /**
   * The last stderr lines of the process, with known secrets masked. JSON encoded with the schema contains only the
   * one that `message` shows.
   */
  stderr: Concealed.lines((lines) => (notShown.has(lines) ? [] : lastWords(lines))),
  /**
   * `false` if a call failed that was not sent, so the server did nothing for it. It was waiting to be sent, or was
   * made after the end.
   *
   * The server may have executed a call that was sent. For a stream or a handle this is `true`.
   */
  sent: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(true)))
}

/**
 * The connection has ended. Every open call, stream and handle fails with this reason, and so does each later call.
 *
 * To continue, build the layer again; a persisted thread can be resumed there.
 */
export class ConnectionClosed extends Schema.TaggedError<ConnectionClosed>("effect-codex/CodexError/ConnectionClosed")(
  "ConnectionClosed",
  closedFields
) {
  readonly isRetryable = false

  constructor(fields: Schema.Struct<typeof closedFields>["~type.make.in"], options?: Schema.MakeOptions) {
    // A copy that only this error has.
    super({ ...fields, stderr: [...fields.stderr] }, options)
    if (this.phase === "running") notShown.add(this.stderr)
  }

  override get message(): string {
    const end = describeEnd(this.end)
    const unsent = this.sent ? "" : ". This call was not sent"
    if (this.phase === "running") {
      return `${end}${unsent}${this.end._tag === "Closed" ? "" : ". To go on, build the layer anew, then resume the thread"}`
    }
    // Before the handshake, nothing from the caller has been sent, so the stderr lines of the process can be shown.
    const [words] = lastWords(this.stderr)
    // A server that cannot start exits with a different code.
    const isStranger = this.end._tag === "Exited" && this.end.exitCode === 0
    return [
      `${end} before it answered \`initialize\``,
      ...(isStranger ? ["Is the program a codex? Run it with `--version` by hand"] : []),
      ...(words === undefined ? [] : [`Its last words: ${words}`])
    ].join(". ")
  }
}
