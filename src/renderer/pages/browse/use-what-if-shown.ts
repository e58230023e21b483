// Which masks of the frame are shown while thresholds are tried: those that would stay, or those that would go.
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { droppedOf, framePixelsPerSettingPixel } from '#core/segment/candidate-filter'
import type { MaskColumns } from '../../frame/mask-columns.ts'
import { useRun, useServices } from '../../state/services.tsx'
import type { Browse } from './use-browse.ts'
import { candidatesOfColumns } from './what-if-model.ts'

/** Undefined while nothing is tried, or where there is nothing to try it on. */
export function useWhatIfShown(browse: Browse, columns: MaskColumns): ((id: number) => boolean) | undefined {
  const { whatIf } = useServices()
  const { rule, showsDropped } = useStore(whatIf)
  const size = useRun(browse.runId, (one) => one?.record?.scene)
  return useMemo(() => {
    if (!rule || !size || browse.stage !== 'ssam') return undefined
    const dropped = droppedOf(candidatesOfColumns(columns), rule, framePixelsPerSettingPixel(size.width, size.height))
    return (id) => dropped.has(id) === showsDropped
  }, [rule, showsDropped, size, browse.stage, columns])
}
