import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { autoReview } from "../../../src/internal/turn/autoReview.ts"

type Event = Parameters<typeof autoReview>[0]

const params = {
  threadId: "t",
  turnId: "u",
  reviewId: "r",
  targetItemId: "c",
  action: { type: "command", command: "ls" },
  review: { status: "denied", riskLevel: "high", userAuthorization: "low", rationale: "because" }
}

/** The review in an event of this method. */
// Type boundary: the event has only what is read.
const read = (method: string, change: object = {}) =>
  autoReview({ method, params: { ...params, ...change } } as unknown as Event)

const review = {
  id: "r",
  threadId: "t",
  turnId: "u",
  itemId: Option.some("c"),
  action: params.action,
  verdict: Option.some("denied"),
  riskLevel: Option.some("high"),
  userAuthorization: Option.some("low"),
  rationale: Option.some("because")
}

describe("the review in an event", () => {
  for (const method of ["item/autoApprovalReview/started", "item/autoApprovalReview/completed"]) {
    it(`is that of ${method}`, () => assert.deepStrictEqual<unknown>(read(method), Option.some(review)))

    it(`of ${method} has no verdict while it runs, and none of what the server leaves out`, () => {
      const running = read(method, { targetItemId: null, review: { status: "inProgress", riskLevel: null } })
      assert.deepStrictEqual<unknown>(
        running,
        Option.some({
          ...review,
          itemId: Option.none(),
          verdict: Option.none(),
          riskLevel: Option.none(),
          userAuthorization: Option.none(),
          rationale: Option.none()
        })
      )
    })
  }

  it("is absent from other events", () => {
    for (const method of ["item/started", "turn/completed", "~snapshot"]) assert.isTrue(Option.isNone(read(method)))
  })
})
