/**
 * The keys that mark the handles of this package, for `isThread` and `isTurn`. Errors are classes and need none.
 */

export const thread = "~effect-codex/Thread"

export const turn = "~effect-codex/Turn"
