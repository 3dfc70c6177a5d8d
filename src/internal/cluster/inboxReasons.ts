/**
 * Reasons of an `ApprovalInboxError`. They contain ids, names of people and times, and never what was asked or
 * answered.
 *
 * `isRetryable` is true if the same call, unchanged, can succeed later.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as Printable from "../../Printable.ts"

const id = (name: string): string => `effect-codex/ApprovalInboxError/${name}`

const at = (time: DateTime.Utc): string => DateTime.formatIso(time)

// Names come from programs and from models.
const shown = (name: string): string => Printable.line(name.slice(0, 100).toWellFormed())

/** The inbox has no entry with this id. It was never there, or it was pruned. */
export class EntryNotFound extends Schema.TaggedError<EntryNotFound>(id("EntryNotFound"))("EntryNotFound", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "The inbox has no such entry. It was removed, or the id is from another inbox. List the open entries again."
  }
}

/** Another answer was first. It counts, and this one does not. */
export class AlreadyAnswered extends Schema.TaggedError<AlreadyAnswered>(id("AlreadyAnswered"))("AlreadyAnswered", {
  /** Who answered. */
  by: Schema.String,
  /** When. */
  at: Schema.DateTimeUtcFromMillis
}) {
  readonly isRetryable = false
  override get message(): string {
    return `${shown(this.by)} answered at ${at(this.at)}, and only the first answer counts. Read the entry to see the answer.`
  }
}

/** The entry ended without an answer. */
export class EntryClosed extends Schema.TaggedError<EntryClosed>(id("EntryClosed"))("EntryClosed", {
  /** How it ended. */
  status: Schema.Literals(["expired", "withdrawn", "lost"]),
  /** When. */
  at: Schema.DateTimeUtcFromMillis
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The entry was ${ended[this.status]} at ${at(this.at)}, so no answer is possible.`
  }
}

const ended = {
  expired: "declined because no answer came in time",
  withdrawn: "withdrawn, because its turn ended,",
  lost: "lost with the process that asked"
} as const

/** Another person has claimed the entry. */
export class ClaimedByOther extends Schema.TaggedError<ClaimedByOther>(id("ClaimedByOther"))("ClaimedByOther", {
  /** Who has claimed it. */
  by: Schema.String,
  /** When the claim ends, unless it is extended. */
  until: Schema.DateTimeUtcFromMillis
}) {
  readonly isRetryable = true
  override get message(): string {
    return `${shown(this.by)} has claimed the entry until ${at(this.until)}. Answer after that, or ask for its release.`
  }
}

/** The answer is not one that the entry offers. */
export class NotOffered extends Schema.TaggedError<NotOffered>(id("NotOffered"))("NotOffered", {
  /** Which part of the answer was wrong. */
  part: Schema.Literals(["choice", "value"]),
  /** The field of the value, or an empty string for the value as a whole. */
  field: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return this.part === "choice"
      ? "The entry does not offer this choice. Use the `name` of one of its `choices`."
      : this.field === ""
        ? "The value does not match the entry's `fields`. Send an object with a property for each field."
        : `The value of the field ${JSON.stringify(shown(this.field))} does not match. Use its \`type\` and \`options\`, and fill in required fields.`
  }
}

/** An argument is not allowed. Nothing was stored. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>(id("InvalidRequest"))("InvalidRequest", {
  /** Which argument it was. */
  argument: Schema.String,
  /** What is expected. */
  expected: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return `\`${this.argument}\`: expected ${this.expected}.`
  }
}

/** An entry with this id exists, and asks something else. */
export class EntryExists extends Schema.TaggedError<EntryExists>(id("EntryExists"))("EntryExists", {}) {
  readonly isRetryable = false
  override get message(): string {
    return "An entry with this id exists, and it is about something else. Use another id."
  }
}

/** The database failed. What was asked may or may not be stored. */
export class InboxFailed extends Schema.TaggedError<InboxFailed>(id("InboxFailed"))("InboxFailed", {
  /** The kind of the failure, such as `ConnectionError`. */
  kind: Schema.String
}) {
  readonly isRetryable = true
  override get message(): string {
    return `The database of the inbox failed (${this.kind}). Check that it is reachable and that this program may use it, then read the entry before you retry.`
  }
}
