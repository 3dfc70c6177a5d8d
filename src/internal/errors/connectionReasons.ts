/**
 * Reasons that concern the connection as a whole: it did not start, or it has ended. Reasons of a single rejected
 * call are in `requestReasons.ts`.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Result } from "../turn/shownResult.ts"
import * as Concealed from "./concealed.ts"

/** A description with its full stop. */
export const asSentence = (description: string): string =>
  description.endsWith(".") || description.endsWith("?") ? description : `${description}.`

const seconds = (duration: Duration.Duration): string => `${Duration.toSeconds(duration)} s`

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
    return `Invalid option \`${this.option}\`: ${asSentence(this.description)}`
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
    return `No codex binary found. Searched:\n${this.searched.map((place) => `  - ${place}`).join("\n")}\n${this.advice}`
  }
}

// The advice for each system error.
const spawnAdvice = (kind: string): string => {
  switch (kind) {
    case "E2BIG":
      return "Its arguments and environment are too large. Move settings from `config` to the config.toml of the Codex home."
    case "EMFILE":
    case "ENFILE":
      return "Too many files are open. Close some in this program, or increase the limit (`ulimit -n`)."
    case "EAGAIN":
    case "ENOMEM":
      return "The system cannot start another process. End some processes, increase the limit (`ulimit -u`), or add memory."
    case "NotFound":
      return "Check that the file exists and, if it is a script, that its interpreter exists."
    case "PermissionDenied":
      return "Check that this user may run the file (`chmod +x`), and that its file system is not mounted with `noexec`."
    case "ETXTBSY":
      return "Another process is writing the file. Start the process when that is done."
    default:
      return "Check that it is an executable file built for this platform."
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
    return `Could not start ${this.executable} (${this.kind}). ${spawnAdvice(this.kind)}`
  }
}

/** The server did not answer `initialize` in time. Its process has been ended. */
export class StartTimeout extends Schema.TaggedError<StartTimeout>("effect-codex/CodexError/StartTimeout")(
  "StartTimeout",
  {
    /** The limit that was exceeded, in milliseconds: the setting `startTimeout`. */
    timeout: Schema.DurationFromMillis,
    /**
     * The last stderr lines of the process, with known secrets masked. JSON encoded with the schema contains none of
     * them.
     */
    stderr: Concealed.lines(() => [])
  }
) {
  readonly isRetryable = false
  override get message(): string {
    return `codex app-server did not respond to \`initialize\` within ${seconds(this.timeout)}. Check \`stderr\`, or increase \`startTimeout\` on a slow machine.`
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
 * - `Unresponsive`: the server did not answer a heartbeat in time, so this side closed the connection.
 * - `Closed`: this side closed the connection, because the scope of the layer closed.
 */
export const ConnectionEnd = Schema.Union([
  Schema.TaggedStruct("Exited", { exitCode: Schema.NullOr(Schema.Number), signal: Schema.NullOr(Schema.String) }),
  Schema.TaggedStruct("EndOfOutput", {}),
  Schema.TaggedStruct("WriteFailed", {}),
  Schema.TaggedStruct("ReadFailed", {}),
  Schema.TaggedStruct("LineTooLong", { maxLineBytes: Schema.Number }),
  Schema.TaggedStruct("Unresponsive", { timeout: Schema.DurationFromMillis }),
  Schema.TaggedStruct("Closed", {})
])

/** How a connection ended. */
export type ConnectionEnd = typeof ConnectionEnd.Type

/** Returns what happened, without a full stop. */
export const describeEnd = (end: ConnectionEnd): string => {
  switch (end._tag) {
    case "Exited":
      return end.signal === null
        ? `codex app-server exited with code ${end.exitCode}`
        : `codex app-server was killed by ${end.signal}`
    case "EndOfOutput":
      return "codex app-server closed its standard output"
    case "WriteFailed":
      return "codex app-server stopped reading its standard input"
    case "ReadFailed":
      return "Could not read the output of codex app-server"
    case "LineTooLong":
      return `codex app-server sent a line longer than ${end.maxLineBytes} bytes`
    case "Unresponsive":
      return `codex app-server did not answer a heartbeat within ${seconds(end.timeout)}`
    case "Closed":
      return "The connection is closed because the scope of its layer has ended"
  }
}

const adviceOn = (end: ConnectionEnd): ReadonlyArray<string> => {
  switch (end._tag) {
    case "LineTooLong":
      return ["Increase `maxLineBytes` if this is expected."]
    case "Closed":
      return ["Use Codex only inside that scope."]
    default:
      return []
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
  sent: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(true))),
  /**
   * Whether the layer starts the process again, because it has the option `restart`. Then the thread and its handle
   * can be used again, unless the schedule ends.
   */
  restarts: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(false))),
  /**
   * What was collected of the turn that failed with this reason. Absent for anything else. Printers do not show it.
   *
   * The outcome of such a turn is unknown. A command that was running is among its `unfinishedItems`.
   */
  turn: Schema.optional(Result)
}

/**
 * The connection has ended. Every open call and every turn in flight fails with this reason.
 *
 * If the layer starts the process again (`restarts`), streams, handles and later calls continue on the new process.
 * Otherwise they fail with this reason, too. To continue, build the layer again; a persisted thread can be resumed
 * there.
 */
export class ConnectionClosed extends Concealed.conceal(
  Schema.TaggedError<ConnectionClosed>("effect-codex/CodexError/ConnectionClosed")("ConnectionClosed", closedFields),
  "turn"
) {
  readonly isRetryable = false

  constructor(fields: Schema.Struct<typeof closedFields>["~type.make.in"], options?: Schema.MakeOptions) {
    // A copy that only this error has.
    super({ ...fields, stderr: [...fields.stderr] }, options)
    if (this.phase === "running") notShown.add(this.stderr)
  }

  override get message(): string {
    const end = describeEnd(this.end)
    const unsent = this.sent ? [] : ["This call was not sent."]
    const advice = adviceOn(this.end)
    const isClosed = this.end._tag === "Closed"
    if (this.phase === "running") {
      const turn =
        this.turn === undefined ? [] : ["The outcome of the turn is unknown. What was collected is in `turn`."]
      return [`${end}.`, ...unsent, ...turn, ...advice, ...(isClosed ? [] : [this.#next])].join(" ")
    }
    // Before the handshake, nothing from the caller has been sent, so the stderr lines of the process can be shown.
    const [words] = lastWords(this.stderr)
    // A server that cannot start exits with a different code.
    const isStranger = this.end._tag === "Exited" && this.end.exitCode === 0
    return [
      isClosed ? `${end}.` : `${end} before it responded to \`initialize\`.`,
      ...advice,
      ...(isStranger ? ["Is this program codex? Run it with `--version`."] : []),
      ...(words === undefined ? [] : [`Last stderr line: ${words}`])
    ].join(" ")
  }

  get #next(): string {
    if (!this.restarts) return "Rebuild the layer, then resume the thread."
    return this.sent
      ? "The process is started again, and nothing is sent again automatically. Check what was done before you repeat it."
      : "The process is started again. Retry later."
  }
}

/** Returns the reason for a call that was not sent. */
export const unsent = (reason: ConnectionClosed): ConnectionClosed =>
  reason.sent ? new ConnectionClosed({ ...ownFields(reason), sent: false }) : reason

/** Returns the reason after which no process follows. */
export const lasting = (reason: ConnectionClosed): ConnectionClosed =>
  reason.restarts ? new ConnectionClosed({ ...ownFields(reason), restarts: false }) : reason

/** Returns the reason for a turn, with what was collected of it. */
export const ofTurn = (reason: ConnectionClosed, turn: typeof Result.Type): ConnectionClosed =>
  new ConnectionClosed({ ...ownFields(reason), turn })

// internal

const ownFields = ({ end, phase, restarts, sent, stderr }: ConnectionClosed) => ({
  end,
  phase,
  restarts,
  sent,
  stderr
})
