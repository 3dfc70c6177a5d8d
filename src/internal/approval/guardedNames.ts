/**
 * Knows names of files and directories that other programs execute or trust. A process that may write there can leave
 * the sandbox.
 *
 * File systems accept many spellings of a name. This module treats all of them as the guarded name on every file
 * system: a false match only leaves the decision to the next policy.
 *
 * It has the names that Codex reads by default. It cannot know names that `project_doc_fallback_filenames` adds in
 * the configuration.
 */
const guarded: ReadonlySet<string> = new Set([".git", ".codex", ".agents", "agents.md", "agents.override.md"])

// Short names on Windows, such as `GIT~1` and `AGENTS~1.MD`, or `GI7EBA~1` if many names are alike.
const shortName = /^(?:gi|co|ag)[^.]{0,4}~\d{1,6}(?:\.[^.]{0,3})?$/

// No file system accepts a longer name, in UTF-16 code units or in bytes. It bounds the work below: a name of 60,000
// dots would be slow.
const maxLength = 255

/** Whether a name is guarded, or a file system may read it as a guarded name. */
export const isGuarded = (name: string): boolean => {
  if (name.length > maxLength) return true
  const plain = plainly(name)
  return guarded.has(plain) || shortName.test(plain)
}

// internal

/**
 * Returns a name as the most lenient file systems read it.
 *
 * Windows drops dots and blanks at the end, and the text after a colon names a stream of the same file. HFS+ drops
 * invisible characters. APFS and NTFS compare letters without case, including `ſ` and `s`. APFS also ignores how
 * letters are composed.
 */
const plainly = (name: string): string => {
  const file = name
    .normalize("NFKC")
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/:.*/s, "")
  let end = file.length
  while (file[end - 1] === "." || file[end - 1] === " ") end--
  return file.slice(0, end).toUpperCase().toLowerCase()
}
