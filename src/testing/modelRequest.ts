/**
 * A request that the mock model received, with accessors for tests.
 *
 * It reads only the Responses API body that the app-server sends. It does not validate it, and other content stays
 * in `body`.
 *
 * @since 0.169.0
 */
import type * as Headers from "effect/http/Headers"
import * as Inspectable from "effect/Inspectable"
import * as Predicate from "effect/Predicate"
import * as Redactable from "effect/Redactable"

/**
 * A JSON object whose fields are unchecked.
 *
 * @category models
 * @since 0.169.0
 */
export interface JsonObject {
  readonly [key: string]: unknown
}

/**
 * One HTTP request that reached the mock model.
 *
 * **Gotchas**
 *
 * `headers` contains the sent values, including `authorization`, so that a test can compare them. They are Effect's
 * `Headers`: if you print them or this request, that value is shown as `<redacted>`.
 *
 * @category models
 * @since 0.169.0
 */
export class ModelRequest extends Inspectable.Class {
  readonly method: string
  /** The path with its query, for example `/v1/responses`. */
  readonly path: string
  /** The headers by lower-case name. */
  readonly headers: Headers.Headers
  /** The parsed JSON body, the text if it is not JSON, or `undefined` without a body. */
  readonly body: unknown

  constructor(fields: Pick<ModelRequest, "method" | "path" | "headers" | "body">) {
    super()
    this.method = fields.method
    this.path = fields.path
    this.headers = fields.headers
    this.body = fields.body
  }

  /** Returns the value of a header. The case of `name` does not matter. */
  header(name: string): string | undefined {
    const key = name.toLowerCase()
    return Object.hasOwn(this.headers, key) ? this.headers[key] : undefined
  }

  /**
   * The sender if it is not the thread itself: the `x-openai-subagent` header.
   *
   * Known values are `guardian` (the reviewer of `autoReview`), `collab_spawn` (an agent that the model spawned)
   * and `review` (`review/start`).
   */
  get subagent(): string | undefined {
    return this.header("x-openai-subagent")
  }

  /** The purpose of the request, from `x-codex-turn-metadata`. Known values are `turn` and `compaction`. */
  get requestKind(): string | undefined {
    const metadata = this.header("x-codex-turn-metadata")
    return metadata === undefined ? undefined : text(field(parseJson(metadata), "request_kind"))
  }

  /** The requested model. */
  get model(): string | undefined {
    return text(field(this.body, "model"))
  }

  /** The names of the offered tools. A tool in a namespace is `namespace.name`. */
  get toolNames(): ReadonlyArray<string> {
    return objects(field(this.body, "tools")).flatMap((tool) => {
      const name = text(tool["name"]) ?? text(tool["type"]) ?? ""
      const members = objects(tool["tools"])
      return members.length === 0 ? [name] : members.map((member) => `${name}.${text(member["name"]) ?? ""}`)
    })
  }

  /** Returns the `input` items, oldest first, or only those of one `type` (`"function_call_output"` and others). */
  inputItems(type?: string): ReadonlyArray<JsonObject> {
    const items = objects(field(this.body, "input"))
    return type === undefined ? items : items.filter((item) => item["type"] === type)
  }

  /** Returns the text parts of all messages of a role: `"user"`, `"developer"`, `"assistant"`. */
  texts(role: string): ReadonlyArray<string> {
    return this.#parts(role).flatMap((part) => text(part["text"]) ?? [])
  }

  /** Returns the URLs (in practice data URLs) of the images in all messages of a role. Default: the user's. */
  images(role = "user"): ReadonlyArray<string> {
    return this.#parts(role).flatMap((part) => (part["type"] === "input_image" ? (text(part["image_url"]) ?? []) : []))
  }

  /** The user's latest text, which is the prompt of a turn. */
  get lastUserText(): string | undefined {
    return this.texts("user").at(-1)
  }

  /** Returns the output of a tool call as text: what the model sees of its `exec_command`. */
  toolOutput(callId: string): string | undefined {
    const item = this.inputItems().findLast(
      (candidate) => candidate["call_id"] === callId && text(candidate["type"])?.endsWith("_output") === true
    )
    const output = item?.["output"]
    return output === undefined || typeof output === "string" ? output : JSON.stringify(output)
  }

  toJSON(): unknown {
    return {
      _id: "ModelRequest",
      method: this.method,
      path: this.path,
      headers: Redactable.redact(this.headers),
      body: this.body
    }
  }

  #parts(role: string): ReadonlyArray<JsonObject> {
    return this.inputItems("message").flatMap((item) => (item["role"] === role ? objects(item["content"]) : []))
  }
}

/**
 * Parses a text as JSON, or returns the text if it is not JSON.
 *
 * @category conversions
 * @since 0.169.0
 */
export const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// internal

const isObject = (value: unknown): value is JsonObject => Predicate.isObject(value)

const field = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined)

const objects = (value: unknown): ReadonlyArray<JsonObject> => (Array.isArray(value) ? value.filter(isObject) : [])

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)
