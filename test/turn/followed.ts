/**
 * A followed turn: over a connection in memory, and without one.
 */
import { Effect } from "effect"
import * as followedTurn from "../../src/internal/turn/followedTurn.ts"
import * as Notification from "../../src/internal/client/notifications.ts"
import * as Peer from "../support/peer.ts"
import * as T from "./support.ts"

/** A turn that has started, with an open message. */
export const begun = Effect.gen(function* () {
  const server = yield* T.connect()
  const thread = yield* server.thread
  const turn = yield* T.startTurn(server, thread, "u")
  const { end, start } = T.turnEvents(thread.id, "u")
  const open = T.itemStarted(thread.id, "u", Peer.agentMessage("m", ""))
  const say = (...texts: ReadonlyArray<string>) =>
    Effect.andThen(server.notifyAll(texts.map((text) => T.delta(thread.id, "u", text))), server.flush)
  const begin = Effect.andThen(server.notifyAll([...start, open]), server.flush)
  const close = (text: string) =>
    Effect.andThen(
      server.notifyAll([
        T.itemCompleted(thread.id, "u", Peer.agentMessage("m", text, { phase: "final_answer" })),
        ...end
      ]),
      server.flush
    )
  return { begin, close, say, server, thread, turn }
})

/** A followed turn without a connection. */
export const feedOf = (keepEvents: boolean) => {
  const feed = followedTurn.make({ threadId: "t", turnId: "u", keepEvents, onEnd: () => {} })
  feed.startKeeping()
  const tell = ({ method, params }: Peer.Notification) =>
    feed.apply(Notification.decode({ method, params, message: { method, params } }))
  const deltas = (count: number, text: string) => {
    for (let n = 0; n < count; n++) tell(T.delta("t", "u", text))
  }
  const { end, start } = T.turnEvents("t", "u")
  return { feed, tell, deltas, begin: () => start.forEach(tell), end: () => end.forEach(tell) }
}
