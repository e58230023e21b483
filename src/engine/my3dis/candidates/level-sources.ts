// The stores of one run of My3DIS, each opened when it is first asked for: candidates, kept candidates and tracks by level.
import { Fault } from '#core/base/fault'
import type { Description, LevelDescription } from '#core/my3dis/description'
import type { Repair } from '#core/my3dis/repair-table'
import type { CandidateContext, CandidateSource } from './candidate-source.ts'
import { createChunkStore } from './chunk-store.ts'
import { isFilteredIndexed, openFiltered } from './filtered-source.ts'
import type { SelectedFrames } from '../tracks/opened-tracks.ts'
import { openRaw, openRawChunk } from './raw-source.ts'
import { openTracking, type TrackingSource } from '../tracks/tracking-source.ts'

export type CandidateStage = 'ssam' | 'filter'

export type LevelSources = {
  readonly levels: readonly number[]
  /** Undefined when the run has no such store. */
  candidates(stage: CandidateStage, level: number): CandidateSource | undefined
  /** Absolute indices, ascending; where the manifest can tell them, no list is searched for it. */
  candidateFrames(stage: CandidateStage, level: number): Promise<readonly number[] | undefined>
  /** Throws the faults of `openTracking`; a level that failed is tried again when it is asked for again. */
  tracking(level: number): Promise<TrackingSource> | undefined
  problems(): Promise<readonly Repair[]>
  close(): Promise<void>
}

/** `selected`: the run's frames, when they are known for sure. */
export function openLevelSources(description: Description, cacheFolder: string, selected: SelectedFrames | undefined): LevelSources {
  const store = createChunkStore({ cacheFolder })
  const byLevel = new Map(description.levels.map((level) => [level.level, level]))
  const opened = { ssam: new Map<number, CandidateSource>(), filter: new Map<number, CandidateSource>() }
  const tracks = new Map<number, Promise<TrackingSource>>()

  function candidates(stage: CandidateStage, level: number): CandidateSource | undefined {
    const known = opened[stage].get(level)
    const described = byLevel.get(level)
    if (known ?? !described) return known
    const context: CandidateContext = {
      level,
      cacheFolder,
      kin: (frameIndex, levels) => kinOf(stage, frameIndex, levels),
      nameOf: (frameIndex) => selected?.names.get(frameIndex),
      selected: selected?.indices ?? [],
    }
    const { raw, filtered } = described
    const made =
      stage === 'filter'
        ? filtered && openFiltered(filtered.file, context)
        : raw && (raw.form === 'chunk' ? openRawChunk(raw.file, store, context) : openRaw(raw.folder, store, context))
    if (made) opened[stage].set(level, made)
    return made
  }

  async function kinOf(stage: CandidateStage, frameIndex: number, levels: ReadonlySet<number>): Promise<ReadonlyMap<string, number>> {
    const all = new Map<string, number>()
    for (const level of levels) {
      try {
        for (const [name, id] of (await candidates(stage, level)?.uniqueIds(frameIndex)) ?? []) all.set(name, id)
      } catch (error) {
        // What is wrong with another level is told where that one is shown; here it only means that there is no parent to point at.
        if (!(error instanceof Fault)) throw error
      }
    }
    return all
  }

  return {
    levels: description.levels.map(({ level }) => level),
    candidates,
    async candidateFrames(stage, level) {
      const source = candidates(stage, level)
      const stated = stage === 'filter' ? await statedFrames(description, byLevel.get(level), cacheFolder) : undefined
      return stated ?? (await source?.frames())?.map(({ frameIndex }) => frameIndex)
    },
    tracking(level) {
      const known = tracks.get(level)
      const file = byLevel.get(level)?.tracking?.file
      if (known ?? file === undefined) return known
      const begun = openTracking({ file, level, selected })
      tracks.set(level, begun)
      begun.catch(() => tracks.delete(level))
      return begun
    },
    async problems() {
      const found = [...opened.ssam.values(), ...opened.filter.values()].flatMap((source) => [...source.problems()])
      for (const source of await Promise.allSettled(tracks.values()))
        if (source.status === 'fulfilled') found.push(...source.value.problems)
      return found
    },
    async close() {
      for (const source of [...opened.ssam.values(), ...opened.filter.values()]) await source.close()
      for (const source of await Promise.allSettled(tracks.values())) if (source.status === 'fulfilled') await source.value.close()
      opened.ssam.clear()
      opened.filter.clear()
      tracks.clear()
    },
  }
}

/** The filter notes how many frames it wrote: when they are as many as got candidates, they are those. Undefined when that is not sure. */
async function statedFrames(
  { manifest, candidateIndices }: Description,
  level: LevelDescription | undefined,
  cacheFolder: string,
): Promise<readonly number[] | undefined> {
  const stats = level && manifest?.filtering?.stats?.[String(level.level)]
  if (!level?.filtered || stats?.frames !== candidateIndices.length || !manifest?.ssam_absolute_indices) return undefined
  if (await isFilteredIndexed(level.filtered.file, cacheFolder)) return undefined
  return candidateIndices.toSorted((a, b) => a - b)
}
