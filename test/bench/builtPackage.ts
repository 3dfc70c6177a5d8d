/** Where the package lies as its users load it: built if it was, and as sources otherwise. */
import { existsSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

/** The sources have to be stripped of their types by Node first, so that a row has to say which of the two it is about. */
export const built = (): { readonly what: "built" | "sources"; readonly entry: (name: string) => string } =>
  existsSync(join(root, "dist/index.js"))
    ? { what: "built", entry: (name) => join(root, "dist", `${name}.js`) }
    : { what: "sources", entry: (name) => join(root, "src", `${name}.ts`) }
