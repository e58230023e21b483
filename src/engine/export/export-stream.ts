// An export as a stream: how far it is, a few times a second, and at last what was written.
import type { ExportSettingsInput } from '#core/export/export-settings'
import type { KnownRun } from '../runs/run-store.ts'
import { type WorkStep, workStream } from '../work-stream.ts'
import { exportRun } from './export-run.ts'

export type ExportStep = WorkStep<{ readonly out: string; readonly files: number; readonly notes: string[] }>

/** Whoever stops listening stops the export; nothing is left behind then. */
export function exportStream(
  { reader, record }: KnownRun,
  out: string,
  settings: ExportSettingsInput,
  signal: AbortSignal | undefined,
): AsyncGenerator<ExportStep> {
  return workStream(signal, async (stop, onProgress) => {
    const result = await exportRun({ ...settings, reader, record, out, signal: stop, onProgress })
    return { out: result.out, files: result.files, notes: [...result.notes] }
  })
}
