/** The inbox as people use it, in memory and on PostgreSQL, with time that the tests pass. */
import { assert, describe, it } from "@effect/vitest"
import { Deferred, DateTime, Duration, Effect, Exit, Fiber, Logger, Option, References, Schema, Stream } from "effect"
import { TestClock } from "effect/testing"
import { SqlClient } from "effect/sql/SqlClient"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as inboxes from "../../src/internal/cluster/inbox.ts"
import type { Backend } from "../../src/internal/cluster/inboxBackend.ts"
import * as memory from "../../src/internal/cluster/inboxMemory.ts"
import * as Test from "./support.ts"

/** Asks in a fiber of its own, and returns the id of the entry when it is in the inbox. */
const asking = Effect.fnUntraced(function* (
  inbox: ApprovalInbox.ApprovalInbox,
  request: Partial<ApprovalInbox.Request> = {}
) {
  const id = request.id ?? crypto.randomUUID()
  const fiber = yield* Effect.forkChild(inbox.ask({ ...Test.request, ...request, id }), { startImmediately: true })
  yield* Effect.yieldNow.pipe(Effect.andThen(Effect.exit(inbox.get(id))), Effect.repeat({ until: Exit.isSuccess }))
  return { id, fiber }
})

/** Passes the time until the fiber ends. */
const ended = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  TestClock.adjust("1 second").pipe(
    Effect.andThen(Effect.sync(() => fiber.pollUnsafe() !== undefined)),
    Effect.repeat({ until: (isDone) => isDone }),
    Effect.andThen(Fiber.join(fiber))
  )

/** Settings with which little time passes. */
const quick = { pollInterval: "30 millis", lease: "2 seconds" } as const

const reasonOf = <A>(effect: Effect.Effect<A, ApprovalInbox.ApprovalInboxError>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

describe.each([
  { store: "memory", layer: ApprovalInbox.layerMemory() },
  // The time that tests pass at once goes by faster than a database answers, so a lease of usual length would end.
  { store: "PostgreSQL", layer: Test.sql({ lease: "1000 days" }) }
])("an ApprovalInbox in $store", ({ layer }) => {
  it.layer(layer)((it) => {
    it.effect("delivers the answer of a person, and keeps an audit", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox, { threadId: "t-1", runner: "r-1" })
        const { data } = yield* inbox.list({ threadId: "t-1" })
        assert.deepStrictEqual(
          data.map((entry) => [entry.id, entry.status, entry.lines, Option.getOrNull(entry.runner)]),
          [[id, "open", Test.request.lines, "r-1"]]
        )
        const answered = yield* inbox.answer(id, { choice: "accept", by: "ann", note: "it is urgent" })
        assert.strictEqual(answered.status, "answered")
        const entry = yield* ended(fiber)
        assert.strictEqual(entry.status, "delivered")
        assert.deepStrictEqual(
          Option.map(entry.answer, ({ by, choice }) => [by, choice]),
          Option.some(["ann", "accept"])
        )
        assert.deepStrictEqual(yield* Test.audit(inbox, id), ["opened", "answered by ann (accept)", "delivered"])
        assert.deepStrictEqual((yield* inbox.list({ threadId: "t-1" })).data, [])
        const { data: events } = yield* inbox.history({ entryId: id })
        assert.deepStrictEqual(events[1]?.note, Option.some("it is urgent"))
      })
    )

    it.effect("counts one of many answers at once, and says to the others who was first", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox)
        const people = Array.from({ length: 20 }, (_, index) => `person-${index}`)
        const exits = yield* Effect.forEach(people, (by) => Effect.exit(inbox.answer(id, { choice: "accept", by })), {
          concurrency: "unbounded"
        })
        const winners = people.filter((_, index) => exits.map(Exit.isSuccess)[index])
        assert.lengthOf(winners, 1)
        for (const exit of exits) {
          if (Exit.isSuccess(exit)) continue
          const error = Option.getOrThrow(Exit.findErrorOption(exit))
          assert.isTrue(ApprovalInbox.isApprovalInboxError(error))
          assert.isTrue(ApprovalInbox.isAlreadyAnswered(error.reason))
          assert.deepInclude(error.reason, { by: winners[0] ?? "" })
          assert.isFalse(error.isRetryable)
        }
        const entry = yield* ended(fiber)
        assert.deepStrictEqual(
          Option.map(entry.answer, ({ by }) => by),
          Option.fromUndefinedOr(winners[0])
        )
        assert.lengthOf(yield* Test.audit(inbox, id), 3)
      })
    )

    it.effect("declines when the time limit passes, and takes no answer after it", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox, { expiresAfter: "10 minutes" })
        yield* TestClock.adjust("9 minutes")
        assert.isUndefined(fiber.pollUnsafe())
        yield* TestClock.adjust("1 minute")
        const late = yield* reasonOf(inbox.answer(id, { choice: "accept", by: "ann" }))
        assert.deepInclude(late, { _tag: "EntryClosed", status: "expired" })
        const entry = yield* ended(fiber)
        assert.strictEqual(entry.status, "expired")
        assert.isTrue(Option.isNone(entry.answer))
        assert.deepStrictEqual(yield* Test.audit(inbox, id), ["opened", "expired"])
      })
    )

    it.effect("marks an entry as withdrawn if the call is interrupted, and takes no answer", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox)
        yield* Fiber.interrupt(fiber)
        const late = yield* reasonOf(inbox.answer(id, { choice: "accept", by: "ann" }))
        assert.deepInclude(late, { _tag: "EntryClosed", status: "withdrawn" })
        assert.deepStrictEqual(yield* Test.audit(inbox, id), ["opened", "withdrawn (interrupted)"])
      })
    )

    it.effect("lets one person at a time work on an entry, until the claim ends", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox)
        yield* inbox.claim(id, "ann", "2 minutes")
        const claimed = yield* inbox.claim(id, "ann", "3 minutes")
        assert.deepStrictEqual(
          Option.map(claimed.claim, ({ by }) => by),
          Option.some("ann")
        )
        for (const call of [
          inbox.claim(id, "bob"),
          inbox.answer(id, { choice: "accept", by: "bob" }),
          inbox.release(id, "bob")
        ]) {
          const error = yield* Effect.flip(call)
          assert.deepInclude(error.reason, { _tag: "ClaimedByOther", by: "ann" })
          assert.isTrue(error.isRetryable)
        }
        yield* inbox.release(id, "ann")
        yield* inbox.release(id, "ann")
        yield* inbox.claim(id, "bob", "2 minutes")
        yield* TestClock.adjust("2 minutes")
        yield* inbox.answer(id, { choice: "decline", by: "ann" })
        yield* ended(fiber)
        const words = yield* Test.audit(inbox, id)
        assert.deepStrictEqual(
          words.map((line) => line.split(" (")[0]),
          [
            "opened",
            "claimed by ann",
            "claimed by ann",
            "released by ann",
            "claimed by bob",
            "answered by ann",
            "delivered"
          ]
        )
      })
    )

    it.effect("rejects an answer that the entry does not offer", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const field = { label: "x", required: true, options: [], other: false }
        const { fiber, id } = yield* asking(inbox, {
          choices: [
            { name: "send", label: "Send", needsValue: true },
            { name: "decline", label: "Decline", needsValue: false }
          ],
          fields: [
            { ...field, name: "count", type: "integer" },
            { ...field, name: "size", type: "select", options: [{ value: "S", label: "small" }], required: false },
            { ...field, name: "tags", type: "multiSelect", other: true, required: false }
          ]
        })
        const wrong: ReadonlyArray<
          readonly [answer: Omit<ApprovalInbox.Answer, "by">, part: "choice" | "value", field: string]
        > = [
          [{ choice: "acceptAlways" }, "choice", ""],
          [{ choice: "toString" }, "choice", ""],
          [{ choice: "decline", value: {} }, "value", ""],
          [{ choice: "send" }, "value", ""],
          [{ choice: "send", value: [] }, "value", ""],
          [{ choice: "send", value: { count: 1, other: 1 } }, "value", ""],
          [{ choice: "send", value: {} }, "value", "count"],
          [{ choice: "send", value: { count: 1.5 } }, "value", "count"],
          [{ choice: "send", value: { count: 1, size: "M" } }, "value", "size"],
          [{ choice: "send", value: { count: 1, tags: [1] } }, "value", "tags"]
        ]
        for (const [answer, part, name] of wrong) {
          const reason = yield* reasonOf(inbox.answer(id, { ...answer, by: "ann" }))
          assert.deepInclude(reason, { _tag: "NotOffered", part, field: name })
        }
        yield* inbox.answer(id, { choice: "send", value: { count: 2, size: "S", tags: ["a"] }, by: "ann" })
        const entry = yield* ended(fiber)
        // What a person typed is not kept.
        assert.deepStrictEqual(
          Option.map(entry.answer, ({ value }) => value),
          Option.some(Option.none())
        )
      })
    )

    it.effect("pages through entries and the audit, and watches the open ones", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const asked = yield* Effect.forEach(["a", "b", "c"], (name) =>
          Effect.andThen(TestClock.adjust("1 second"), asking(inbox, { kind: "paged", id: `${name}:1` }))
        )
        const seen: Array<ReadonlyArray<string>> = []
        const first = yield* Deferred.make<void>()
        const watching = yield* inbox.watch({ kind: ["paged"] }).pipe(
          Stream.runForEach((entries) => {
            seen.push(entries.map(({ id }) => id))
            return Deferred.succeed(first, undefined)
          }),
          Effect.forkChild({ startImmediately: true })
        )
        const pages = yield* Stream.paginate(undefined as string | undefined, (after) =>
          Effect.map(inbox.list({ kind: ["paged"], pageSize: 2, after }), ({ data, next }) => [data, next] as const)
        ).pipe(Stream.runCollect)
        assert.deepStrictEqual(
          pages.map(({ id }) => id),
          ["a:1", "b:1", "c:1"]
        )
        yield* Deferred.await(first)
        yield* inbox.answer("b:1", { choice: "accept", by: "ann" })
        // With a query between two steps, so that the time goes by no faster than the database answers the watcher.
        yield* TestClock.adjust("500 millis").pipe(
          Effect.andThen(inbox.get("b:1")),
          Effect.repeat({ until: () => seen.length >= 2 })
        )
        assert.deepStrictEqual(seen, [
          ["a:1", "b:1", "c:1"],
          ["a:1", "c:1"]
        ])
        yield* Fiber.interrupt(watching)
        yield* Effect.forEach(asked, ({ fiber }) => Fiber.interrupt(fiber))
        const events = yield* Stream.paginate(undefined as string | undefined, (after) =>
          Effect.map(inbox.history({ pageSize: 3, after }), ({ data, next }) => [data, next] as const)
        ).pipe(
          Stream.filter(({ entryId }) => entryId.endsWith(":1")),
          Stream.runCollect
        )
        assert.strictEqual(new Set(events.map((event) => `${event.entryId}/${event.sequence}`)).size, events.length)
        assert.deepStrictEqual(
          ["a:1", "b:1", "c:1"].map((id) => events.filter(({ entryId }) => entryId === id).map(({ type }) => type)),
          [
            ["opened", "withdrawn"],
            ["opened", "answered", events.find((e) => e.entryId === "b:1" && e.sequence === 3)?.type ?? ""],
            ["opened", "withdrawn"]
          ]
        )
      })
    )

    it.effect("shows text of the model without control characters, and without keys", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox, {
          lines: ["\u001b[2Jhello\u202e", "curl -H 'Authorization: Bearer sk-proj-abcdefgh12345678'"],
          choices: [{ name: "accept", label: "yes\u0007", needsValue: false }]
        })
        const entry = yield* inbox.get(id)
        const sent = JSON.stringify(yield* Schema.encodeEffect(Schema.toCodecJson(ApprovalInbox.EntrySchema))(entry))
        for (const hidden of ["sk-proj", "\u001b", "\u202e", "\u0007", "\\u0007", "\\u001b"])
          assert.notInclude(sent, hidden)
        assert.include(entry.lines[1], "<redacted>")
        assert.include(entry.lines[0], "\\u{1b}[2Jhello")
        yield* Fiber.interrupt(fiber)
      })
    )

    it.effect("puts a request with a token in once, and keeps it without a process", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const put = inbox["~internal"].put({ ...Test.request, id: "put-1", token: "token-1" })
        assert.deepStrictEqual(yield* put, yield* put)
        assert.strictEqual(
          (yield* reasonOf(inbox["~internal"].put({ ...Test.request, id: "put-1", token: "token-2" })))._tag,
          "EntryExists"
        )
        yield* TestClock.adjust("1 hour")
        assert.strictEqual((yield* inbox.get("put-1")).status, "open")
        yield* inbox.withdraw("put-1", { by: "ann" })
        yield* inbox.withdraw("put-1", { by: "bob" })
        assert.deepStrictEqual(yield* Test.audit(inbox, "put-1"), ["opened", "withdrawn by ann (call)"])
      })
    )

    it.effect("removes what ended before a time, and nothing else", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const { fiber, id } = yield* asking(inbox)
        yield* inbox["~internal"].put({ ...Test.request, id: "put-2", token: "t" })
        yield* inbox.withdraw("put-2")
        yield* TestClock.adjust("1 second")
        const now = yield* DateTime.now
        assert.isAtLeast(yield* inbox.prune(now), 1)
        assert.strictEqual((yield* reasonOf(inbox.get("put-2")))._tag, "EntryNotFound")
        assert.deepStrictEqual(yield* Test.audit(inbox, "put-2"), [])
        assert.strictEqual((yield* inbox.get(id)).status, "open")
        yield* Fiber.interrupt(fiber)
      })
    )

    it.effect("checks what callers pass", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const calls: ReadonlyArray<readonly [string, Effect.Effect<unknown, ApprovalInbox.ApprovalInboxError>]> = [
          ["lines", inbox.ask({ ...Test.request, lines: [] })],
          ["lines", inbox.ask({ ...Test.request, lines: ["x".repeat(262_145)] })],
          ["choices", inbox.ask({ ...Test.request, choices: [] })],
          ["kind", inbox.ask({ ...Test.request, kind: "" })],
          ["id", inbox.ask({ ...Test.request, id: "x".repeat(201) })],
          ["expiresAfter", inbox.ask({ ...Test.request, expiresAfter: 0 })],
          ["by", inbox.answer("x", { choice: "accept", by: "" })],
          ["by", inbox.claim("x", "\0")],
          ["lease", inbox.claim("x", "ann", -1)],
          ["pageSize", inbox.list({ pageSize: 0 })],
          ["pageSize", inbox.history({ pageSize: 1001 })],
          ["after", inbox.list({ after: "x" })],
          ["token", inbox["~internal"].put({ ...Test.request, id: "x", token: "" })]
        ]
        for (const [argument, call] of calls) {
          assert.deepInclude(yield* reasonOf(call), { _tag: "InvalidRequest", argument })
        }
        assert.strictEqual((yield* reasonOf(inbox.get("never")))._tag, "EntryNotFound")
      })
    )
  })
})

describe("an ApprovalInbox that looks for lost entries", () => {
  it.effect("keeps an entry whose lease was refreshed while it looked", () =>
    Effect.gen(function* () {
      const backend = memory.make()
      // What a query returns that began before the refreshing.
      const stale: Backend = {
        ...backend,
        due: () =>
          Effect.map(backend.read(["refreshed"]), (found) => ({
            data: found.map((stored) => ({ ...stored, leaseUntil: 0 })),
            next: undefined
          }))
      }
      const settings = { pollInterval: Duration.millis(500), lease: Duration.seconds(30) }
      const looking = yield* inboxes.make(stale, settings)
      const { fiber } = yield* asking(yield* inboxes.make(backend, settings), { id: "refreshed" })
      yield* looking.list()
      assert.strictEqual((yield* looking.get("refreshed")).status, "open")
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.scoped)
  )
})

describe("an ApprovalInbox with entries that another version has stored", () => {
  it.layer(Test.sql(quick), { excludeTestServices: true })((it) => {
    it.effect("leaves those out, logs each once, and shows, sweeps and delivers the others", () => {
      const lines: Array<string> = []
      const logger = Logger.make(({ fiber, logLevel, message }) => {
        if (logLevel === "Warn")
          lines.push(`${String(message)} ${JSON.stringify(fiber.getRef(References.CurrentLogAnnotations))}`)
      })
      return Effect.gen(function* () {
        const inbox = yield* Test.another(quick)
        const sql = yield* SqlClient
        const spoil = (id: string) => sql`
          UPDATE effect_codex_inbox SET entry = REPLACE(entry, '"open"', '"sleeping"'), lease_until = 0 WHERE id = ${id}`
        const spoiled = yield* Effect.forEach(["a", "c"], (id) => asking(inbox, { id }))
        for (const { id } of spoiled) {
          yield* spoil(id)
          yield* sql`UPDATE effect_codex_inbox_events SET event = REPLACE(event, '"opened"', '"woken"') WHERE entry_id = ${id}`
        }
        const good = yield* asking(inbox, { id: "d" })
        const pages: Array<ReadonlyArray<string>> = []
        let after: string | undefined
        do {
          const page = yield* inbox.list({ pageSize: 1, after })
          pages.push(page.data.map(({ id }) => id))
          after = Option.getOrUndefined(page.next)
        } while (after !== undefined)
        assert.deepStrictEqual(pages.flat(), ["d"])
        assert.deepStrictEqual(
          (yield* inbox.history()).data.map(({ entryId }) => entryId),
          ["d"]
        )
        // A request of this process whose entry is not readable any more is not left waiting.
        for (const { fiber } of spoiled) {
          assert.deepInclude(yield* reasonOf(Fiber.join(fiber)), { _tag: "InboxFailed", kind: "Unreadable" })
        }
        assert.deepInclude(yield* reasonOf(inbox.get("a")), { _tag: "InboxFailed", kind: "Unreadable" })
        yield* inbox.answer("d", { choice: "accept", by: "ann" })
        assert.strictEqual((yield* Fiber.join(good.fiber)).status, "delivered")
        const about = lines.filter((line) => line.includes("left out"))
        assert.lengthOf(about, 2)
        for (const id of ["a", "c"]) assert.isTrue(about.some((line) => line.includes(`"entryId":"${id}"`)))
      }).pipe(Effect.scoped, Effect.provide(Logger.layer([logger])))
    })
  })
})

describe("two processes with one ApprovalInbox", () => {
  it.layer(Test.sql(quick), { excludeTestServices: true })((it) => {
    it.effect("pass on answers, and find what the other's death has lost", () =>
      Effect.gen(function* () {
        const people = yield* ApprovalInbox.ApprovalInbox
        const sql = yield* SqlClient
        const died = yield* Effect.scoped(
          Effect.gen(function* () {
            const runner = yield* Test.another(quick)
            const answered = yield* asking(runner)
            yield* people.answer(answered.id, { choice: "accept", by: "ann" })
            assert.strictEqual((yield* Fiber.join(answered.fiber)).status, "delivered")
            const died = yield* asking(runner)
            const leases = new Set<unknown>()
            // It lives for longer than its first lease, because it refreshes that.
            yield* sql`SELECT lease_until FROM effect_codex_inbox WHERE id = ${died.id}`.pipe(
              Effect.tap(([row]) => Effect.sync(() => leases.add(row?.["lease_until"]))),
              Effect.repeat({ until: () => leases.size >= 4 })
            )
            assert.strictEqual((yield* people.get(died.id)).status, "open")
            return died
          })
        )
        // The scope has ended the refreshing, as a crash does. The inbox was not told.
        const lost = yield* people.get(died.id).pipe(Effect.repeat({ until: ({ status }) => status !== "open" }))
        assert.strictEqual(lost.status, "lost")
        const late = yield* reasonOf(people.answer(died.id, { choice: "accept", by: "ann" }))
        assert.deepInclude(late, { _tag: "EntryClosed", status: "lost" })
        assert.deepStrictEqual(yield* Test.audit(people, died.id), ["opened", "lost (lease)"])
        yield* Fiber.interrupt(died.fiber)
        assert.deepStrictEqual(yield* Test.audit(people, died.id), ["opened", "lost (lease)"])
      })
    )

    it.effect("decide one of two answers at once", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* ApprovalInbox.ApprovalInbox, yield* Test.another(quick)]
        for (let index = 0; index < 30; index++) {
          const { fiber, id } = yield* asking(one)
          const answers = yield* Effect.forEach(
            [
              one.answer(id, { choice: "accept", by: "ann" }),
              two.answer(id, { choice: "decline", by: "bob" }),
              one.withdraw(id)
            ],
            Effect.exit,
            { concurrency: "unbounded" }
          )
          const entry = yield* Fiber.join(fiber)
          const words = yield* Test.audit(one, id)
          const counted = answers.slice(0, 2).filter(Exit.isSuccess).length
          assert.isAtMost(counted, 1)
          assert.strictEqual(words.filter((word) => word.startsWith("answered")).length, counted)
          assert.strictEqual(words.at(-1)?.split(" ")[0], entry.status)
          assert.isAtMost(words.length, 3)
        }
      })
    )

    it.effect("store neither what was asked nor a key in an error of the database", () =>
      Effect.gen(function* () {
        const inbox = yield* Test.another()
        const sql = yield* SqlClient
        yield* sql`ALTER TABLE effect_codex_inbox RENAME TO moved`
        const error = yield* Effect.flip(inbox.ask({ ...Test.request, lines: ["the secret plan"] }))
        yield* sql`ALTER TABLE moved RENAME TO effect_codex_inbox`
        assert.strictEqual(error.reason._tag, "InboxFailed")
        assert.isTrue(error.isRetryable)
        assert.notInclude(JSON.stringify(error) + String(error), "secret plan")
      })
    )
  })
})
