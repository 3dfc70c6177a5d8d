/**
 * Describes requests of the server for a person: lines, choices and fields. The inbox makes all of it safe to print.
 */
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Approval from "../../Approval.ts"
import * as Elicitation from "../../Elicitation.ts"
import type * as Permissions from "../../Permissions.ts"
import type { OutcomeUnknown } from "../../Turn.ts"
import type * as UserInput from "../../UserInput.ts"
import * as commandLine from "../approval/commandLine.ts"
import type { Field } from "./inboxService.ts"

/** An answer, and what a person chooses for it. */
export interface Offer<A> {
  readonly name: string
  readonly label: string
  readonly answer: A
}

/** Returns a question about a command or file changes as lines, with whole diffs. */
export const approval = (question: Approval.Question): ReadonlyArray<string> =>
  Approval.describe(question, { diffLines: Number.POSITIVE_INFINITY })

/** Returns the answers that a command or a file change offers. Rules are numbered, because they have no names. */
export const approvals = ({ answers }: Approval.Question): ReadonlyArray<Offer<Approval.Answer>> => {
  const seen = new Set<string>()
  const offers = answers.map((answer, index): Offer<Approval.Answer> => {
    switch (answer._tag) {
      case "accept":
        return { name: "accept", label: "Accept, this time", answer }
      case "decline":
        return { name: "decline", label: "Decline, and the turn continues", answer }
      case "cancel":
        return { name: "cancel", label: "Decline, and stop the turn", answer }
      case "acceptForSession":
        return { name: "acceptForSession", label: "Accept, and do not ask again on this thread", answer }
      case "acceptAndRemember":
        return {
          name: `remember-${index}`,
          label: `Accept, and from now on every command that begins with: ${commandLine.quoted(answer.amendment) || "(anything)"}`,
          answer
        }
      case "applyNetworkAmendment":
        return {
          name: `network-${index}`,
          label: `From now on, ${answer.amendment.action} the host: ${answer.amendment.host}`,
          answer
        }
    }
  })
  const all = [...offers, { name: "decline", label: "Decline, and the turn continues", answer: Approval.decline }]
  return all.filter(({ name }) => !seen.has(name) && seen.add(name))
}

/** Returns a question about permissions as lines. */
export const permission = (question: Permissions.Question): ReadonlyArray<string> => [
  "May commands do more than the sandbox allows?",
  ...question.reads.map((path) => `  read ${path}`),
  ...question.writes.map((path) => `  write ${path}`),
  ...(question.network ? ["  use the network"] : []),
  ...question.others.map((other) => `  ${JSON.stringify(other)} (never granted from here)`),
  `  in ${question.cwd}`,
  ...ifAny(question.environment, (id) => `  in the environment ${JSON.stringify(id)}`),
  ...ifAny(question.reason, (reason) => `  because: ${reason}`)
]

/** Returns questions of the model as lines. */
export const inquiry = ({ questions }: UserInput.Inquiry): ReadonlyArray<string> => [
  questions.length === 1 ? "The model has a question:" : "The model has questions:",
  ...questions.flatMap(({ header, options, question }) => [
    `  ${header}: ${question}`,
    ...options.map(({ description, label }) => `    - ${label}: ${description}`)
  ])
]

/** Returns a question of the model as a field. */
export const questionField = ({ id, isOther, options, question }: UserInput.Question): Field => ({
  name: id,
  label: question,
  type: options.length === 0 ? "text" : "select",
  required: false,
  options: options.map(({ label }) => ({ value: label, label })),
  other: isOther
})

/** Reads the answers to questions of the model. The inbox has checked them. */
export const texts = (value: Option.Option<Schema.Json>): { readonly [id: string]: string } =>
  Object.fromEntries(properties(value).flatMap(([id, text]) => (typeof text === "string" ? [[id, text] as const] : [])))

/** Returns a request of an MCP server as lines. */
export const elicitation = (
  question: Elicitation.FormQuestion | Elicitation.UrlQuestion | Elicitation.ToolApprovalQuestion
): ReadonlyArray<string> => {
  const { serverName } = question
  switch (question.type) {
    case "form":
      return [`The MCP server ${JSON.stringify(serverName)} asks: ${question.message}`, ...question.fields.map(line)]
    case "url":
      return [
        `The MCP server ${JSON.stringify(serverName)} wants a page to be opened: ${question.message}`,
        `  host ${question.host}`,
        `  ${question.url}`
      ]
    case "toolApproval":
      return [
        `May Codex call a tool of the MCP server ${JSON.stringify(serverName)}?`,
        `  ${question.message}`,
        ...ifAny(question.tool, (tool) => `  tool ${tool}`),
        ...ifAny(question.description, (description) => `  described as: ${description}`),
        ...ifAny(question.arguments, (given) => `  with ${JSON.stringify(given)}`)
      ]
  }
}

/** Returns a field of a form. Its limits are checked when the answer arrives. */
export const formField = (field: Elicitation.Field): Field => {
  const { name, required, title } = field
  const common = { name, label: `${title} (${Elicitation.describeField(field)})`, required, options: [], other: false }
  switch (field.type) {
    case "singleSelect":
    case "multiSelect":
      return {
        ...common,
        type: field.type === "singleSelect" ? "select" : "multiSelect",
        options: field.choices.map((choice) => ({ value: choice.value, label: choice.title }))
      }
    default:
      return { ...common, type: field.type }
  }
}

/** Reads the values of a form. `Elicitation` checks them against the form. */
export const values = (value: Option.Option<Schema.Json>): Elicitation.Values =>
  Object.fromEntries(
    properties(value).flatMap(([name, given]): ReadonlyArray<readonly [string, Elicitation.Value]> => {
      const isPlain = typeof given === "string" || typeof given === "number" || typeof given === "boolean"
      return isPlain || isTexts(given) ? [[name, given]] : []
    })
  )

/** Returns the answers that a tool call offers. */
export const toolAnswers = ({
  offers
}: Elicitation.ToolApprovalQuestion): ReadonlyArray<Offer<Elicitation.ToolAnswer>> => [
  { name: "accept", label: "Allow this call", answer: Elicitation.accept() },
  ...(offers.includes("session")
    ? [
        {
          name: "acceptForSession",
          label: "Allow this tool, and do not ask again on this thread",
          answer: Elicitation.acceptForSession
        }
      ]
    : []),
  ...(offers.includes("always")
    ? [
        {
          name: "acceptAlways",
          label: "Allow this tool from now on, in every thread",
          answer: Elicitation.acceptAlways
        }
      ]
    : []),
  { name: "decline", label: "Decline", answer: Elicitation.decline },
  { name: "cancel", label: "Close without a decision", answer: Elicitation.cancel }
]

/** Returns what is known of an interrupted turn as lines. */
export const unknown = ({ seen, status }: OutcomeUnknown): ReadonlyArray<string> => [
  "A turn was interrupted, and may have done a part of its work. Continue it?",
  ...(status === "notSaved" ? ["  It ran elsewhere, and nothing of it is stored here. It may even be complete."] : []),
  ...seen.items.flatMap((item) => (item.type === "commandExecution" ? [`  it ran: ${item.command}`] : [])),
  ...seen.unfinishedItems.flatMap((item) =>
    item.type === "commandExecution" ? [`  it was running: ${item.command}`] : []
  ),
  `  ${seen.items.length} items are saved`
]

// internal

const line = (field: Elicitation.Field): string =>
  `  ${field.title}: ${Elicitation.describeField(field)}${Option.match(field.description, { onNone: () => "", onSome: (text) => `, ${text}` })}`

const properties = (value: Option.Option<Schema.Json>): ReadonlyArray<[string, Schema.Json]> =>
  Option.isSome(value) && typeof value.value === "object" && value.value !== null && !Array.isArray(value.value)
    ? Object.entries(value.value)
    : []

const isTexts = (value: Schema.Json): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((text) => typeof text === "string")

const ifAny = <A>(value: Option.Option<A>, line: (value: A) => string): ReadonlyArray<string> =>
  Option.match(value, { onNone: () => [], onSome: (value) => [line(value)] })
