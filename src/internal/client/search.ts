/**
 * Searches threads as one stream, with each thread once.
 *
 * Since codex 0.171.0 the server sends some matches while it still searches, and interrupting the stream cancels the
 * search. Older servers are queried page by page, and complete a page that is in flight.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CodexClient } from "../../CodexClient.ts"
import { CodexError } from "../../CodexError.ts"
import * as paramKeys from "../../generated/paramKeys.ts"
import type { ThreadSearchParams, ThreadSearchResponse, ThreadSearchResult } from "../../generated/types.ts"
import * as settings from "../settings.ts"
import { insist } from "./insisting.ts"
import { type Paged, pagedNames, toParams } from "./listing.ts"
import * as paging from "./paging.ts"
import * as runtimeGate from "./runtimeGate.ts"

type Client = CodexClient

const names = pagedNames(paramKeys.ThreadSearchParams)

/** Emits every thread that matches, starting with the first page. */
export const search = (
  client: Client,
  options: Paged<ThreadSearchParams>
): Stream.Stream<ThreadSearchResult, CodexError> =>
  Stream.suspend(() => {
    const isStreamed = runtimeGate.isAtLeast(client.metadata.version, "0.171.0")
    const method = isStreamed ? "thread/search/stream" : "thread/search"
    const fault = settings.unknownOption(options, names)
    if (fault !== undefined) return Stream.fail(new CodexError({ method, reason: fault }))
    // Provisional matches are repeated on their page. Cursors have whole seconds, so pages can overlap.
    const seen = new Set<string>()
    const fresh = ({ data }: { readonly data: ReadonlyArray<ThreadSearchResult> }) =>
      data.filter(({ thread }) => {
        if (seen.has(thread.id)) return false
        seen.add(thread.id)
        return true
      })
    const page = (cursor: string | null | undefined, onSent?: (id: number) => void) => {
      const params = toParams({ ...options, cursor })
      return isStreamed ? cancellable(client, params, onSent) : client.request(method, params)
    }

    let next: string | null | undefined
    const first = (onSent?: (id: number) => void) =>
      Stream.fromEffect(page(options.cursor, onSent)).pipe(
        Stream.map((reply) => {
          next = reply.nextCursor
          return fresh(reply)
        })
      )
    const beginning = isStreamed
      ? Stream.unwrap(
          Effect.map(client.subscribe, (events) => {
            let searching: number | undefined
            const provisional = events.pipe(
              Stream.map((event) =>
                event.method === "thread/search/partial" && event.params.requestId === searching
                  ? fresh(event.params)
                  : []
              )
            )
            const reply = first((id) => {
              searching = id
            })
            return Stream.merge(provisional, reply, { haltStrategy: "right" })
          })
        )
      : first()
    const others = Stream.suspend(() =>
      typeof next === "string" ? paging.elements((cursor) => Effect.map(page(cursor), rest(fresh)), next) : Stream.empty
    )
    return Stream.concat(Stream.flattenIterable(beginning), others)
  })

// internal

const rest =
  (fresh: (page: ThreadSearchResponse) => ReadonlyArray<ThreadSearchResult>) =>
  (page: ThreadSearchResponse): paging.Page<ThreadSearchResult> => ({ data: fresh(page), nextCursor: page.nextCursor })

/** Requests one page. Interrupting the caller cancels the search on the server too. */
const cancellable = (client: Client, params: ThreadSearchParams, onSent?: (id: number) => void) => {
  let requestId: number | undefined
  return client
    .request("thread/search/stream", params, {
      onSent: (id) => {
        requestId = id
        onSent?.(id)
      }
    })
    .pipe(
      Effect.onInterrupt(() => {
        const sent = requestId
        return sent === undefined
          ? Effect.void
          : Effect.ignore(
              Effect.timeout(
                insist((patience) => client.request("thread/search/stream/cancel", { requestId: sent }, patience)),
                "1 second"
              )
            )
      })
    )
}
