// The tag on the picture: which frame and masks are shown, and what is still missing.
import { useStore } from 'zustand'
import { formatCount } from '#core/base/format'
import { wordOfStage } from '../../frame/stage-words.ts'
import { useServices } from '../../state/services.tsx'
import type { Browse } from './use-browse.ts'

/** `drawn`: how many of the frame's masks are in the picture. */
export function FrameTag({ browse, drawn }: { readonly browse: Browse; readonly drawn: number }) {
  const { shown } = browse.frames
  const { rule, showsDropped } = useStore(useServices().whatIf)
  if (!shown) return null
  const { picture, masks } = shown
  const written = browse.coverage.levelsAt(masks.stage, picture.frameIndex)
  // Stages write in the order of frames: a later one, or the end of the run, says that this one is not to come.
  const isPassedOver = browse.run.state === 'succeeded' || Math.max(-1, ...browse.coverage.framesOf(masks.stage)) > picture.frameIndex
  const missing = browse.shownLevels.filter((level) => !written.includes(level))
  const isWaiting = browse.position !== undefined && browse.run.frameIndices[browse.position] !== picture.frameIndex
  return (
    <p
      data-testid="frame-tag"
      className="pointer-events-none absolute left-2.5 top-2.5 rounded-md bg-[#0c0c0cd6] px-2 py-0.5 text-xs text-[#eeeeee]"
    >
      <span>{wordOfStage(masks.stage)}</span>{' '}
      <span className="text-[#b5b2ae]">
        frame {picture.frameIndex} · {maskCountWords(drawn, masks.columns.count)}
        {masks.dropped > 0 && ` · ${formatCount(masks.dropped)} dropped`}
        {written.length === 0
          ? isPassedOver
            ? ' · not among the frames that this stage takes'
            : ' · this stage has not written this frame'
          : missing.length > 0 && ` · level ${missing.join(', ')} not written here`}
        {rule && masks.stage === 'ssam' && (showsDropped ? ' · what would go' : ' · what would stay')}
        {picture.missing !== undefined && (
          <span data-testid="picture-missing" title={picture.missing}>
            {' '}
            · its picture is gone
          </span>
        )}
        {isWaiting && ` · reading frame ${browse.run.frameIndices[browse.position ?? 0]}…`}
      </span>
    </p>
  )
}

/** One number while all are in the picture; else how many of them are. */
export function maskCountWords(drawn: number, all: number): string {
  if (drawn === all) return `${formatCount(all)} ${all === 1 ? 'mask' : 'masks'}`
  return `${drawn === 0 ? 'none' : formatCount(drawn)} of ${formatCount(all)} ${all === 1 ? 'mask' : 'masks'}`
}
