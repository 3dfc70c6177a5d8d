/**
 * Checks image files before they are sent with a turn. The server does not reject an image that it cannot read; it
 * sends the model a text instead.
 *
 * This applies only if the files are on this machine: `Codex.layer` provides the check with its `FileSystem`. Over
 * any other transport nothing is checked. Only the signature is checked, so a damaged image still reaches the server.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"

/** Returns what is wrong with an image file, if anything. */
export type Inspect = (path: string) => Effect.Effect<string | undefined>

/** The check that applies to a connection. */
export const LocalImages = Context.Reference<Inspect>("effect-codex/internal/LocalImages", {
  defaultValue: () => () => Effect.succeed(undefined)
})

/** The check for files on this machine. */
export const layer: Layer.Layer<never, never, FileSystem.FileSystem> = Layer.effect(
  LocalImages,
  Effect.map(
    FileSystem.FileSystem,
    (fs): Inspect =>
      (path) =>
        Effect.scoped(
          Effect.gen(function* () {
            const file = yield* fs.open(path, { flag: "r" })
            const head = new Uint8Array(12)
            const size = Number(yield* file.read(head))
            return isImage(head.subarray(0, size)) ? undefined : "is not a PNG, JPEG, GIF or WebP image"
          })
        ).pipe(
          Effect.catch(({ reason }) => Effect.succeed(reason._tag === "NotFound" ? "does not exist" : "cannot be read"))
        )
  )
)

/** Whether these are the first bytes of a supported image. The server decides by them too, whatever the file's name. */
export const isImage = (head: Uint8Array): boolean =>
  signatures.some((signature) => signature.every((byte, index) => byte === undefined || head[index] === byte))

// internal

const bytes = (text: string): ReadonlyArray<number> => Array.from(text, (char) => char.charCodeAt(0))

const signatures: ReadonlyArray<ReadonlyArray<number | undefined>> = [
  bytes("\x89PNG\r\n\x1a\n"),
  bytes("\xff\xd8\xff"),
  bytes("GIF87a"),
  bytes("GIF89a"),
  // The size is between the two.
  [...bytes("RIFF"), undefined, undefined, undefined, undefined, ...bytes("WEBP")]
]
