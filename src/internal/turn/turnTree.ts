/**
 * The events of a turn and of its sub-agents. The server subscribes the connection to a child thread automatically,
 * but the first events of the child arrive before anything links it to its parent. So events of unknown threads are
 * kept until the link is reported.
 */
import * as Cause from "effect/Cause"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ThreadItem } from "../../generated/types.ts"
import type * as Notification from "../client/notifications.ts"
import type { EventsFailure, TreeEvent, TurnEvent } from "../../Turn.ts"
import * as eventBuffer from "../client/eventBuffer.ts"
import { mergeEvents } from "../client/mergeDeltas.ts"
import type { Session } from "../session/session.ts"
import type { FollowedTurn } from "./followedTurn.ts"
import { shownIds } from "../errors/shownIds.ts"

// How many events of possible child threads are kept: the latest ones, because the link follows soon.
const maxKept = 4096

/** Emits the events of the turn and of its sub-agents, from now until the end of the turn. */
export const make = (listen: Session["listen"], feed: FollowedTurn): Stream.Stream<TreeEvent, EventsFailure> =>
  Stream.unwrap(
    Effect.map(
      Effect.acquireRelease(
        Effect.contextWith((context: Context.Context<never>) =>
          Effect.sync(() => {
            const tree = open(listen, feed)
            const { threadId, turnId } = feed
            tree.onLost(() =>
              Effect.runForkWith(context)(Effect.annotateLogs(Effect.logWarning(lost), shownIds({ threadId, turnId })))
            )
            return tree
          })
        ),
        ({ close }) => Effect.sync(close)
      ),
      ({ stream }) => stream
    )
  )

// internal

const lost =
  "A consumer of `turn.tree` is more than 64 MiB behind, so its oldest events are dropped. Logged once per consumer."

const open = (listen: Session["listen"], feed: FollowedTurn) => {
  const buffer = eventBuffer.make<TreeEvent, EventsFailure>({
    place: ({ event }) => mergeEvents.place(event),
    bytes: ({ event }) => mergeEvents.bytes(event),
    text: ({ event }) => mergeEvents.text(event),
    withText: (told, text) => ({ ...told, event: mergeEvents.withText(told.event, text) })
  })
  // Each thread of the tree, with its parent.
  const parents = new Map<string, string | undefined>([[feed.threadId, undefined]])
  let isEndShown = false
  let unclaimed: Array<{ readonly threadId: string; readonly event: Notification.Notification }> = []

  const emit = (threadId: string, event: TurnEvent): void => {
    buffer.offer({ threadId, parentThreadId: Option.fromUndefinedOr(parents.get(threadId)), event })
    if (event.method === "item/started" || event.method === "item/completed") link(threadId, event.params.item)
  }

  const link = (parent: string, item: ThreadItem): void => {
    if (item.type !== "collabAgentToolCall") return
    for (const child of item.receiverThreadIds) {
      if (parents.has(child)) continue
      parents.set(child, parent)
      const kept = unclaimed
      unclaimed = kept.filter(({ threadId }) => threadId !== child)
      for (const { event, threadId } of kept) if (threadId === child) emit(threadId, event)
    }
  }

  const leave = listen({
    onNotification: (notification, threadId, turnId) => {
      if (threadId === undefined) return
      if (threadId === feed.threadId) {
        if (!feed.isOwn(notification, turnId)) return
        if (notification.method === "turn/completed") isEndShown = true
        emit(threadId, notification)
        return
      }
      if (parents.has(threadId)) emit(threadId, notification)
      else {
        if (unclaimed.length >= 2 * maxKept) unclaimed = unclaimed.slice(-maxKept)
        unclaimed.push({ threadId, event: notification })
      }
    },
    onEnd: () => {}
  })

  const close = () => {
    leave()
    stopObserving()
  }

  const finish = () => {
    if (!feed.isEnded()) return
    close()
    // An end that was read from a reply of the server bypasses the listener.
    const last = feed.last()
    if (last !== undefined && !isEndShown) emit(feed.threadId, last)
    buffer.end(feed.end() ?? Cause.done())
  }

  if (feed.isEnded() || feed.state().items.length > 0) {
    const state = feed.state()
    buffer.offer({ threadId: feed.threadId, parentThreadId: Option.none(), event: { method: "~snapshot", state } })
    for (const { item } of state.items) link(feed.threadId, item)
  }
  const stopObserving = feed.observe(finish)
  finish()
  return { close, stream: buffer.stream, onLost: (listener: () => void) => buffer.onLost(listener) }
}
