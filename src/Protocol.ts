/**
 * The app-server protocol: every type, every method, and how each is decoded.
 *
 * What the server sends is read openly: enums are `"a" | "b" | (string & {})`,
 * and a union of objects has one more member for what this version doesn't
 * know. If a field such as `type` tells the members apart, that one is
 * `{ type: "~unknown", raw }`; if their keys do (`"httpConnectionFailed" in
 * info`), it is `{ "~unknown": … }`. Either holds the object as it came, and a
 * `switch` on the known members still narrows. What we send is closed: a
 * member that doesn't exist doesn't compile. A type that goes both ways has
 * two names, `UserInput` as received and `UserInputParam` as sent.
 *
 * **Details**
 *
 * Importing types costs nothing at run time. Importing a value loads the
 * table of codecs, about 9 ms after `effect/Schema`. Each codec is built when
 * it is first asked for.
 *
 * @since 0.169.0
 */
import type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "./generated/methods.ts"

export type * from "./generated/types.ts"
export type { ClientNotifications, ClientRequests, ServerNotifications, ServerRequests } from "./generated/methods.ts"

/**
 * Codecs of everything the server sends, by the name of its type:
 * `Protocol.codecs.ThreadItem`.
 *
 * @category codecs
 * @since 0.169.0
 */
export * as codecs from "./generated/codecs.ts"

/**
 * The method tables at run time: which codec decodes what a method carries,
 * and which methods are experimental.
 *
 * @category methods
 * @since 0.169.0
 */
export * as methods from "./generated/methods.ts"

/**
 * The version of codex that this package is made for and starts.
 *
 * @category constants
 * @since 0.169.0
 */
export { codexVersion } from "./generated/version.ts"

/**
 * A method that the client may call: `"thread/start"`, `"turn/start"` …
 *
 * @category methods
 * @since 0.169.0
 */
export type ClientRequestMethod = keyof ClientRequests

/**
 * What the client sends with a request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ParamsOf<M extends ClientRequestMethod> = ClientRequests[M]["params"]

/**
 * What the server answers to a request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ResultOf<M extends ClientRequestMethod> = ClientRequests[M]["result"]

/**
 * A method that the server may call: approvals, tools, questions to the user.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequestMethod = keyof ServerRequests

/**
 * What the server sends with its request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequestParams<M extends ServerRequestMethod> = ServerRequests[M]["params"]

/**
 * What the client answers to a server request.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequestResult<M extends ServerRequestMethod> = ServerRequests[M]["result"]

/**
 * A notification of the server.
 *
 * @category methods
 * @since 0.169.0
 */
export type NotificationMethod = keyof ServerNotifications

/**
 * What a notification of the server carries.
 *
 * @category methods
 * @since 0.169.0
 */
export type NotificationParams<M extends NotificationMethod> = ServerNotifications[M]["params"]

/**
 * A notification with its params; `switch` on `method` narrows `params`.
 *
 * @category methods
 * @since 0.169.0
 */
export type Notification<M extends NotificationMethod = NotificationMethod> = {
  readonly [K in M]: { readonly method: K; readonly params: NotificationParams<K> }
}[M]

/**
 * A server request without its id; `switch` on `method` narrows `params`.
 *
 * @category methods
 * @since 0.169.0
 */
export type ServerRequest<M extends ServerRequestMethod = ServerRequestMethod> = {
  readonly [K in M]: { readonly method: K; readonly params: ServerRequestParams<K> }
}[M]

/**
 * A notification that the client may send.
 *
 * @category methods
 * @since 0.169.0
 */
export type ClientNotificationMethod = keyof ClientNotifications
