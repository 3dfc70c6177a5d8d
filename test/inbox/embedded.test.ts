/** The inbox on the embedded database: the same program without a server to install. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Fiber, Layer } from "effect"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as EmbeddedPostgres from "../../src/cluster/EmbeddedPostgres.ts"
import * as Test from "./support.ts"

const layer = ApprovalInbox.layerSql({ pollInterval: "20 millis" }).pipe(Layer.provide(EmbeddedPostgres.layer()))

describe("an ApprovalInbox in the embedded database", () => {
  it.layer(layer, { excludeTestServices: true, timeout: "30 seconds" })((it) => {
    it.effect("counts one of many answers at once, and delivers it", () =>
      Effect.gen(function* () {
        const inbox = yield* ApprovalInbox.ApprovalInbox
        const asked = yield* Effect.forkChild(inbox.ask({ ...Test.request, id: "one" }), { startImmediately: true })
        yield* Effect.exit(inbox.get("one")).pipe(Effect.repeat({ until: Exit.isSuccess }))
        const exits = yield* Effect.forEach(
          Array.from({ length: 20 }, (_, index) => `person-${index}`),
          (by) => Effect.exit(inbox.answer("one", { choice: "accept", by })),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(exits.filter(Exit.isSuccess), 1)
        assert.strictEqual((yield* Fiber.join(asked)).status, "delivered")
        assert.lengthOf(yield* Test.audit(inbox, "one"), 3)
        assert.lengthOf((yield* inbox.list({ status: ["delivered"], pageSize: 1 })).data, 1)
        assert.strictEqual(yield* inbox.prune(DateTime.add(yield* DateTime.now, { seconds: 1 })), 1)
      })
    )
  })
})
