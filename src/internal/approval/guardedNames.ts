/**
 * Names of files and folders that others run or believe: a process that may write there has left the sandbox. File
 * systems take many spellings for one name, and this module takes all of them for it, whatever the file system: a name
 * too many only leaves the decision to the next policy.
 *
 * It knows the names that Codex reads by itself. Further ones, which `project_doc_fallback_filenames` of the
 * configuration can add, it can't know.
 */
const guarded: ReadonlySet<string> = new Set([".git", ".codex", ".agents", "agents.md", "agents.override.md"])

// Short names of Windows, such as `GIT~1`, `AGENTS~1.MD`, and `GI7EBA~1` where many are alike.
const shortName = /^(?:gi|co|ag)[^.]{0,4}~\d{1,6}(?:\.[^.]{0,3})?$/

// No file system takes a longer one, in UTF-16 code units or in bytes. It bounds the work below, which a name of 60,000
// dots would make slow.
const maxLength = 255

/** Whether a name is one of them, or may be one to a file system. */
export const isGuarded = (name: string): boolean => {
  if (name.length > maxLength) return true
  const plain = plainly(name)
  return guarded.has(plain) || shortName.test(plain)
}

// internal

/**
 * A name as the most lenient file systems read it. Windows drops dots and blanks at the end, and what follows a colon
 * names a stream of the same file; HFS+ drops characters that show nothing; APFS and NTFS compare letters without case,
 * `ſ` and `s` among them, and APFS however they are composed.
 */
const plainly = (name: string): string => {
  const [file = ""] = name
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .split(":")
  let end = file.length
  while (end > 0 && (file[end - 1] === "." || file[end - 1] === " ")) end--
  return file.slice(0, end).toUpperCase().toLowerCase()
}
