/**
 * Support for the tests of the mock model: a client that sends requests over HTTP, and reads the streams.
 */
import type { Scope } from "effect"
import { Effect } from "effect"
import * as MockModel from "../../../src/testing/MockModel.ts"

export type Model = MockModel.MockModel

export const user = (...texts: ReadonlyArray<string>) => ({
  type: "message",
  role: "user",
  content: texts.map((text) => ({ type: "input_text", text }))
})

export const post = (
  model: Model,
  options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {}
) =>
  fetch(`${model.baseUrl}/responses`, {
    method: "POST",
    body: JSON.stringify(options.body ?? { model: "m", input: [user("hi")] }),
    headers: { "content-type": "application/json", ...options.headers }
  })

export const ask = (model: Model, options?: Parameters<typeof post>[1]) =>
  Effect.promise(async () => {
    const response = await post(model, options)
    return { response, text: await response.text() }
  })

/** What a client can read of a stream that breaks. */
export const untilBroken = (model: Model) =>
  Effect.promise(async () => {
    const response = await post(model)
    let text = ""
    try {
      for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk)
    } catch {
      return text
    }
    return "not broken"
  })

export const events = (text: string): ReadonlyArray<{ readonly name: string; readonly data: unknown }> =>
  text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const match = /^event: (.+)\ndata: (.+)$/.exec(block)
      return { name: match?.[1] ?? "", data: JSON.parse(match?.[2] ?? "null") }
    })

export const names = (text: string) => events(text).map((event) => event.name)

export const withModel = <A, E>(run: (model: Model) => Effect.Effect<A, E, Scope.Scope>, options?: MockModel.Options) =>
  Effect.flatMap(MockModel.make(options), run)
