/**
 * Reads the beginning of a file, to tell a program for this machine from one for another and from what is no program. The system hands what it
 * can't run to a shell, which would run the bytes of the file as a script.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { Platform } from "./platform.ts"

/** Why a file can't be run. */
export interface Problem {
  readonly description: string
  /** Whether it is a program, but for another machine. */
  readonly isForeign: boolean
}

/** Why the file can't be run here. `undefined` if it can be, and if this program may not read it: the system decides then. */
export const problem = Effect.fnUntraced(function* (
  file: string,
  platform: Platform
): Effect.fn.Return<Problem | undefined, never, FileSystem.FileSystem> {
  const fs = yield* FileSystem.FileSystem
  const stat = yield* Effect.option(fs.stat(file))
  if (Option.isNone(stat)) return undefined
  // A pipe must not be opened: that would wait for a writer.
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

/** The same, from the first bytes. */
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

// Of PE, the header can lie anywhere, but does so within the first kilobyte.
const headLength = 1024

interface Format {
  readonly os: string
  /** `undefined`: any, or one that isn't known here. */
  readonly arch: string | undefined
}

// What else a machine can run: macOS and Windows on ARM translate programs for Intel.
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
    // The sixth byte names the byte order of the rest. FreeBSD and others have the same format, hence `isForSystem`.
    return { os: "linux", arch: elf.get(view.getUint16(18, head[5] === 1)) }
  }
  if (magic === 0xcffaedfe || magic === 0xcefaedfe) return { os: "darwin", arch: machO.get(view.getUint32(4, true)) }
  // Several programs in one, of which the system takes its own.
  if (magic === 0xcafebabe || magic === 0xcafebabf) return { os: "darwin", arch: undefined }
  if (head[0] === 0x4d && head[1] === 0x5a && head.length >= 64) {
    const at = view.getUint32(60, true)
    return { os: "win32", arch: at + 6 <= head.length ? pe.get(view.getUint16(at + 4, true)) : undefined }
  }
  if (head[0] === 0x23 && head[1] === 0x21) return { os: "any", arch: undefined }
  return undefined
}
