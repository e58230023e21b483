// An export as a stream: how far it is, a few times a second, and at last what was written.
import { noteFromError } from '#core/base/fault'
import type { ExportSettingsInput } from '#core/export/export-settings'
import type { KnownRun } from '../runs/run-store.ts'
import { exportRun } from './export-run.ts'

export type ExportStep = {
  readonly done: number
  readonly total: number
  readonly written?: { readonly out: string; readonly files: number; readonly notes: string[] }
  readonly fault?: { readonly code: string; readonly params: Record<string, string | number> }
}

const stepMs = 200

/** Whoever stops listening stops the export; nothing is left behind then. */
export async function* exportStream(
  run: KnownRun,
  out: string,
  settings: ExportSettingsInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportStep> {
  const stop = new AbortController()
  signal?.addEventListener('abort', () => stop.abort(), { once: true })
  let step = { done: 0, total: 0 }
  let end: ExportStep | undefined
  const work = exportRun({
    ...settings,
    reader: run.reader,
    record: run.record,
    out,
    signal: stop.signal,
    onProgress: (done, total) => {
      step = { done, total }
    },
  }).then(
    (result) => {
      end = { done: step.total, total: step.total, written: { out: result.out, files: result.files, notes: [...result.notes] } }
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
