// What decides the colour of a mask on the browse page: the settings, the frame's size, and how far each mask came.
import { useMemo } from 'react'
import type { MaskStyle } from '#core/view/mask-style'
import { useRun, useSettings } from '../../../state/services.tsx'
import type { Browse } from '../use-browse.ts'
import { useStageReached } from './use-stage-reached.ts'

export function useMaskStyle(browse: Browse): MaskStyle {
  const { colourBy, palette, ramp } = useSettings((all) => ({ colourBy: all.colourBy, palette: all.palette, ramp: all.ramp }))
  const frameArea = useRun(browse.runId, (one) => (one?.record ? one.record.scene.width * one.record.scene.height : 0))
  const stageOf = useStageReached(browse, colourBy === 'stage')
  return useMemo(() => ({ by: colourBy, palette, ramp, frameArea, stageOf }), [colourBy, palette, ramp, frameArea, stageOf])
}
