/**
 * The app-server protocol: every type, every method, and how each is decoded.
 *
 * Types of received values are open. Enums are `"a" | "b" | (string & {})`, and a union of objects has one more
 * member for unknown values. If a field such as `type` distinguishes the members, that one is
 * `{ type: "~unknown", raw }`. If their keys do (`"httpConnectionFailed" in info`), it is `{ "~unknown": … }`. Both
 * contain the raw object, and a `switch` on the known members still narrows.
 *
 * Types of sent values are closed: an unknown member does not compile. A type that is both sent and received has two
 * names: `UserInput` as received and `UserInputParam` as sent.
 *
 * **Details**
 *
 * Type imports have no cost at run time. Importing a value loads the table of codecs, which takes about 9 ms after
 * `effect/Schema`. Each codec is built when it is first used.
 *
 * @since 0.169.0
 */
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "./generated/methods.ts"

export type * from "./generated/types.ts"
export type {
  KnownNotification,
  Notification,
  RestartedNotification,
  UnknownNotification
} from "./internal/client/notifications.ts"
export type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "./generated/methods.ts"

/**
 * Codecs of everything the server sends, by type name: `Protocol.codecs.ThreadItem`.
 *
 * @category codecs
 * @since 0.169.0
 */
export * as codecs from "./generated/codecs.ts"

/**
 * The method tables at run time: the codecs of each method, and which methods are experimental.
 *
 * @category methods
 * @since 0.169.0
 */
export * as methods from "./generated/methods.ts"

/**
 * The version of codex that this package supports and starts.
 *
 * @category constants
 * @since 0.169.0
 */
export { codexVersion } from "./generated/version.ts"

/**
 * A method that the client can call: `"thread/start"`, `"turn/start"` and others.
 *
 * @category methods
 * @since 0.169.0
 */
export type ClientRequestMethod = keyof ClientRequests

/**
 * The params of a client request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ParamsOf<M extends ClientRequestMethod> = ClientRequests[M]["params"]

/**
 * The result of a client request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ResultOf<M extends ClientRequestMethod> = ClientRequests[M]["result"]

/**
 * A method that the server can call: approvals, tools, questions to the user.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequestMethod = keyof ServerRequests

/**
 * The params of a server request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequestParams<M extends ServerRequestMethod> = ServerRequests[M]["params"]

/**
 * The client's result of a server request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequestResult<M extends ServerRequestMethod> = ServerRequests[M]["result"]

/**
 * The method of a server notification.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerNotificationMethod = keyof ServerNotifications

/**
 * The params of a server notification.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerNotificationParams<M extends ServerNotificationMethod> = ServerNotifications[M]["params"]

/**
 * A notification with its params. `switch` on `method` to narrow `params`.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerNotification<M extends ServerNotificationMethod = ServerNotificationMethod> = {
  readonly [K in M]: { readonly method: K; readonly params: ServerNotificationParams<K> }
}[M]

/**
 * A server request without its id. `switch` on `method` to narrow `params`.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequest<M extends ServerRequestMethod = ServerRequestMethod> = {
  readonly [K in M]: { readonly method: K; readonly params: ServerRequestParams<K> }
}[M]

/**
 * A notification that the client can send.
 *
 * @category methods
 * @since 0.169.0
 */
export type ClientNotificationMethod = keyof ClientNotifications
