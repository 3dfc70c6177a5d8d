/**
 * Reasons of a `ThreadStoreError`. They contain names and sizes, and never the content of a thread.
 *
 * `isRetryable` is true if the same call, unchanged, can succeed later.
 */
import * as Schema from "effect/Schema"

const id = (name: string): string => `effect-codex/ThreadStoreError/${name}`

/** An argument is not allowed. Nothing was stored. */
export class InvalidName extends Schema.TaggedError<InvalidName>(id("InvalidName"))("InvalidName", {
  /** Which argument it was. */
  argument: Schema.Literals(["threadId", "segment", "offset"])
}) {
  readonly isRetryable = false
  override get message(): string {
    return this.argument === "offset"
      ? "`offset` must be an integer of 0 or more."
      : `\`${this.argument}\` must be 1 to 128 letters, digits, "-", "_" or ".", and begin with a letter or digit.`
  }
}

/** The offset is behind the end of the stored segment. Nothing was stored. */
export class Gap extends Schema.TaggedError<Gap>(id("Gap"))("Gap", {
  /** The offset of the call. */
  offset: Schema.Number,
  /** How many bytes of the segment are stored. */
  size: Schema.Number
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The store has ${this.size} bytes of this segment, so nothing can be appended at ${this.offset}. Append from offset ${this.size} on.`
  }
}

/** The store has other bytes at this place: another process has continued the thread. Nothing was stored. */
export class Conflict extends Schema.TaggedError<Conflict>(id("Conflict"))("Conflict", {
  /** The offset of the call. */
  offset: Schema.Number
}) {
  readonly isRetryable = false
  override get message(): string {
    return `The store has different bytes at offset ${this.offset} or after it: another process has continued this thread. Stop this one, and resume the thread from the store in a home without its files.`
  }
}

/** The parts of a stored segment do not fit together. */
export class Corrupt extends Schema.TaggedError<Corrupt>(id("Corrupt"))("Corrupt", {
  /** The segment. */
  segment: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return "A part of this segment is missing in the store. Restore the store from a backup, or delete the thread there."
  }
}

/** The store itself failed. */
export class StoreFailed extends Schema.TaggedError<StoreFailed>(id("StoreFailed"))("StoreFailed", {
  /** The kind of the failure, such as `NotFound` or `ConnectionError`. */
  kind: Schema.String
}) {
  readonly isRetryable = true
  override get message(): string {
    return `The store failed (${this.kind}). Check that it is reachable and that this program may use it, then retry.`
  }
}

/** A file of the Codex home could not be read or written. */
export class LocalFailed extends Schema.TaggedError<LocalFailed>(id("LocalFailed"))("LocalFailed", {
  /** The kind of the failure, such as `PermissionDenied`. */
  kind: Schema.String
}) {
  readonly isRetryable = true
  override get message(): string {
    return `A file of the Codex home cannot be read or written (${this.kind}). Check the permissions of \`sessions\` and the free space. The program must run on the machine of the app-server.`
  }
}

/** A file of the Codex home does not have the content of the store. No file was overwritten. */
export class LocalDiffers extends Schema.TaggedError<LocalDiffers>(id("LocalDiffers"))("LocalDiffers", {
  /** The segment, which is the name of the file. */
  segment: Schema.String,
  /** `ahead`: the file has more than the store. `different`: it has other content. */
  how: Schema.Literals(["ahead", "different"])
}) {
  readonly isRetryable = false
  override get message(): string {
    return this.how === "ahead"
      ? "The Codex home has more of this thread than the store. Build the mirror over this home first, which stores the rest, then resume."
      : "The Codex home and the store have different continuations of this thread. Nothing was overwritten. Move the local file away to continue from the store, or use `codex.resumeThread` to continue from the file."
  }
}

/** The server has the thread loaded, and the store has more of it. No file was overwritten. */
export class ThreadLoaded extends Schema.TaggedError<ThreadLoaded>(id("ThreadLoaded"))("ThreadLoaded", {}) {
  readonly isRetryable = true
  override get message(): string {
    return "Another process has continued this thread while this server has it loaded. Resume it from the store after the server has unloaded it, or in another Codex home."
  }
}

/** The server uses an older file of the thread than the newest, and cannot be made to use that one. */
export class OlderSegment extends Schema.TaggedError<OlderSegment>(id("OlderSegment"))("OlderSegment", {
  /** The segment that the server does not use, which is the name of the newest file. */
  segment: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return "The server of this Codex home has recorded an older file of this thread, from before a revert. Resume the thread in another Codex home."
  }
}

/** A thread that this one continues is neither in the store nor in the Codex home. */
export class SourceMissing extends Schema.TaggedError<SourceMissing>(id("SourceMissing"))("SourceMissing", {
  /** The thread that is missing. */
  sourceId: Schema.String
}) {
  readonly isRetryable = false
  override get message(): string {
    return "This thread is a fork, and its source is not in the store. Store the source, too: build the mirror over a home that has it."
  }
}
