/**
 * A turn that has just started, and the time of everything here.
 */
export const at = 1_795_228_464

export const atMs = at * 1000

export const newTurn = (turnId: string) => ({
  id: turnId,
  rootTurnId: turnId,
  items: [],
  itemsView: "notLoaded",
  status: "inProgress",
  error: null,
  startedAt: null,
  completedAt: null,
  durationMs: null
})
