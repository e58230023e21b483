// A pipeline: a declared list of stages, what each needs and gives, and how its work is counted.
import type { FrameSlice } from '../scene/frame-slice.ts'
import type { CommandDeclaration } from './command-stage.ts'

/** A stage of My3DIS by name, or a command of a person's own. */
export type StageId = string

export type StageDeclaration = {
  readonly id: StageId
  /** Rises when the meaning of its result changes: part of its fingerprint, so that old results are not reused. */
  readonly version: number
  /** Settings its result depends on, as paths in the config; a change of any other one is no reason to run it again. */
  readonly reads: readonly string[]
  /** Whether its result depends on the pixels of the frames themselves. */
  readonly readsFrames: boolean
  readonly title: string
  /** Plain words for people who meet the stage for the first time. */
  readonly does: string
  /** Stages whose artifacts it reads. */
  readonly needs: readonly StageId[]
  /** What one unit of its progress is. */
  readonly unit: 'frames' | 'parts'
  /** Whether it may carry a model, and so needs a backend and a device. */
  readonly carriesModel: boolean
}

export type Pipeline = { readonly id: string; readonly title: string; readonly stages: readonly StageDeclaration[] }

export const my3dis: Pipeline = {
  id: 'my3dis',
  title: 'My3DIS: masks at several levels, tracked',
  stages: [
    {
      id: 'ssam',
      version: 1,
      reads: ['levels', 'stages.ssam'],
      readsFrames: true,
      title: 'ssam',
      does: 'Offers candidates on each frame, level by level, finer ones inside coarser ones.',
      needs: [],
      unit: 'frames',
      carriesModel: true,
    },
    {
      id: 'filter',
      version: 1,
      reads: ['levels', 'stages.filter', 'stages.ssam.every'],
      readsFrames: false,
      title: 'filter',
      does: 'Keeps candidates that are large and stable enough, and says why it drops the others.',
      needs: ['ssam'],
      unit: 'frames',
      carriesModel: false,
    },
    {
      id: 'tracker',
      version: 1,
      reads: ['levels', 'stages.tracker', 'stages.ssam.every'],
      readsFrames: true,
      title: 'tracker',
      does: 'Carries each kept candidate through the frames, and merges those that are one object.',
      needs: ['filter'],
      unit: 'frames',
      carriesModel: true,
    },
    {
      id: 'report',
      version: 2,
      reads: ['name', 'levels', 'stages.report', 'stages.ssam.every'],
      readsFrames: true,
      title: 'report',
      does: 'Writes counts, timings, peaks and pictures as Markdown and HTML.',
      needs: ['ssam', 'filter', 'tracker'],
      unit: 'parts',
      carriesModel: false,
    },
  ],
}

/** The stages of a run in order: those of the pipeline, then the commands of its settings. */
export function stagesOf(config: { readonly commands: readonly CommandDeclaration[] }): readonly StageDeclaration[] {
  return [...my3dis.stages, ...config.commands.map(stageOfCommand)]
}

/** The declaration of one stage; undefined when the run has none of that name. */
export function stageOf(config: { readonly commands: readonly CommandDeclaration[] }, id: string): StageDeclaration | undefined {
  return stagesOf(config).find((stage) => stage.id === id)
}

function stageOfCommand({ id, version, program }: CommandDeclaration): StageDeclaration {
  return {
    id,
    version,
    reads: [],
    readsFrames: true,
    title: id,
    does: `Runs ${program.name}, a program of your own, on what was found.`,
    needs: ['tracker'],
    unit: 'parts',
    carriesModel: false,
  }
}

/** Positions in the selected frames that get candidates: every n-th, from the first. */
export function candidatePositions(selectedCount: number, every: number): number[] {
  const positions: number[] = []
  for (let position = 0; position < selectedCount; position += Math.max(1, every)) positions.push(position)
  return positions
}

/** Name of a new run folder: local stamp, scene, levels; only letters, digits, dot, dash and underscore of the scene's name survive. */
export function runFolderName(startedAt: Date, sceneName: string, levels: readonly number[], frames: FrameSlice): string {
  const two = (n: number) => String(n).padStart(2, '0')
  const stamp = `${startedAt.getFullYear()}${two(startedAt.getMonth() + 1)}${two(startedAt.getDate())}_${two(startedAt.getHours())}${two(startedAt.getMinutes())}${two(startedAt.getSeconds())}`
  const scene = sceneName.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'scene'
  const step = frames.step > 1 ? `_step${frames.step}` : ''
  return `${stamp}_${scene}_L${levels.join('_')}${step}`
}
