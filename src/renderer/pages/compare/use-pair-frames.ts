// The frames that are shown: what is wanted of each answer, what is there, and what went wrong.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { BytesQuery } from '#api/api'
import type { Fault } from '#core/base/fault'
import { makeDecoder } from '../../frame/decoder-client.ts'
import type { CompleteFrame, StageOfMasks } from '../../frame/frame-source.ts'
import type { FrameGroup } from '../../frame/pair-gpu.ts'
import { type GroupSide, type GroupSource, type GroupWish, makeGroupSource } from '../../frame/pair-source.ts'
import { useHost } from '../../host/host.tsx'
import type { EngineLink } from '../../host/link.ts'
import type { Answer } from './use-answer.ts'

export type ShownFrames = {
  readonly group: FrameGroup | undefined
  readonly fault: { readonly fault: Fault; readonly side: number } | undefined
  readonly cacheBytes: number
}
/** An answer, and the stage of it that is shown. */
export type ShownSide = Pick<Answer, 'runId' | 'reference' | 'source' | 'coverage' | 'ground'> & {
  readonly stage: StageOfMasks | undefined
  /** Of annotated masks, at which they are asked for; absent: all. */
  readonly levels?: readonly number[]
}

/** Frames read ahead while someone looks at one. */
const nearCount = 3
const nothing: ShownFrames = { group: undefined, fault: undefined, cacheBytes: 0 }

export function usePairFrames(
  sides: readonly ShownSide[],
  frames: readonly number[],
  position: number | undefined,
  readsAhead = true,
): ShownFrames {
  const { link } = useHost()
  const [state, setState] = useState<ShownFrames>(nothing)
  const source = useRef<GroupSource>(undefined)
  const newest = useRef(sides)
  newest.current = sides
  const sources = sides.map((side) => side.source).join('\n')
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was read of other answers is no answer of these
  useEffect(() => {
    const { parts, close } = groupSides(newest.current, link)
    const made = makeGroupSource({
      sides: parts,
      now: () => performance.now(),
      // The same frames again, asked for because more may be read ahead now, draw nothing.
      shown: (group) =>
        setState((before) => {
          const isSame = before.group?.length === group.length && group.every((one, at) => isSameFrame(one, before.group?.[at]))
          return { group: isSame ? before.group : group, fault: undefined, cacheBytes: made.cacheBytes() }
        }),
      failed: (fault, side) => setState((before) => ({ ...before, fault: { fault, side } })),
    })
    source.current = made
    setState(nothing)
    return () => {
      source.current = undefined
      made.close()
      close()
    }
  }, [link, sources])
  const known = useSteady(sides)
  const wishes = useMemo(() => {
    const wish = position === undefined ? undefined : wishAt(known, frames[position])
    const near = Array.from({ length: readsAhead ? nearCount : 0 }, (_, i) => wishAt(known, frames[(position ?? 0) + i + 1])).filter(
      (one) => one !== undefined,
    )
    return wish && { wish, near }
  }, [known, frames, position, readsAhead])
  const phase = useLinkIsOpen()
  // biome-ignore lint/correctness/useExhaustiveDependencies: a link that is back is a reason to ask again, and so are other answers
  useEffect(() => {
    if (wishes) source.current?.show(wishes.wish, wishes.near)
  }, [wishes, phase, sources])
  return state
}

const isSameFrame = (one: CompleteFrame, other: CompleteFrame | undefined) => one.picture === other?.picture && one.masks === other.masks

/** Decoders belong to the answers and go with them. */
export function groupSides(sides: readonly Pick<ShownSide, 'reference'>[], link: Pick<EngineLink, 'bytes'>) {
  const parts = sides.map(({ reference }): GroupSide => ({ bytes: bytesOf(reference, link), decoder: makeDecoder() }))
  const close = () => {
    for (const { decoder } of parts) decoder.close()
  }
  return { parts, close }
}

/** A reference is asked like a run; only the word of the question differs. */
function bytesOf(reference: string | undefined, link: Pick<EngineLink, 'bytes'>): GroupSide['bytes'] {
  if (reference === undefined) return link.bytes
  return (query: BytesQuery, signal: AbortSignal) => {
    if (query.what !== 'frame') return link.bytes(query, signal)
    const { stage: _, ...rest } = query
    return link.bytes({ ...rest, what: 'reference', path: reference }, signal)
  }
}

/** Undefined while something of it is not known, and where no answer has the frame. An answer that does not have it is asked nothing. */
export function wishAt(sides: readonly ShownSide[], frameIndex: number | undefined): GroupWish | undefined {
  if (frameIndex === undefined || sides.some(({ ground, stage }) => !ground || !stage)) return undefined
  const wish = sides.map(({ runId, ground, coverage, stage, reference, levels }) => {
    if (!ground || !stage) return undefined
    const isThere = reference === undefined ? ground.frameIndices.includes(frameIndex) : coverage.framesOf(stage).has(frameIndex)
    if (!isThere) return undefined
    // Annotated masks are the same at each level: once is enough.
    const asked = reference === undefined ? ground.levels : (levels ?? ground.levels)
    return {
      runId,
      frameIndex,
      stage,
      levels: asked,
      written: coverage.levelsAt(stage, frameIndex).filter((level) => asked.includes(level)),
    }
  })
  return wish.some(Boolean) ? wish : undefined
}

/** Of an answer only the levels it has, its stage and what it has written decide; its record changes many times a second. */
function useSteady(sides: readonly ShownSide[]): readonly ShownSide[] {
  const kept = useRef(sides)
  const isSame =
    kept.current.length === sides.length &&
    kept.current.every(({ source, stage, ground }, at) => {
      const now = sides[at]!
      return source === now.source && stage === now.stage && ground === now.ground
    })
  if (!isSame) kept.current = sides
  return kept.current
}

function useLinkIsOpen(): boolean {
  const { link } = useHost()
  const [isOpen, setOpen] = useState(link.state().phase === 'open')
  useEffect(() => link.subscribe(() => setOpen(link.state().phase === 'open')), [link])
  return isOpen
}
