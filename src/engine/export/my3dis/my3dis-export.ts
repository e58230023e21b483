// Writes a run as My3DIS leaves one on disk: candidates, filtered lists, archives of tracks, relations, timings and summaries.
import { basename } from 'node:path'
import type { ExportOutcome } from '#core/export/export-settings'
import { familyIds, familyTreeName, familyTreeText } from '#core/my3dis/tracks/family-tree-file'
import { runManifestName } from '#core/my3dis/layout'
import { type PythonValue, pythonJson, pythonJsonStyles } from '#core/my3dis/text/python-json'
import { archivePath, type LevelWritten, runManifest } from '#core/export/my3dis-manifest'
import { historyRow, workflowSummaries } from '#core/export/my3dis-summaries'
import { csvFromHistory } from '#core/registry/history-csv'
import type { MaskPlaces } from '#core/run/run-reader'
import type { Track } from '#core/segment/track'
import type { ExportWork } from '../export-work.ts'
import { chosenPlaces } from '../frame-walk.ts'
import { writeFiltered, writeRaw } from './my3dis-candidates.ts'
import { checkPacking } from './my3dis-pack.ts'
import { type WrittenTracks, writeTracks } from './my3dis-tracks.ts'
import { type My3disWork, objectIdOf } from './my3dis-work.ts'

type Level = { readonly written: LevelWritten; readonly tracks: WrittenTracks | undefined }

export async function exportMy3dis(work: ExportWork): Promise<ExportOutcome> {
  const { reader, record, settings } = work
  await checkPacking(settings.raw.compression)
  const all = await reader.places()
  const places = stagesOf(all).flatMap((stage) => chosenPlaces(all, stage, levelsWithin(all, stage, settings.levels)))
  // Without any masks, the choice of stage says what is missing.
  if (places.length === 0) chosenPlaces(all, settings.stage, settings.levels)
  const { tracks } = await reader.tracks()
  const numbering = familyIds(tracks)
  const total = places.reduce((sum, { frameIndices }) => sum + frameIndices.length, 0)
  let done = 0
  const own: My3disWork = {
    ...work,
    places,
    levels: [...new Set(places.map(({ level }) => level))].sort((a, b) => a - b),
    ids: numbering.idOf,
    idRule: numbering.rule,
    frameSize: record.scene.width > 0 && record.scene.height > 0 ? [record.scene.height, record.scene.width] : undefined,
    step: () => work.onProgress?.(++done, total),
  }
  const levels: Level[] = []
  for (const level of own.levels) {
    const raw = await writeRaw(own, level)
    const filtered = await writeFiltered(own, level)
    const archived = await writeTracks(own, level, parentsAt(own, tracks, level))
    const told = archived && { objects: archived.objects.size, ratio: archived.ratio }
    levels.push({ written: { level, raw, filtered, tracks: told }, tracks: archived })
  }
  if (levels.some((one) => one.tracks)) await writeFamilies(own, tracks, levels)
  await writeRunFiles(own, levels)
  return outcomeOf(own, levels)
}

function stagesOf(places: readonly MaskPlaces[]): MaskPlaces['stage'][] {
  return (['ssam', 'filter', 'tracker'] as const).filter((stage) => places.some((one) => one.stage === stage))
}

/** A level that one stage did not reach is still written for the others; one that no stage has is refused. */
function levelsWithin(places: readonly MaskPlaces[], stage: MaskPlaces['stage'], levels: readonly number[] | undefined) {
  if (levels === undefined) return undefined
  return levels.filter((level) => {
    const isElsewhere = places.some((one) => one.level === level)
    return !isElsewhere || places.some((one) => one.stage === stage && one.level === level)
  })
}

/** Ids of My3DIS, of objects by theirs. */
function parentsAt(work: My3disWork, tracks: readonly Track[], level: number): ReadonlyMap<string, number> {
  const own = tracks.filter((track) => track.level === level)
  return new Map(own.flatMap(({ id, parent }) => (parent === undefined ? [] : [[String(objectIdOf(work, id)), objectIdOf(work, parent)]])))
}

async function writeFamilies(work: My3disWork, tracks: readonly Track[], levels: readonly Level[]): Promise<void> {
  const ratios = new Map(levels.flatMap(({ written: { level, tracks: told } }) => (told ? [[level, told.ratio] as const] : [])))
  const text = familyTreeText({
    scene: work.record.scene.name,
    runFolder: basename(work.out),
    levels: work.levels,
    maskScaleRatio: [...ratios.values()][0] ?? work.settings.scale,
    tracks: tracks.filter(({ level }) => work.levels.includes(level)),
    frameIndices: work.record.frameIndices,
    maskArchive: (level) => {
      const ratio = ratios.get(level)
      return ratio === undefined ? undefined : archivePath('video', level, ratio, work.settings.layout)
    },
  })
  await work.folder.whole(familyTreeName, text)
}

async function writeRunFiles(work: My3disWork, levels: readonly Level[]): Promise<void> {
  const { folder, record, settings } = work
  const written = levels.map((level) => level.written)
  const places = { folder: work.out, layout: settings.layout, scale: settings.scale }
  const times = { at: work.at, offsetMinutes: -new Date(work.at).getTimezoneOffset() }
  const manifest = runManifest(record, written, places)
  const { environment, timings, summary, workflow } = workflowSummaries(record, written, manifest, places, times)
  const write = (name: string, value: PythonValue) => folder.whole(name, pythonJson(value, pythonJsonStyles.run))
  await write(runManifestName, manifest)
  await write('stage_timings.json', timings)
  await write('environment_snapshot.json', environment)
  if (settings.layout === 'scene_level') await write('summary.json', summary)
  await folder.whole('logs/workflow_history.csv', csvFromHistory([historyRow(record, written, places, times)]))
  // My3DIS takes a run for finished by this file, so it comes last.
  await write('workflow_summary.json', workflow)
}

function outcomeOf({ idRule, settings }: My3disWork, levels: readonly Level[]): ExportOutcome {
  const sum = (of: (level: Level) => number | undefined) => levels.reduce((total, level) => total + (of(level) ?? 0), 0)
  const notes = [`Ids of objects: ${ruleWords[idRule]}.`]
  for (const { written } of levels)
    if (written.tracks && written.tracks.ratio !== settings.scale)
      notes.push(
        `Level ${written.level}: the run's masks are smaller than asked for; they are stored at ${written.tracks.ratio} of the frame.`,
      )
  return {
    counts: {
      levels: levels.length,
      candidates: sum(({ written }) => written.raw?.candidates),
      filtered: sum(({ written }) => written.filtered?.kept),
      objects: sum(({ written }) => written.tracks?.objects),
      masks: sum(({ tracks }) => tracks?.masks),
    },
    notes,
  }
}

const ruleWords: Readonly<Record<My3disWork['idRule'], string>> = {
  source: "those of the run's own files",
  'level*1000+n': 'level * 1000 + number, as My3DIS counts on levels 2, 4 and 6',
  'level*100000+n': 'level * 100000 + number, because a level has 1000 tracks or more',
}
