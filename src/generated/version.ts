/**
 * The version of codex that this package is made for and starts.
 *
 * @generated from the schema of codex-cli 0.171.0 by `npm run codegen`. Do not edit:
 * change `codegen/` and generate again.
 */
export const codexVersion = "0.171.0"
