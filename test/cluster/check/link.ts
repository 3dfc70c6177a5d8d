/**
 * The way of one runner to PostgreSQL: a proxy that can be cut, as a network can. While it is cut, bytes are neither
 * passed on nor refused, on connections that exist and on new ones.
 */
import { Effect, type Scope } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A way that can be cut. */
export interface Link {
  readonly socket: string
  readonly cut: () => void
  /** What was sent in the meantime arrives. */
  readonly mend: () => void
}

/** Opens a way to the socket. It ends with the scope. */
export const make = (target: string): Effect.Effect<Link, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<Link & { readonly close: () => void }>((resume) => {
      const folder = mkdtempSync(join(tmpdir(), "link-"))
      const socket = join(folder, "link.sock")
      const sockets = new Set<Socket>()
      let isCut = false
      const track = (one: Socket): void => {
        sockets.add(one)
        one.on("close", () => sockets.delete(one)).on("error", () => one.destroy())
        if (isCut) one.pause()
      }
      const server = createServer({ allowHalfOpen: true }, (from) => {
        const to = connect({ path: target, allowHalfOpen: true })
        for (const [one, other] of [
          [from, to],
          [to, from]
        ] as const) {
          one.on("data", (bytes) => other.write(bytes))
          one.on("end", () => other.end())
          one.on("close", () => other.destroy())
          track(one)
        }
      })
      const set = (cut: boolean) => () => {
        isCut = cut
        for (const one of sockets) {
          if (cut) one.pause()
          else one.resume()
        }
      }
      const close = () => {
        server.close()
        for (const one of sockets) one.destroy()
        rmSync(folder, { recursive: true, force: true })
      }
      server.listen(socket, () => resume(Effect.succeed({ socket, cut: set(true), mend: set(false), close })))
    }),
    ({ close }) => Effect.sync(close)
  )
