// Depth or labels of the scene for the frame that is shown, when they are asked for; never those of another frame.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { SceneLayersHeader, SceneRasterHeader } from '#api/api'
import { faultFromCall } from '#api/client'
import type { SceneRaster, SceneRasterLook } from '../../../frame/layers/scene-raster.ts'
import { useHost } from '../../../host/host.tsx'
import { useSettings } from '../../../state/services.tsx'
import { stopsOfRamp } from '#core/view/mask-colours'
import type { Browse } from '../use-browse.ts'

type ShownRaster = {
  readonly raster: SceneRaster | undefined
  readonly look: SceneRasterLook | undefined
  /** What is awaited, or why there is none; undefined when there is nothing to say. */
  readonly words: string | undefined
}
export type SceneLayer = 'depth' | 'label'

/** The layers that the scene of a run has; none while that is not known. */
export function useSceneLayers(runId: string): readonly SceneLayer[] {
  const { link } = useHost()
  const answer = useQuery({
    queryKey: ['scene-layers', runId],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => SceneLayersHeader.parse((await link.bytes({ what: 'sceneLayers', runId }, signal)).header).kinds,
  })
  return answer.data ?? none
}

const none: readonly never[] = []

export function useSceneRaster(browse: Browse): ShownRaster {
  const { link } = useHost()
  const { sceneLayer, sceneLayerOpacity, ramp } = useSettings((all) => all)
  const layers = useSceneLayers(browse.runId)
  const frameIndex = browse.frames.shown?.picture.frameIndex
  const kind = sceneLayer !== 'none' && layers.includes(sceneLayer) ? sceneLayer : undefined
  const answer = useQuery({
    queryKey: ['scene-raster', browse.runId, kind, frameIndex],
    enabled: kind !== undefined && frameIndex !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    // A few frames around: going back and forth reads none anew, and long browsing keeps no more.
    gcTime: 4_000,
    queryFn: async ({ signal }) => {
      const query = { what: 'sceneRaster', runId: browse.runId, frameIndex: frameIndex ?? 0, kind: kind ?? 'depth' } as const
      const { header, bytes } = await link.bytes(query, signal)
      return rasterFromAnswer(SceneRasterHeader.parse(header), bytes)
    },
  })
  const found = answer.data
  const look = useMemo(() => found && { ...found, opacity: sceneLayerOpacity, stops: stopsOfRamp(ramp) }, [found, sceneLayerOpacity, ramp])
  if (!kind) return { raster: undefined, look: undefined, words: undefined }
  const words = answer.error
    ? `No ${kind} here: ${faultFromCall(answer.error).message}`
    : answer.isPending
      ? `Reading the ${kind} of frame ${frameIndex}…`
      : undefined
  return { raster: found?.raster, look, words }
}

/** Throws RangeError when the bytes are not as many as the header says. */
function rasterFromAnswer({ frameIndex, kind, width, height, low, high }: SceneRasterHeader, bytes: Uint8Array) {
  if (bytes.length !== width * height * 2)
    throw new RangeError(`${width} x ${height} numbers take ${width * height * 2} bytes; ${bytes.length} came`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const values = Uint16Array.from({ length: width * height }, (_, i) => view.getUint16(i * 2, true))
  const raster: SceneRaster = { frameIndex, kind, width, height, values }
  return { raster, low, high }
}
