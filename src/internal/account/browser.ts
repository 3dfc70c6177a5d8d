/**
 * Opens a page in the user's browser.
 *
 * It is a service, so that tests and programs without a desktop can replace it.
 *
 * @since 0.169.0
 */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ChildProcess from "effect/process/ChildProcess"
import { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Scope from "effect/Scope"
import * as Printable from "../../Printable.ts"

/**
 * The user's browser.
 *
 * @category services
 * @since 0.169.0
 */
export interface Browser {
  /** Opens a page, or asks the user to open it. Does not wait for the page, and does not fail. */
  open(url: string): Effect.Effect<void>
}

/**
 * The `Browser` service: `yield* Browser` returns the browser that a layer provides.
 *
 * @category services
 * @since 0.169.0
 */
export const Browser: Context.Service<Browser, Browser> = /*#__PURE__*/ Context.Service<Browser, Browser>(
  "effect-codex/Browser"
)

/**
 * Provides the browser of the desktop, started without a shell.
 *
 * It runs `open` on macOS, `rundll32` on Windows and `xdg-open` elsewhere. If the command is missing, fails within a
 * second, or the address is not a web page, the address is printed.
 *
 * @category layers
 * @since 0.169.0
 */
export const layerBrowser: Layer.Layer<Browser, never, ChildProcessSpawner> = Layer.effect(
  Browser,
  Effect.map(ChildProcessSpawner, (spawner) =>
    Browser.of({
      open: (url) =>
        start(command(process.platform), url).pipe(
          Effect.provideService(ChildProcessSpawner, spawner),
          Effect.catch(() => printUrl(url)),
          Effect.withSpan("Browser.open")
        )
    })
  )
)

/**
 * Provides a browser that only prints the address.
 *
 * @category layers
 * @since 0.169.0
 */
export const layerBrowserPrint: Layer.Layer<Browser> = Layer.succeed(
  Browser,
  Browser.of({ open: (url) => printUrl(url) })
)

/**
 * Provides your own way to open a page.
 *
 * @category layers
 * @since 0.169.0
 */
export const layerBrowserWith = (open: (url: string) => Effect.Effect<void>): Layer.Layer<Browser> =>
  Layer.succeed(Browser, Browser.of({ open }))

/**
 * Prints a request to open a page.
 *
 * @category printing
 * @since 0.169.0
 */
export const printUrl = (url: string): Effect.Effect<void> =>
  // The address is from the server, and must not act on the terminal.
  Console.log(`Open this page in a browser on this machine:\n${Printable.line(url)}`)

// internal

// `start` exists only in the Windows shell. This is what it does with an address.
const command = (platform: string): readonly [program: string, ...args: ReadonlyArray<string>] =>
  platform === "darwin" ? ["open"] : platform === "win32" ? ["rundll32", "url.dll,FileProtocolHandler"] : ["xdg-open"]

const start = Effect.fnUntraced(function* ([program, ...args]: ReturnType<typeof command>, url: string) {
  // An opener also accepts files and options.
  if (!/^https?:\/\//i.test(url)) return yield* Effect.fail("not a web page")
  const spawner = yield* ChildProcessSpawner
  // This scope is never closed: some openers are the browser itself, and closing the scope would end it.
  const handle = yield* spawner
    .spawn(ChildProcess.make(program, [...args, url], { stdin: "ignore", stdout: "ignore", stderr: "ignore" }))
    .pipe(Effect.provideService(Scope.Scope, yield* Scope.make()))
  const code = yield* handle.exitCode.pipe(
    Effect.timeoutOrElse({ duration: "1 second", orElse: () => Effect.succeed(0) })
  )
  if (code !== 0) return yield* Effect.fail("the opener failed")
  yield* handle.unref
})
