/**
 * A browser that only follows redirects.
 *
 * Each request uses its own connection: the web server of a login stops after one login, and a reused connection
 * would get no reply.
 *
 * @since 0.169.0
 */
import * as Effect from "effect/Effect"
import { request } from "node:http"

/**
 * A page that was visited.
 *
 * @category models
 * @since 0.169.0
 */
export interface Visit {
  readonly url: string
  readonly status: number
  readonly body: string
}

const get = (url: string): Effect.Effect<Visit & { readonly location: string | undefined }, Error> =>
  Effect.callback((resume) => {
    const call = request(url, { agent: false }, (response) => {
      let body = ""
      response.setEncoding("utf8")
      response.on("data", (text: string) => (body += text))
      response.on("error", (error) => resume(Effect.fail(error)))
      response.on("end", () =>
        resume(Effect.succeed({ url, status: response.statusCode ?? 0, body, location: response.headers.location }))
      )
    })
    call.on("error", (error) => resume(Effect.fail(error)))
    call.end()
    return Effect.sync(() => call.destroy())
  })

/**
 * Opens a page and follows its redirects. Returns every page on the way.
 *
 * @category flows
 * @since 0.169.0
 */
export const visit = Effect.fnUntraced(function* (url: string): Effect.fn.Return<ReadonlyArray<Visit>, Error> {
  const visits: Array<Visit> = []
  let next: string | undefined = url
  while (next !== undefined && visits.length < 10) {
    const { location, ...page }: Effect.Success<ReturnType<typeof get>> = yield* get(next)
    visits.push(page)
    next = location === undefined ? undefined : new URL(location, next).href
  }
  return visits
})
