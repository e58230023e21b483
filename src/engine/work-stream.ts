// Work that ends with something written, as a stream: how far it is, a few times a second, and at last what was written or why it was not.
import { noteFromError } from '#core/base/fault'

export type WorkStep<W> = {
  readonly done: number
  readonly total: number
  readonly written?: W
  /** A fault thrown inside of a stream would lose its code. */
  readonly fault?: { readonly code: string; readonly params: Record<string, string | number> }
}
export type Work<W> = (stop: AbortSignal, onProgress: (done: number, total: number) => void) => Promise<W>

const stepMs = 200

/** Whoever stops listening stops the work, and it is waited for: it takes away what it began. */
export async function* workStream<W>(signal: AbortSignal | undefined, perform: Work<W>): AsyncGenerator<WorkStep<W>> {
  const stop = new AbortController()
  signal?.addEventListener('abort', () => stop.abort(), { once: true })
  let step = { done: 0, total: 0 }
  let end: WorkStep<W> | undefined
  const tell = (done: number, total: number) => {
    step = { done, total }
  }
  const work = perform(stop.signal, tell).then(
    (written) => {
      end = { done: step.total, total: step.total, written }
    },
    (error: unknown) => {
      const { code, params } = noteFromError(error)
      end = { ...step, fault: { code, params: { ...params } } }
    },
  )
  try {
    while (!end) {
      yield step
      await Promise.race([work, new Promise((resolve) => setTimeout(resolve, stepMs))])
    }
    yield end
  } finally {
    stop.abort()
    await work
  }
}
