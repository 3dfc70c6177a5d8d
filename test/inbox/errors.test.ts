/** The errors of the inbox and of approvals: what they say, and that they arrive as they were sent. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import { NotDecided } from "../../src/workflow/index.ts"

const at = DateTime.makeUnsafe("2026-01-02T03:04:05.000Z")
const by = "ann\u001b[2J"

const reasons: ReadonlyArray<readonly [reason: ApprovalInbox.Reason, says: string]> = [
  [new ApprovalInbox.EntryNotFound(), "has no such entry"],
  [new ApprovalInbox.AlreadyAnswered({ by, at }), "ann\\u{1b}[2J answered at 2026-01-02T03:04:05.000Z"],
  [new ApprovalInbox.EntryClosed({ status: "expired", at }), "declined because no answer came in time"],
  [new ApprovalInbox.EntryClosed({ status: "withdrawn", at }), "withdrawn, because its turn ended"],
  [new ApprovalInbox.EntryClosed({ status: "lost", at }), "lost with the process that asked"],
  [new ApprovalInbox.ClaimedByOther({ by, until: at }), "has claimed the entry until"],
  [new ApprovalInbox.NotOffered({ part: "choice", field: "" }), "one of its `choices`"],
  [new ApprovalInbox.NotOffered({ part: "value", field: "" }), "a property for each field"],
  [new ApprovalInbox.NotOffered({ part: "value", field: "size" }), 'the field "size" does not match'],
  [
    new ApprovalInbox.InvalidRequest({ argument: "pageSize", expected: "an integer" }),
    "`pageSize`: expected an integer"
  ],
  [new ApprovalInbox.EntryExists(), "Use another id"],
  [new ApprovalInbox.InboxFailed({ kind: "ConnectionError" }), "(ConnectionError)"]
]

const Failure = Schema.toCodecJson(Schema.Union([ApprovalInbox.ApprovalInboxError, NotDecided]))

describe("an error of the inbox", () => {
  it.effect.each(reasons)("says what happened, and arrives as it was sent: %s", ([reason, says]) =>
    Effect.gen(function* () {
      const error = new ApprovalInbox.ApprovalInboxError({
        method: "ApprovalInbox.answer",
        entryId: Option.some("entry-1\u001b"),
        reason
      })
      assert.include(error.message, "ApprovalInbox.answer of entry entry-1\\u{1b} failed. ")
      assert.include(error.message, says)
      assert.notInclude(error.message, "\u001b")
      assert.strictEqual(error.isRetryable, reason._tag === "ClaimedByOther" || reason._tag === "InboxFailed")
      const sent: unknown = JSON.parse(JSON.stringify(yield* Schema.encodeEffect(Failure)(error)))
      const received = yield* Schema.decodeUnknownEffect(Failure)(sent)
      assert.isTrue(ApprovalInbox.isApprovalInboxError(received))
      assert.strictEqual(received.message, error.message)
      const guards = [
        ApprovalInbox.isEntryNotFound,
        ApprovalInbox.isAlreadyAnswered,
        ApprovalInbox.isEntryClosed,
        ApprovalInbox.isClaimedByOther,
        ApprovalInbox.isNotOffered,
        ApprovalInbox.isInvalidRequest,
        ApprovalInbox.isEntryExists,
        ApprovalInbox.isInboxFailed
      ]
      assert.lengthOf(
        guards.filter((guard) => guard(reason)),
        1
      )
    })
  )

  it.effect("of an approval arrives as it was sent, too", () =>
    Effect.gen(function* () {
      for (const status of ["expired", "withdrawn"] as const) {
        const error = new NotDecided({ name: "ship", status })
        const received = yield* Schema.decodeEffect(Failure)(yield* Schema.encodeEffect(Failure)(error))
        assert.deepInclude(received, { _tag: "NotDecided", name: "ship", status })
        assert.include(error.message, "treat it as a decline")
      }
    })
  )
})
