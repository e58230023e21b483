// What of a run of My3DIS could not be taken into a repacked one: by frame while it is written, told together for each reason.
import { Fault, noteFromError } from '#core/base/fault'
import { type Repair, type RepairCode, sentenceOfRepair } from '#core/my3dis/repair-table'
import type { MaskStage } from '#core/run/run-reader'

export type RepackFinding = {
  /** Of a fault or a repair; never changes. */
  readonly code: string
  readonly stage: MaskStage | undefined
  readonly level: number | undefined
  /** Absolute, ascending; empty when it is not about single frames. */
  readonly frameIndices: readonly number[]
  /** A whole sentence. */
  readonly reason: string
}

/** Repairs after which something of the source is not shown. The others lose nothing. */
export const lossCodes: readonly RepairCode[] = [
  'STORE_UNREADABLE',
  'ARCHIVE_DAMAGED',
  'RAW_CHUNK_MISSING',
  'RAW_CHUNK_DAMAGED',
  'FILTERED_DAMAGED',
  'TRACKS_FRAME_MISSING',
  'TRACKS_ID_UNUSABLE',
]

/** Those of the repairs that lost something, unless `known` findings or the store that could not be opened tell it of the same file. */
export function findingsFromRepairs(repairs: readonly Repair[], known: readonly RepackFinding[]): RepackFinding[] {
  const lost = repairs.filter(({ code }) => lossCodes.includes(code))
  const stores = lost.filter(({ code }) => code === 'STORE_UNREADABLE').map(findingOf)
  const told = [...known, ...stores].map(({ reason }) => reason)
  const others = lost.filter(
    ({ code, params: { path } }) => code !== 'STORE_UNREADABLE' && !told.some((reason) => reason.includes(String(path))),
  )
  return [...stores, ...others.map(findingOf)]
}

function findingOf(repair: Repair): RepackFinding {
  return { code: repair.code, stage: undefined, level: undefined, frameIndices: [], reason: sentenceOfRepair(repair).message }
}

type Where = { readonly stage: MaskStage; readonly level: number | undefined; readonly frameIndex: number | undefined }

/** For `catch`: notes a fault, and the rest goes on; what is no fault is thrown on. */
export function unreadable({ stage, level, frameIndex }: Where, findings: RepackFinding[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Fault)) throw error
    const frameIndices = frameIndex === undefined ? [] : [frameIndex]
    findings.push({ code: noteFromError(error).code, stage, level, frameIndices, reason: error.message })
    return undefined
  }
}

/** One for each code, stage and level, with the sentence of its first frame: a cut archive would fill the screen otherwise. */
export function groupFindings(findings: readonly RepackFinding[]): RepackFinding[] {
  const groups = new Map<string, RepackFinding>()
  for (const finding of findings) {
    const { code, stage, level, frameIndices, reason } = finding
    const key = frameIndices.length > 0 ? `${code} ${stage} ${level}` : `${code} ${stage} ${level} ${reason}`
    const known = groups.get(key)
    groups.set(key, known ? { ...known, frameIndices: [...known.frameIndices, ...frameIndices] } : finding)
  }
  return [...groups.values()]
}
