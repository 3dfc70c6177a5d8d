/**
 * A scripted peer: a process that plays an app-server over stdio, and does on demand what the real one can't be made
 * to do. A script is plain JSON; `command(script)` is the command line that runs it. The values it sends by default
 * have the shapes the real server sends, and are here as pure functions for in-memory tests too.
 *
 * In every value a script sends, a string that is just `"$params.threadId"` becomes that value of the request in hand,
 * and `"turn-${call}"` has it put into the text. There are `id`, `method`, `params`, `call` (this is the n-th call of
 * the method, from 1), `i` (of a flood, from 0), `answer` (the message that answered our request), `answers` (all of
 * them), `counts` (calls so far by method), `pid`, `cwd`, `codexHome` and `now`. A missing one is `null`.
 * `{ $repeat: [text, times] }` is that text repeated.
 */
export * from "./peer/basic.ts"
export * from "./peer/command.ts"
export type * from "./peer/script.ts"
export * from "./peer/steps.ts"
export * from "./peer/turns.ts"
export * from "./peer/values.ts"
