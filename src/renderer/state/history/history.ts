// A history of states: a bounded past, a present, a future; changes that go on without a pause are one step.

export type History<T> = {
  readonly past: readonly T[]
  readonly present: T
  /** Next first. */
  readonly future: readonly T[]
  /** What the last step changed, while it may still grow; undefined once it is closed. */
  readonly open: { readonly key: string; readonly at: number } | undefined
}

/** Steps that can be undone, at most; the oldest are forgotten first. */
export const historyLimit = 200
/** Milliseconds without a change after which a continuous change is over. */
export const pauseMs = 800

export function begun<T>(present: T): History<T> {
  return { past: [], present, future: [], open: undefined }
}

/**
 * With `next` as the present; what was undone before is gone.
 * `key` names what is changed continuously (a drag, a wheel): the same key without a pause grows the last step. Undefined: a step of its own.
 * `at` in milliseconds, never falling.
 */
export function recorded<T>(history: History<T>, next: T, key: string | undefined, at: number): History<T> {
  const { open } = history
  const grows = key !== undefined && open?.key === key && at - open.at < pauseMs && history.past.length > 0
  return {
    past: grows ? history.past : [...history.past, history.present].slice(-historyLimit),
    present: next,
    future: [],
    open: key === undefined ? undefined : { key, at },
  }
}

/** One step back; the same history where there is none. */
export function undone<T>(history: History<T>): History<T> {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], open: undefined }
}

/** One step on again; the same history where there is none. */
export function redone<T>(history: History<T>): History<T> {
  const [after, ...rest] = history.future
  if (after === undefined) return history
  return { past: [...history.past, history.present], present: after, future: rest, open: undefined }
}
