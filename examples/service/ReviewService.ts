/**
 * A service on top of Codex. Its callers see neither Codex nor its errors. `18-review-service.ts` runs it, and
 * `21-testing-your-program.test.ts` tests it and its callers.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { Codex, retryOnOverload, Thread } from "effect-codex"

// #region service
export class Review extends Schema.Class<Review>("Review")({
  verdict: Schema.Literals(["approve", "reject"]),
  comments: Schema.Array(Schema.String)
}) {}

export class ReviewFailed extends Schema.TaggedError<ReviewFailed>("ReviewFailed")("ReviewFailed", {
  why: Schema.String
}) {}

export class ReviewService extends Context.Service<
  ReviewService,
  { readonly review: (diff: string) => Effect.Effect<Review, ReviewFailed> }
>()("example/ReviewService") {}
// #endregion

// #region layer
/** Reviews each diff on a separate ephemeral thread. */
export const layer: Layer.Layer<ReviewService, never, Codex.Codex> = Layer.effect(
  ReviewService,
  Effect.gen(function* () {
    const codex = yield* Codex.Codex
    const ask = Effect.fn("ReviewService.review")(
      function* (diff: string) {
        const thread = yield* Thread.scoped(codex.startThread({ ephemeral: true, sandbox: "readOnly" }))
        const { value } = yield* thread
          .runAs(Review, `Review this diff:\n\n${diff}`, { maxDuration: "5 minutes" })
          .pipe(Effect.retry(retryOnOverload))
        return value
      },
      Effect.scoped,
      Effect.mapError((error) => new ReviewFailed({ why: error.message }))
    )
    return ReviewService.of({ review: ask })
  })
)
// #endregion

// #region gate
/** What the rest of the program does with the service. It does not depend on Codex. */
export const gate = Effect.fnUntraced(function* (diff: string) {
  const reviews = yield* ReviewService
  const { comments, verdict } = yield* reviews.review(diff)
  return verdict === "approve" ? "merged" : `rejected: ${comments.join("; ")}`
})
// #endregion
