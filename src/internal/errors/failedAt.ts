/**
 * Makes the error of a call from its reason.
 */
import { CodexError, type Reason } from "../../CodexError.ts"

/** Returns the function that makes a reason the error of this method, layer or function. */
export const failedAt =
  (method: string) =>
  (reason: Reason): CodexError =>
    new CodexError({ method, reason })
