/**
 * Support for the tests of `Codex`: ids of threads.
 */
export const idsOf = (threads: Iterable<{ readonly id: string }>) => Array.from(threads, ({ id }) => id)

export const nowhere = "019c0000-0000-7000-8000-000000000000"
