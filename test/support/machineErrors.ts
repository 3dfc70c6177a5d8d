/**
 * An example of each error of the thread store, the cluster, its inbox and its database, of workflows, and of the
 * conformance suite.
 */
import { DateTime, Option } from "effect"
import * as ApprovalInbox from "../../src/cluster/ApprovalInbox.ts"
import * as EmbeddedPostgres from "../../src/cluster/EmbeddedPostgres.ts"
import * as ThreadDirectory from "../../src/cluster/ThreadDirectory.ts"
import * as ThreadEntity from "../../src/cluster/ThreadEntity.ts"
import { ConformanceFailed } from "../../src/testing/ThreadStoreConformance.ts"
import * as ThreadStore from "../../src/ThreadStore.ts"
import { NotDecided } from "../../src/workflow/index.ts"
import { type Example, example } from "./errorExample.ts"

const at = DateTime.makeUnsafe(1000)

export const machineErrors: ReadonlyArray<Example> = [
  example(
    ThreadStore.ThreadStoreError,
    new ThreadStore.ThreadStoreError({ method: "a", threadId: "t", reason: new ThreadStore.Conflict({ offset: 1 }) })
  ),
  example(ThreadStore.InvalidName, new ThreadStore.InvalidName({ argument: "segment" })),
  example(ThreadStore.Gap, new ThreadStore.Gap({ offset: 2, size: 1 })),
  example(ThreadStore.Conflict, new ThreadStore.Conflict({ offset: 1 })),
  example(ThreadStore.Corrupt, new ThreadStore.Corrupt({ segment: "a" })),
  example(ThreadStore.StoreFailed, new ThreadStore.StoreFailed({ kind: "a" })),
  example(ThreadStore.LocalFailed, new ThreadStore.LocalFailed({ kind: "a" })),
  example(ThreadStore.LocalDiffers, new ThreadStore.LocalDiffers({ segment: "a", how: "ahead" })),
  example(ThreadStore.ThreadLoaded, new ThreadStore.ThreadLoaded()),
  example(ThreadStore.OlderSegment, new ThreadStore.OlderSegment({ segment: "a" })),
  example(ThreadStore.SourceMissing, new ThreadStore.SourceMissing({ sourceId: "a" })),
  example(ConformanceFailed, new ConformanceFailed({ description: "a" })),
  example(
    ThreadDirectory.DirectoryError,
    new ThreadDirectory.DirectoryError({ method: "a", reason: new ThreadDirectory.DirectoryFailed({ kind: "b" }) })
  ),
  example(ThreadDirectory.InvalidName, new ThreadDirectory.InvalidName({ argument: "key" })),
  example(ThreadDirectory.BoundElsewhere, new ThreadDirectory.BoundElsewhere({ threadId: "t" })),
  example(ThreadDirectory.DirectoryFailed, new ThreadDirectory.DirectoryFailed({ kind: "a" })),
  example(
    ThreadEntity.ThreadEntityError,
    new ThreadEntity.ThreadEntityError({ method: "a", reason: new ThreadEntity.RunnerFailed({ defect: "b" }) })
  ),
  example(ThreadEntity.RunnerFailed, new ThreadEntity.RunnerFailed({ defect: "a" })),
  example(ThreadEntity.RunnerTooOld, new ThreadEntity.RunnerTooOld({ version: 2, supported: 1 })),
  example(ThreadEntity.MessageTooLarge, new ThreadEntity.MessageTooLarge({ bytes: 2, maxBytes: 1 })),
  example(
    ApprovalInbox.ApprovalInboxError,
    new ApprovalInbox.ApprovalInboxError({
      method: "a",
      entryId: Option.some("b"),
      reason: new ApprovalInbox.EntryNotFound()
    })
  ),
  example(ApprovalInbox.EntryNotFound, new ApprovalInbox.EntryNotFound()),
  example(ApprovalInbox.AlreadyAnswered, new ApprovalInbox.AlreadyAnswered({ by: "a", at })),
  example(ApprovalInbox.EntryClosed, new ApprovalInbox.EntryClosed({ status: "lost", at })),
  example(ApprovalInbox.ClaimedByOther, new ApprovalInbox.ClaimedByOther({ by: "a", until: at })),
  example(ApprovalInbox.NotOffered, new ApprovalInbox.NotOffered({ part: "value", field: "a" })),
  example(ApprovalInbox.InvalidRequest, new ApprovalInbox.InvalidRequest({ argument: "a", expected: "b" })),
  example(ApprovalInbox.EntryExists, new ApprovalInbox.EntryExists()),
  example(ApprovalInbox.InboxFailed, new ApprovalInbox.InboxFailed({ kind: "a" })),
  example(
    EmbeddedPostgres.EmbeddedPostgresError,
    new EmbeddedPostgres.EmbeddedPostgresError({ reason: new EmbeddedPostgres.StartFailed({ kind: "a" }) })
  ),
  example(EmbeddedPostgres.PackageMissing, new EmbeddedPostgres.PackageMissing({ package: "a" })),
  example(EmbeddedPostgres.FolderInUse, new EmbeddedPostgres.FolderInUse({ folder: "/a", pid: 1 })),
  example(EmbeddedPostgres.FolderFailed, new EmbeddedPostgres.FolderFailed({ folder: "/a", kind: "EACCES" })),
  example(EmbeddedPostgres.StartFailed, new EmbeddedPostgres.StartFailed({ kind: "a" })),
  example(NotDecided, new NotDecided({ name: "a", status: "expired" }))
]
