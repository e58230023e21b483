// What the thread that runs a network and the thread that asked for it say to each other. Structured clones; nothing of it crosses a process.
import type { FaultNote } from '#core/base/fault'
import type { ModelSession, SessionOptions, TensorValue } from './session.ts'

export type ThreadOrder = { readonly path: string; readonly options: SessionOptions }

export type NamedTensors = Readonly<Record<string, TensorValue>>

export type ToThread = { readonly type: 'run'; readonly ticket: number; readonly feeds: NamedTensors } | { readonly type: 'close' }

/** What is known of an opened session, without its functions. */
export type OpenedSession = Omit<ModelSession, 'run' | 'close'>

export type FromThread =
  | { readonly type: 'opened'; readonly session: OpenedSession }
  | { readonly type: 'refused'; readonly fault: FaultNote }
  | { readonly type: 'ran'; readonly ticket: number; readonly outputs: NamedTensors }
  | { readonly type: 'failed'; readonly ticket: number; readonly fault: FaultNote }
