// Opens a run of My3DIS for the pages: where it lies, with its pictures wherever they are now.
import { access } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { RunSummary } from '#api/api'
import type { Description, MissingPart } from '#core/my3dis/description'
import { type Repair, sentenceOfRepair } from '#core/my3dis/repair-table'
import type { RunDescription } from '#core/run/run-description'
import type { OpenForeign } from '../runs/run-store.ts'
import type { PictureRoots } from '../state/picture-roots.ts'
import { openMy3dis } from './my3dis-run.ts'

/** `stateFolder`: indices of big files are kept in it, never beside the run. */
export function foreignOpener(stateFolder: string, roots: PictureRoots): OpenForeign {
  const cacheFolder = join(stateFolder, 'cache', 'my3dis')
  return async (summary: RunSummary) => {
    const first = await openMy3dis({ path: summary.folder, cacheFolder, framesRoot: undefined })
    const moved = await movedTo(first.description, roots)
    const opened = moved === undefined ? first : await openMy3dis({ path: summary.folder, cacheFolder, framesRoot: moved })
    if (opened !== first) await first.reader.close()
    const { description, record, reader, events, problems } = opened
    const describe = async () => {
      // Stores that cannot be opened say so only when they are asked where their masks are.
      await reader.places()
      return describeForeign(description, await problems())
    }
    return { record, reader, events, description: describe }
  }
}

/** Only when pictures are missing, and only to a folder that is there. */
async function movedTo({ frames }: Description, roots: PictureRoots): Promise<string | undefined> {
  if (frames.statedFolder === undefined || frames.frames.every(({ file }) => file !== undefined)) return undefined
  for (const folder of roots.candidates(frames.statedFolder)) {
    const isThere = await access(folder).then(
      () => true,
      () => false,
    )
    if (isThere) return folder
  }
  return undefined
}

export function describeForeign(description: Description, repairs: readonly Repair[]): RunDescription {
  const { generation, state, frames, runFolder, path } = description
  return {
    program: 'my3dis',
    folder: runFolder ?? path,
    generation,
    repairs: repairs.map((repair) => ({ code: repair.code, ...sentenceOfRepair(repair) })),
    missing: state.missing.map(wordsOfMissing),
    documents: documentsOf(description),
    pictures: {
      folder: frames.statedFolder ?? '',
      found: frames.frames.filter(({ file }) => file !== undefined).length,
      of: frames.frames.length,
    },
  }
}

/** Report first, then the comparison pictures of each level. A file that was opened by itself has none. */
function documentsOf({ runFolder, reportFile, levels }: Description): RunDescription['documents'] {
  if (runFolder === undefined) return []
  const inside = (file: string) => relative(runFolder, file).split(sep).join('/')
  const report = reportFile === undefined ? [] : [{ title: 'Report', path: inside(reportFile), isPicture: false }]
  const pictures = levels.flatMap(({ level, comparisons }) =>
    (comparisons?.pictures ?? []).map((name) => ({
      title: `Level ${level}, ${name}`,
      path: inside(resolve(comparisons!.folder, name)),
      isPicture: true,
    })),
  )
  return [...report, ...pictures]
}

function wordsOfMissing({ part, level }: MissingPart): string {
  const words = {
    manifest: 'the manifest',
    raw: 'raw candidates',
    filtered: 'filtered candidates',
    tracking: 'tracks',
    summary: 'the summary',
  }[part]
  return level === undefined ? words : `${words} of level ${level}`
}
