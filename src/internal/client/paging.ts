/**
 * The pages of a list as one stream. Lazy: a page is requested after the previous one was consumed. The content of a
 * page depends on its method.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** One page, in the shape that every list of the protocol has. */
export interface Page<A> {
  readonly data: ReadonlyArray<A>
  readonly nextCursor?: string | null | undefined
}

/**
 * Emits all elements, starting at a cursor, or at the beginning if there is none. Ends when the server returns no
 * further cursor, or one that it returned before.
 */
export const elements = <A, E>(
  page: (cursor: string | null | undefined) => Effect.Effect<Page<A>, E>,
  from: string | null | undefined
): Stream.Stream<A, E> =>
  Stream.suspend(() => {
    const seen = new Set<unknown>([from])
    return Stream.paginate(from, (cursor) =>
      Effect.map(page(cursor), ({ data, nextCursor }) => {
        const isNew = typeof nextCursor === "string" && !seen.has(nextCursor)
        if (isNew) seen.add(nextCursor)
        return [data, isNew ? Option.some(nextCursor) : Option.none()] as const
      })
    )
  })
