/** Where the package is, as its users load it: the build if there is one, and the sources otherwise. */
import { existsSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

/** Node must first strip the types of the sources, so a row has to name which of the two it measures. */
export const built = (): { readonly what: "built" | "sources"; readonly entry: (name: string) => string } =>
  existsSync(join(root, "dist/index.js"))
    ? { what: "built", entry: (name) => join(root, "dist", `${name}.js`) }
    : { what: "sources", entry: (name) => join(root, "src", `${name}.ts`) }
