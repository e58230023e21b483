// What a person may mean by clicks or a box, asked of a promptable network.
import { areaOfRle, boundsOfRle, stringFromRle } from '#core/mask/rle'
import type { MaskQuestion, OfferedMask } from '#core/segment/mask-question'
import { maskOnFrame, measureMask, partOfPicture } from '../segmenters/sam/mask-grid.ts'
import type { SamSession, SeenPicture } from '../segmenters/sam/sam-session.ts'

/** As for candidates: how far the threshold is moved, in logits. */
const stabilityOffset = 1

/**
 * Best first. Of four masks the first is the network's answer to several clicks or a box and the others are for a single click
 * (segment-anything, `multimask_output`), so one goes first and the others after it by predicted IoU. Masks without a pixel are left out.
 * Throws CANCELLED and the faults of a run.
 */
export async function askNetwork(
  session: SamSession,
  seen: SeenPicture,
  { points, box }: MaskQuestion,
  signal: AbortSignal,
): Promise<OfferedMask[]> {
  const clicks = points.map(({ x, y, positive }) => ({ x, y, isOn: positive }))
  const isSingle = box === undefined && clicks.length === 1
  const found: (OfferedMask & { readonly isMeant: boolean })[] = []
  for await (const { grid, masksEach, scores } of session.decode(seen, [{ clicks, box }], signal)) {
    const part = partOfPicture(grid, seen.placing, seen)
    for (let at = 0; at < masksEach; at++) {
      if (masksEach === 4 && isSingle && at === 0) continue
      const { reach } = measureMask(grid, at, part, stabilityOffset)
      const whole = { x: 0, y: 0, width: seen.width, height: seen.height }
      const shown = reach && maskOnFrame(grid, at, reach, stabilityOffset, seen.placing, whole, seen)
      const around = shown && boundsOfRle(shown.rle)
      if (!shown || !around) continue
      const { rle, stability } = shown
      const isMeant = masksEach === 4 && !isSingle && at === 0
      const score = Math.min(1, Math.max(0, scores[at]!))
      found.push({ counts: stringFromRle(rle), area: areaOfRle(rle), box: [...around], score, stability, isMeant })
    }
  }
  return found.sort((a, b) => Number(b.isMeant) - Number(a.isMeant) || b.score - a.score).map(({ isMeant: _isMeant, ...mask }) => mask)
}
