// What decides the colour of a mask on the browse page: the settings, the frame's size, and how far each mask came.
import { useMemo } from 'react'
import { useStore } from 'zustand'
import type { MaskStyle } from '#core/view/mask-style'
import { useRun, useServices, useSettings } from '../../../state/services.tsx'
import type { Browse } from '../use-browse.ts'
import { useStageReached } from './use-stage-reached.ts'

export function useMaskStyle(browse: Browse): MaskStyle {
  const { colourBy, palette, ramp } = useSettings((all) => ({ colourBy: all.colourBy, palette: all.palette, ramp: all.ramp }))
  const frameArea = useRun(browse.runId, (one) => (one?.record ? one.record.scene.width * one.record.scene.height : 0))
  const stageOf = useStageReached(browse, colourBy === 'stage')
  const { of, shares } = useStore(useServices().disagreement)
  const masks = browse.frames.shown?.masks
  const disagreementOf = useMemo(
    () =>
      colourBy === 'disagreement' && masks !== undefined && of === masks && shares.size > 0 ? (id: number) => shares.get(id) : undefined,
    [colourBy, masks, of, shares],
  )
  return useMemo(
    () => ({ by: colourBy, palette, ramp, frameArea, stageOf, disagreementOf }),
    [colourBy, palette, ramp, frameArea, stageOf, disagreementOf],
  )
}
