/**
 * Reads the beginning of a file to identify programs for this machine, programs for another one, and other files.
 *
 * The system passes a file that it cannot run to a shell, which would run its bytes as a script.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Platform } from "./platform.ts"

/** The reason that a file cannot be run. */
export interface Problem {
  readonly description: string
  /** Whether the file is a program for a different machine. */
  readonly isForeign: boolean
}

/**
 * Returns why the file cannot be run here. `undefined` if it can, or if this program may not read it: then the system
 * decides.
 */
export const problem = Effect.fnUntraced(function* (
  file: string,
  platform: Platform
): Effect.fn.Return<Problem | undefined, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const stat = yield* Effect.option(fs.stat(file))
  if (Option.isNone(stat)) return undefined
  // A pipe must not be opened, because that would wait for a writer.
  if (stat.value.type !== "File") return noProgram("not a file")
  const head = yield* Effect.option(
    Effect.scoped(Effect.flatMap(fs.open(file), (opened) => opened.readAlloc(headLength)))
  )
  return Option.isNone(head)
    ? undefined
    : describe(
        Option.getOrElse(head.value, () => new Uint8Array(0)),
        platform
      )
})

/** Does the same with the first bytes of a file. */
export const describe = (head: Uint8Array, platform: Platform): Problem | undefined => {
  const found = formatOf(head)
  if (found === undefined) return noProgram("neither a program nor a script that names its interpreter (`#!`)")
  const { arch, os } = found
  const isForSystem = os === platform.os || (os === "linux" && !["darwin", "win32"].includes(platform.os))
  const isForMachine = arch === undefined || runs(platform).includes(arch)
  if (os === "any" || (isForSystem && isForMachine)) return undefined
  return {
    description: `built for ${arch === undefined ? os : `${os}-${arch}`}, and this machine is ${platform.os}-${platform.arch}`,
    isForeign: true
  }
}

// internal

const noProgram = (description: string): Problem => ({ description, isForeign: false })

// A PE header can be anywhere, but in practice it is within the first kilobyte.
const headLength = 1024

interface Format {
  readonly os: string
  /** `undefined` if the architecture is any or unknown. */
  readonly arch: string | undefined
}

// Other architectures that a machine can run: macOS and Windows on ARM translate programs for Intel.
const runs = ({ arch, os }: Platform): ReadonlyArray<string> =>
  arch === "arm64" && os !== "linux" ? [arch, "x64", "ia32"] : arch === "x64" ? [arch, "ia32"] : [arch]

const elf = new Map([
  [3, "ia32"],
  [40, "arm"],
  [62, "x64"],
  [183, "arm64"],
  [243, "riscv64"],
  [21, "ppc64"],
  [22, "s390x"],
  [258, "loong64"]
])
const machO = new Map([
  [0x01000007, "x64"],
  [0x0100000c, "arm64"],
  [7, "ia32"]
])
const pe = new Map([
  [0x8664, "x64"],
  [0xaa64, "arm64"],
  [0x14c, "ia32"]
])

const formatOf = (head: Uint8Array): Format | undefined => {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  const magic = head.length >= 20 ? view.getUint32(0) : 0
  if (magic === 0x7f454c46) {
    // The sixth byte gives the byte order of the following fields. FreeBSD and others use the same format, hence
    // `isForSystem`.
    return { os: "linux", arch: elf.get(view.getUint16(18, head[5] === 1)) }
  }
  if (magic === 0xcffaedfe || magic === 0xcefaedfe) return { os: "darwin", arch: machO.get(view.getUint32(4, true)) }
  // A file with several programs, from which the system selects the matching one.
  if (magic === 0xcafebabe || magic === 0xcafebabf) return { os: "darwin", arch: undefined }
  if (head[0] === 0x4d && head[1] === 0x5a && head.length >= 64) {
    const at = view.getUint32(60, true)
    return { os: "win32", arch: at + 6 <= head.length ? pe.get(view.getUint16(at + 4, true)) : undefined }
  }
  if (head[0] === 0x23 && head[1] === 0x21) return { os: "any", arch: undefined }
  return undefined
}
