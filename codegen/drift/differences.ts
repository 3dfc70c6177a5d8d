/**
 * Compares two protocols: their messages, and the contents of the messages that both have. Each difference names the
 * messages in which it occurs, and says who sends it.
 *
 * A definition has no direction of its own: the same one may be sent in one message and received in another.
 */
import type { Method, Methods } from "../direction.ts"
import { namedBy } from "./alternatives.ts"
import type { Change, Pair, PairComparison } from "./compare.ts"
import { comparison, ownerOf } from "./compare.ts"
import type { Protocol } from "./protocol.ts"
import { reachable } from "./protocol.ts"

/** Kinds of differences that a caller notices. */
export type Group = "methods" | "notifications" | "serverRequests" | "itemTypes" | "fields" | "enumMembers" | "types"

export interface Difference extends Omit<Change, "of"> {
  readonly of: Change["of"] | "message"
  readonly group: Group
  readonly isExperimental: boolean
  /** Whether the program sends it, and whether the program receives it. */
  readonly isSent: boolean
  readonly isReceived: boolean
  /** Parts of messages, such as `"thread/list params"`. Empty for a message, and if no message refers to it. */
  readonly places: ReadonlyArray<string>
}

export interface Differences {
  readonly differences: ReadonlyArray<Difference>
  /** Requests whose results were not compared: a version does not say which definition answers them. */
  readonly notCompared: ReadonlyArray<string>
}

interface Table {
  readonly name: keyof Methods
  readonly group: Group
  /** Whether the program sends these messages. Their results go the other way. */
  readonly isSent: boolean
  readonly hasResult: boolean
}

const tables: ReadonlyArray<Table> = [
  { name: "clientRequests", group: "methods", isSent: true, hasResult: true },
  { name: "clientNotifications", group: "methods", isSent: true, hasResult: false },
  { name: "serverNotifications", group: "notifications", isSent: false, hasResult: false },
  { name: "serverRequests", group: "serverRequests", isSent: false, hasResult: true }
]

const groupOf = ({ of, name }: Change): Group => {
  if (of === "field") return "fields"
  if (of === "type") return name === ownerOf(name) ? "types" : "fields"
  return of === "object" && /^\w*Item#/.test(name) ? "itemTypes" : "enumMembers"
}

const signature = ({ params, result }: Method, hasResult: boolean): string =>
  `(${params ?? ""})${hasResult ? ` → ${result ?? "unknown response"}` : ""}`

const definedName = ({ definitions }: Protocol, name: string | undefined): string | undefined =>
  name !== undefined && Object.hasOwn(definitions, name) ? name : undefined

export const differencesOf = (from: Protocol, to: Protocol): Differences => {
  const compare = comparison(from, to)
  const found = new Map<string, Difference>()
  const notCompared: Array<string> = []
  const seen = new Set<string>()

  const isExperimental = (name: string): boolean =>
    [from, to].some(
      ({ experimental: { methods, definitions, members } }) =>
        methods.includes(name) || members.includes(name) || definitions.includes(ownerOf(name))
    )

  const add = (difference: Omit<Difference, "isExperimental" | "places">, places: ReadonlyArray<string>): void => {
    const key = `${difference.of} ${difference.kind} ${difference.name}`
    const known = found.get(key)
    found.set(key, {
      ...difference,
      isSent: difference.isSent || known?.isSent === true,
      isReceived: difference.isReceived || known?.isReceived === true,
      isExperimental: isExperimental(difference.name),
      places: [...(known?.places ?? []), ...places]
    })
  }

  /** Adds all changes between two definitions and between what they refer to. */
  const walk = (start: Pair, direction: Pick<Difference, "isSent" | "isReceived">, places: ReadonlyArray<string>) => {
    const visited = new Set<PairComparison>()
    const visit = (pair: Pair): void => {
      const result = compare(pair)
      if (visited.has(result)) return
      visited.add(result)
      seen.add(pair.from)
      for (const change of result.changes) add({ ...change, ...direction, group: groupOf(change) }, places)
      result.next.forEach(visit)
    }
    visit(start)
  }

  const compareParams = ({ group, isSent }: Table, before: Method, after: Method): void => {
    const name = `${before.method} params`
    const direction = { isSent, isReceived: !isSent }
    const [a, b] = [before.params, after.params]
    const field = { of: "field", group, name, ...direction } as const
    if (a !== undefined && b !== undefined) {
      walk({ from: a, to: b }, direction, [name])
      if (before.paramsOptional === after.paramsOptional) return
      add({ ...field, kind: after.paramsOptional ? "madeOptional" : "madeRequired" }, [])
    } else if (b !== undefined) {
      add({ ...field, kind: "added", isRequired: !after.paramsOptional, after: b }, [])
    } else if (a !== undefined) {
      add({ ...field, kind: "removed", isRequired: !before.paramsOptional, before: a }, [])
    }
  }

  const compareResults = ({ isSent }: Table, before: Method, after: Method): void => {
    // A response that one version leaves open has the name that the other one gives it, if that exists there too.
    const a = before.result ?? definedName(from, after.result)
    const b = after.result ?? definedName(to, before.result)
    if (a === undefined || b === undefined) notCompared.push(before.method)
    else walk({ from: a, to: b }, { isSent: !isSent, isReceived: isSent }, [`${before.method} result`])
  }

  const compareMessages = (table: Table, before: Method | undefined, after: Method | undefined): void => {
    const { group, isSent, hasResult } = table
    const message = { of: "message", group, isSent, isReceived: !isSent } as const
    if (before !== undefined && after !== undefined) {
      const [was, is] = [from, to].map(({ experimental }) => experimental.methods.includes(before.method))
      const kind = is === true ? "becameExperimental" : "becameStable"
      if (was !== is) add({ ...message, kind, name: before.method }, [])
      compareParams(table, before, after)
      if (hasResult) compareResults(table, before, after)
    } else if (after !== undefined) {
      add({ ...message, kind: "added", name: after.method, after: signature(after, hasResult) }, [])
    } else if (before !== undefined) {
      add({ ...message, kind: "removed", name: before.method, before: signature(before, hasResult) }, [])
    }
  }

  for (const table of tables) {
    const [a, b] = [from, to].map(({ methods }) => new Map(methods[table.name].map((one) => [one.method, one])))
    for (const method of new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])) {
      compareMessages(table, a?.get(method), b?.get(method))
    }
  }

  // No message refers to some definitions, such as the data of an error. The server sends them.
  const reached = [from, to].map(reachable)
  for (const name of Object.keys(from.definitions)) {
    const isLeft = Object.hasOwn(to.definitions, name) && reached.every((names) => !names.has(name)) && !seen.has(name)
    const isAlias = namedBy(from.definitions[name]) !== undefined
    if (isLeft && !isAlias) walk({ from: name, to: name }, { isSent: false, isReceived: true }, [])
  }
  return { differences: [...found.values()], notCompared }
}
