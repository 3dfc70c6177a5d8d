/**
 * What the mock model was asked, made easy to look into.
 *
 * It reads the Responses API body that the app-server sends and nothing else: it does not validate, and what it does
 * not understand it leaves in `body`.
 *
 * @since 0.169.0
 */
import type * as Headers from "effect/http/Headers"
import * as Inspectable from "effect/Inspectable"
import * as Predicate from "effect/Predicate"
import * as Redactable from "effect/Redactable"

/**
 * A JSON object whose fields nobody has checked yet.
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
 * `headers` hold what was sent, the `authorization` value included, so that a test can compare it. They are Effect's
 * `Headers`: printing them, or this request, shows `<redacted>` in its place.
 *
 * @category models
 * @since 0.169.0
 */
export class ModelRequest extends Inspectable.Class {
  readonly method: string
  /** The path with its query, for example `/v1/responses`. */
  readonly path: string
  /** By lower-cased name. */
  readonly headers: Headers.Headers
  /** The parsed JSON body, or the text when it is no JSON, or `undefined` when there was none. */
  readonly body: unknown

  constructor(fields: Pick<ModelRequest, "method" | "path" | "headers" | "body">) {
    super()
    this.method = fields.method
    this.path = fields.path
    this.headers = fields.headers
    this.body = fields.body
  }

  /** The value of a header, whatever the case of `name`. */
  header(name: string): string | undefined {
    const key = name.toLowerCase()
    return Object.hasOwn(this.headers, key) ? this.headers[key] : undefined
  }

  /**
   * Who asks, when it is not the thread itself: the `x-openai-subagent` header. Seen are `guardian` (the reviewer of
   * `auto_review`), `collab_spawn` (an agent that the model spawned) and `review` (`review/start`).
   */
  get subagent(): string | undefined {
    return this.header("x-openai-subagent")
  }

  /** What the request is for, as the server says in `x-codex-turn-metadata`: seen are `turn` and `compaction`. */
  get requestKind(): string | undefined {
    const metadata = this.header("x-codex-turn-metadata")
    return metadata === undefined ? undefined : text(field(parseJson(metadata), "request_kind"))
  }

  /** The model that was asked for. */
  get model(): string | undefined {
    return text(field(this.body, "model"))
  }

  /** The names of the tools on offer; a tool in a namespace reads `namespace.name`. */
  get toolNames(): ReadonlyArray<string> {
    return objects(field(this.body, "tools")).flatMap((tool) => {
      const name = text(tool["name"]) ?? text(tool["type"]) ?? ""
      const members = objects(tool["tools"])
      return members.length === 0 ? [name] : members.map((member) => `${name}.${text(member["name"]) ?? ""}`)
    })
  }

  /** The `input` items, oldest first; only those of one `type` (`"function_call_output"`, …) when it is given. */
  inputItems(type?: string): ReadonlyArray<JsonObject> {
    const items = objects(field(this.body, "input"))
    return type === undefined ? items : items.filter((item) => item["type"] === type)
  }

  /** The text parts of all messages of a role: `"user"`, `"developer"`, `"assistant"`. */
  texts(role: string): ReadonlyArray<string> {
    return this.#parts(role).flatMap((part) => text(part["text"]) ?? [])
  }

  /** The URLs (data URLs, in practice) of the images in all messages of a role; the user's by default. */
  images(role = "user"): ReadonlyArray<string> {
    return this.#parts(role).flatMap((part) => (part["type"] === "input_image" ? (text(part["image_url"]) ?? []) : []))
  }

  /** What the user said last, which is the prompt of a turn. */
  get lastUserText(): string | undefined {
    return this.texts("user").at(-1)
  }

  /** The output that was reported for a tool call, as text: what the model gets to see of its `exec_command`. */
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
 * The JSON that a text is, or the text itself when it is none.
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
