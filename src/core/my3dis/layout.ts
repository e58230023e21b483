// Where things lie in a My3DIS run folder, and how they are called: the names its tools write, and back from a name to what it says.
import { roundHalfEven } from '../mask/resize.ts'

export type SegmentsKind = 'video' | 'object'
/** What a tar of raw candidates is packed with; 'none' is written as empty text or null in manifests. */
export type ChunkCompression = 'none' | 'gz' | 'bz2' | 'xz'

const digits = (value: number, width: number) => String(value).padStart(width, '0')

export const runManifestName = 'manifest.json'
export const subsetFolder = 'selected_frames'
export const rawFormat = 'my3dis.raw_candidates.v1'
/** Frames in a chunk when nobody says otherwise. */
export const rawChunkFrames = 32

export function levelFolder(level: number): string {
  return `level_${level}`
}

/** Undefined for any other name. */
export function levelFromFolder(name: string): number | undefined {
  const [, level] = /^level_(\d{1,4})$/.exec(name) ?? []
  return level === undefined ? undefined : Number(level)
}

/** The level with two digits, as names after the scene_level layout carry it. */
export function levelDigits(level: number): string {
  return digits(level, 2)
}

/** The ratio with three decimals, halves to even as Python formats them, without zeros and a dot at its end: 1/3 -> "0.333". */
export function scaleText(ratio: number): string {
  // toFixed breaks exact ties upward; with three decimals only odd sixteenths are exact ties.
  const tied = Number.isInteger(ratio * 16) ? roundHalfEven(ratio * 1000) / 1000 : ratio
  return tied.toFixed(3).replace(/\.?0+$/, '')
}

/** What comes before the ending of a name; empty unless the ratio is within (0, 1). */
export function scaleSuffix(ratio: number): string {
  return ratio > 0 && ratio < 1 ? `_scale${scaleText(ratio)}x` : ''
}

/** The name of an archive in `tracking/`, as the tracker writes it. */
export function segmentsName(kind: SegmentsKind, ratio: number): string {
  return `${kind}_segments${scaleSuffix(ratio)}.npz`
}

/** The name of an archive in the level folder, after the scene_level layout. The ratio is only in its content then. */
export function settledSegmentsName(kind: SegmentsKind, level: number): string {
  return `${kind}_segments_L${levelDigits(level)}.npz`
}

/** Six digits from 0 up, the local index; written whatever the picture's own kind is. */
export function subsetFrameName(localIndex: number): string {
  return `${digits(localIndex, 6)}.jpg`
}

export function gapFrameName(frameIndex: number): string {
  return `gap_${digits(frameIndex, 5)}`
}

/** The member of a video archive that holds a frame (absolute index). */
export function frameEntryName(frameIndex: number): string {
  return `frames/frame_${digits(frameIndex, 6)}.json`
}

/** Undefined for a member that is no frame. */
export function frameFromEntry(name: string): number | undefined {
  const [, index] = /^frames\/frame_(\d{6,9})\.json$/.exec(name) ?? []
  return index === undefined ? undefined : Number(index)
}

export type RawPart = 'meta' | 'masks'
const rawFiles: Readonly<Record<RawPart, string>> = { meta: 'meta.json', masks: 'masks.npz' }

/** Five digits, more when the index needs them. */
export function rawEntryName(frameIndex: number, part: RawPart): string {
  return `frame_${digits(frameIndex, 5)}/${rawFiles[part]}`
}

/** A leading "./", as tar leaves it, is allowed. Undefined for a member of another kind. */
export function rawFromEntry(name: string): { readonly frameIndex: number; readonly part: RawPart } | undefined {
  const [, index, file] = /^(?:\.\/)?frame_(\d{5,9})\/(meta\.json|masks\.npz)$/.exec(name) ?? []
  return index === undefined ? undefined : { frameIndex: Number(index), part: file === rawFiles.meta ? 'meta' : 'masks' }
}

/** `ordinal` counts chunks from 0. */
export function chunkName(ordinal: number, compression: ChunkCompression): string {
  return `chunk_${digits(ordinal, 4)}.tar${compression === 'none' ? '' : `.${compression}`}`
}

export function chunkFromName(name: string): { readonly ordinal: number; readonly compression: ChunkCompression } | undefined {
  const [, ordinal, ending] = /^chunk_(\d{4,9})\.tar(?:\.(gz|bz2|xz))?$/.exec(name) ?? []
  if (ordinal === undefined) return undefined
  const compression = ending === 'gz' || ending === 'bz2' || ending === 'xz' ? ending : 'none'
  return { ordinal: Number(ordinal), compression }
}

/** The frame's number in a per-frame raw file of September: frame_00012.json or .npz. */
export function rawFrameFromFile(name: string): { readonly frameIndex: number; readonly part: RawPart } | undefined {
  const [, index, ending] = /^frame_(\d{5,9})\.(json|npz)$/.exec(name) ?? []
  return index === undefined ? undefined : { frameIndex: Number(index), part: ending === 'json' ? 'meta' : 'masks' }
}

/** What decides the name of a run folder. Areas in pixels; `ratio` is that of the candidates' masks, 1 = not scaled. */
export type RunNaming = {
  /** Local time as YYYYmmdd_HHMMSS. */
  readonly stamp: string
  readonly levels: readonly number[]
  readonly ssamFreq: number
  readonly maxPropagate?: number
  readonly minArea: number
  readonly fillArea: number
  readonly addGaps: boolean
  readonly ratio: number
  /** Given when the tag belongs into the path. */
  readonly tag?: string
}

/** The folder of a run whose stage of candidates was asked to put a time into its name. */
export function runFolderName(naming: RunNaming): string {
  const parts = [`${naming.stamp}_L${naming.levels.join('_')}_ssam${naming.ssamFreq}`]
  if (naming.maxPropagate !== undefined) parts.push(`propmax${naming.maxPropagate}`)
  if (naming.minArea !== 300) parts.push(`area${naming.minArea}`)
  if (naming.fillArea !== naming.minArea) parts.push(`fill${naming.fillArea}`)
  if (naming.addGaps) parts.push('gaps')
  if (naming.ratio < 1) parts.push(scaleSuffix(naming.ratio).slice(1))
  if (naming.tag !== undefined) parts.push(naming.tag)
  return parts.join('_')
}

/** The picture of three panels for a frame (absolute index). */
export function compareImageName(level: number, frameIndex: number): string {
  return `L${level}_${digits(frameIndex, 5)}.png`
}

/**
 * Level and frame of a comparison picture by any of the four names that were ever written; the oldest one shows no single frame.
 * Undefined for another name, also for one of a report's label pictures.
 */
export function compareFromName(name: string): { readonly level: number; readonly frameIndex: number | undefined } | undefined {
  for (const form of compareForms) {
    const { level, frame } = form.exec(name)?.groups ?? {}
    if (level !== undefined) return { level: Number(level), frameIndex: frame === undefined ? undefined : Number(frame) }
  }
  return undefined
}

const compareForms = [
  /^L(?<level>\d{1,2})_(?<frame>\d{5,9})\.png$/,
  /^compare_L(?<level>\d{1,2})_F(?<frame>\d{5,9})\.png$/,
  /^frame_(?<frame>\d{5,9})_L(?<level>\d{1,2})\.png$/,
  /^compare_L(?<level>\d{1,2})\.png$/,
]

/** Folders of a level in which comparison pictures may lie, the newest layout first. */
export const compareFolders = ['compare', 'viz/compare', 'viz'] as const

export function compareSummaryName(level: number): string {
  return `L${levelDigits(level)}_comparison_summary.json`
}

export function compareFallbackName(level: number): string {
  return `L${levelDigits(level)}_no_comparisons.json`
}
