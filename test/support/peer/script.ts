/**
 * The types of a script, which is plain JSON.
 */
export type Command = readonly [string, ...Array<string>]

export type Id = number | string

export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

export interface Notification {
  readonly method: string
  readonly params: unknown
}

export type Step =
  | { readonly reply: unknown }
  | { readonly replyError: RpcError }
  | { readonly replyTo: { readonly id: Id; readonly result?: unknown; readonly error?: RpcError } }
  | { readonly echo: true }
  | { readonly hold: true }
  | { readonly releaseHeld: { readonly result: unknown; readonly reverse?: boolean } }
  | { readonly notify: Notification & { readonly times?: number } }
  | { readonly flood: Flood }
  | { readonly request: ServerRequest }
  | { readonly fork: Steps }
  | { readonly line: unknown }
  | { readonly write: string }
  | { readonly writeBytes: { readonly base64: string; readonly pieceBytes?: number } }
  | { readonly stderr: { readonly text: string; readonly times?: number } }
  | { readonly closeStdout: true }
  | { readonly closeStdin: true }
  | { readonly pauseStdin: true }
  | { readonly resumeStdin: true }
  | { readonly exit: number }
  | { readonly kill: NodeJS.Signals }
  | { readonly dieAfterBytes: DieAfterBytes }
  | { readonly spawnGrandchild: Grandchild }
  | { readonly pidFile: string }
  | { readonly log: string }
  | { readonly delay: number }
  | { readonly when: When }
  | { readonly never: true }

export type Steps = ReadonlyArray<Step>

/** One list for every call, or a list for each call; the last of those also serves the calls after it. */
export type Handler = Steps | ReadonlyArray<Steps>

export interface Script {
  /** `"auto"`, the default, answers the first call as the server does, and later ones with `Already initialized`. */
  readonly initialize?: "auto" | Handler
  /** Runs before the first line is read. */
  readonly onStart?: Steps
  /** By method, requests and notifications alike; `"*"` is for requests with no entry. By default: −32600. */
  readonly on?: { readonly [method: string]: Handler }
  /** By default the peer exits with 0. An empty list keeps it alive. */
  readonly onStdinEnd?: Steps
  readonly onSignal?: { readonly [signal in NodeJS.Signals]?: "ignore" | Steps }
  /** Milliseconds after which the peer exits with 97 whatever happens; ten minutes if not given. */
  readonly lifetime?: number
}

export interface Flood extends Notification {
  readonly count: number
  /** Bytes of a write, about; 64 kB if not given. */
  readonly batchBytes?: number
}

export interface ServerRequest extends Notification {
  /** Counted from 0 if not given, as the server does. */
  readonly id?: Id
  /** The list waits for the answer, does these with `$answer`, and goes on. Without it, nothing is waited for. */
  readonly expectAnswer?: Steps
}

export interface DieAfterBytes {
  readonly bytes: number
  /** 1 if not given. */
  readonly code?: number
  /** Dies by this signal instead of exiting. */
  readonly signal?: NodeJS.Signals
}

export interface Grandchild {
  readonly pidFile: string
  readonly ignoreSigterm?: boolean
  /** Keeps the peer's stdout open after the peer has exited. */
  readonly inheritStdout?: boolean
  /** Milliseconds until it exits on its own; a minute if not given. */
  readonly lifetime?: number
  /** Whether it gets a session, and so a process group, of its own. */
  readonly ownSession?: boolean
}

export interface When {
  readonly method: string
  /** The minimum number; 1 if not given. */
  readonly count?: number
  /** Only counts messages from here on. */
  readonly next?: boolean
  /** Only counts messages from here on whose params have these values, by path. */
  readonly where?: { readonly [path: string]: unknown }
}
