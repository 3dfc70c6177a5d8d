/**
 * Writes `methods.ts`: which method carries what, as types and as tables.
 */
import type { Form, Method, Methods } from "./direction.ts"
import type { Names } from "./names.ts"
import { anyResult } from "./responses.ts"
import { docComment, header } from "./text.ts"

const map = (name: string, doc: string, keys: string, entries: ReadonlyArray<readonly [string, string]>): string =>
  [
    `/** ${doc} */`,
    `export const ${name}: ReadonlyMap<string, Codec<unknown>> = /*#__PURE__*/ new Map<${keys}, Codec<unknown>>([`,
    entries.map(([method, codec]) => `  [${JSON.stringify(method)}, ${codec}]`).join(",\n"),
    "])",
    ""
  ].join("\n")

const set = (name: string, doc: string, keys: string, values: ReadonlyArray<string>): string =>
  [
    `/** ${doc} */`,
    `export const ${name}: ReadonlySet<string> = /*#__PURE__*/ new Set<${keys}>([`,
    values.map((value) => `  ${JSON.stringify(value)}`).join(",\n"),
    "])",
    ""
  ].join("\n")

const codecsOf = (entries: ReadonlyArray<Method>, name: (entry: Method) => string | undefined) =>
  entries.flatMap((entry) => {
    const codec = name(entry)
    if (codec === undefined) return []
    return [[entry.method, codec === anyResult ? "anyResult" : `C.${codec}`] as const]
  })

export const emitMethods = (
  version: string,
  methods: Methods,
  names: Names,
  experimentalMethods: ReadonlySet<string>
): string => {
  const typeOf = (name: string, form: Form): string =>
    name === anyResult ? "unknown" : `T.${form === "send" ? names.sent(name) : name}`

  const paramsType = (method: Method, form: Form): string => {
    if (method.params === undefined) return form === "send" ? "null | undefined" : "undefined"
    const type = typeOf(method.params, form)
    return method.paramsOptional ? `${type} | null | undefined` : type
  }

  /** An interface with a member for every method. `params` and `result` go in opposite directions. */
  const table = (name: string, doc: string, entries: ReadonlyArray<Method>, form: Form): string => {
    const members = entries.map((entry) => {
      const params = `readonly params: ${paramsType(entry, form)}`
      const result =
        entry.result === undefined
          ? ""
          : `; readonly result: ${typeOf(entry.result, form === "send" ? "receive" : "send")}`
      return (
        docComment(entry.doc, { isExperimental: experimentalMethods.has(entry.method), indent: "  " }) +
        `  readonly ${JSON.stringify(entry.method)}: { ${params}${result} }`
      )
    })
    return `/** ${doc} */\nexport interface ${name} {\n${members.join("\n")}\n}\n`
  }

  const isOpen = methods.clientRequests.some(({ result }) => result === anyResult)

  return [
    header(version, "Every method of the app-server protocol: what it carries, and how that is decoded."),
    'import type { Codec } from "effect/Schema"',
    ...(isOpen ? ['import * as Schema from "effect/Schema"'] : []),
    'import * as C from "./codecs.ts"',
    'import type * as T from "./types.ts"',
    "",
    ...(isOpen ? ["const anyResult: Codec<unknown> = Schema.Unknown", ""] : []),
    table("ClientRequests", "Requests that the client sends, by method.", methods.clientRequests, "send"),
    table(
      "ServerRequests",
      "Requests that the server sends and the client answers, by method.",
      methods.serverRequests,
      "receive"
    ),
    table(
      "ServerNotifications",
      "Notifications that the server sends, by method.",
      methods.serverNotifications,
      "receive"
    ),
    table(
      "ClientNotifications",
      "Notifications that the client sends, by method.",
      methods.clientNotifications,
      "send"
    ),
    map(
      "clientRequestResults",
      "Codec of the result of every client request.",
      "keyof ClientRequests",
      codecsOf(methods.clientRequests, (entry) => entry.result)
    ),
    map(
      "serverRequestParams",
      "Codec of the params of every server request.",
      "keyof ServerRequests",
      codecsOf(methods.serverRequests, (entry) => entry.params)
    ),
    map(
      "serverNotificationParams",
      "Codec of the params of every notification.",
      "keyof ServerNotifications",
      codecsOf(methods.serverNotifications, (entry) => entry.params)
    ),
    set(
      "clientNotifications",
      "Notifications that the client may send.",
      "keyof ClientNotifications",
      methods.clientNotifications.map((entry) => entry.method)
    ),
    set(
      "requestsWithoutParams",
      "Client requests whose params may be left out. All others need an object, if only an empty one.",
      "keyof ClientRequests",
      methods.clientRequests.filter((entry) => entry.paramsOptional).map((entry) => entry.method)
    ),
    set(
      "experimentalMethods",
      "Requests that the server refuses, or doesn't send, unless `experimentalApi` is on.",
      "keyof ClientRequests | keyof ServerRequests",
      [...experimentalMethods].sort()
    )
  ].join("\n")
}
