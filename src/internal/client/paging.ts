/**
 * Pages of a list as one stream. Lazy: the next page is asked for when the one before it has been taken. What is in a page is its method's business.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"

/** One page, as every list of the protocol has it. */
export interface Page<A> {
  readonly data: ReadonlyArray<A>
  readonly nextCursor?: string | null | undefined
}

/** All elements from a cursor on; none is the beginning. Ends where the server names no further cursor, or one that there was. */
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
