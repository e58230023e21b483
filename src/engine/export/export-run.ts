// Writes a finished run down in another format: into a new folder that appears only when all of it is there.
import { resolve } from 'node:path'
import { Fault } from '#core/base/fault'
import { type ExportFormat, type ExportOutcome, ExportSettings, type ExportSettingsInput } from '#core/export/export-settings'
import type { RunRecord } from '#core/run/run'
import type { RunReader } from '#core/run/run-reader'
import { guarded } from '../archive/archive-parts.ts'
import { exportCoco } from './coco-export.ts'
import { createExportFolder } from './export-folder.ts'
import type { ExportWork } from './export-work.ts'
import { exportMy3dis } from './my3dis/my3dis-export.ts'
import { exportObjects, exportPalette } from './png-export.ts'
import { exportTracks } from './track-export.ts'
import { readerOfObjects } from './object-reader.ts'
import { exportYolo } from './yolo-export.ts'

export type ExportRequest = ExportSettingsInput & {
  readonly reader: RunReader
  readonly record: RunRecord
  /** Must not be there yet. */
  readonly out: string
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
  /** Milliseconds since 1970 that the export says it was made at; now when left out. */
  readonly at?: number
}

export type ExportResult = ExportOutcome & { readonly out: string; readonly files: number }

export const exportRecordFile = 'export.json'

const writers: Readonly<Record<ExportFormat, (work: ExportWork) => Promise<ExportOutcome>>> = {
  coco: exportCoco,
  yolo: exportYolo,
  png: exportPalette,
  'png-objects': exportObjects,
  csv: exportTracks,
  my3dis: exportMy3dis,
}

/**
 * The source is only read. Throws EXPORT_EXISTS, EXPORT_EMPTY, CONFIG_INVALID for a setting that is not allowed, CANCELLED, DISK_FULL,
 * FOLDER_NOT_WRITABLE, and what the reader throws; nothing is left behind then.
 */
export async function exportRun({
  reader: whole,
  record,
  out: given,
  signal,
  onProgress,
  at = Date.now(),
  ...input
}: ExportRequest): Promise<ExportResult> {
  const settings = checkedSettings(input)
  const out = resolve(given)
  return guarded(out, async () => {
    if (signal?.aborted) throw new Fault('CANCELLED')
    const reader = settings.objects ? await readerOfObjects(whole, record, settings.objects) : whole
    const folder = await createExportFolder(out)
    try {
      const outcome = await writers[settings.format]({ folder, reader, record, settings, signal, onProgress, at, out })
      await folder.whole(exportRecordFile, `${JSON.stringify(recordOf(record, settings, outcome, at), undefined, 2)}\n`)
      if (signal?.aborted) throw new Fault('CANCELLED')
      await folder.finish()
      return { ...outcome, out, files: folder.fileCount }
    } finally {
      await folder.discard()
    }
  })
}

function checkedSettings(input: ExportSettingsInput): ExportSettings {
  const parsed = ExportSettings.safeParse(input)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Fault('CONFIG_INVALID', { where: issue?.path.join('.') ?? 'export', reason: issue?.message ?? 'not valid' })
}

function recordOf(record: RunRecord, settings: ExportSettings, { counts, notes }: ExportOutcome, at: number) {
  return {
    format: 'scenewright.export',
    version: 1,
    exportedAt: new Date(at).toISOString(),
    run: { id: record.id, name: record.name, scene: record.scene.name, state: record.state, appVersion: record.appVersion },
    settings,
    counts,
    notes,
  }
}
