// What lies at the chosen path: asked as soon as the typing pauses, told in one line or as the fault's sentence.
import { Images, LoaderCircle, TriangleAlert } from 'lucide-react'
import { formatCount } from '#core/base/format'
import type { Fault } from '#core/base/fault'
import type { SceneSummary } from '#core/scene/scene'
import { wordsOfFault } from '../../ui/fault-card.tsx'

export function SceneProbe({
  path,
  scene,
  fault,
  isAsking,
}: {
  readonly path: string
  readonly scene: SceneSummary | undefined
  readonly fault: Fault | undefined
  readonly isAsking: boolean
}) {
  if (path === '')
    return <span>A folder of JPEG or PNG frames, a scene folder, or a video file. The word demo stands for the bundled scene.</span>
  if (isAsking && !scene)
    return (
      <span className="flex items-center gap-1.5">
        <LoaderCircle size={13} aria-hidden className="motion-safe:animate-spin" />
        Looking what is there…
      </span>
    )
  if (fault) {
    const { message, remedy } = wordsOfFault(fault)
    return (
      <span className="flex items-start gap-1.5" data-testid="probe-fault">
        <TriangleAlert size={13} aria-hidden className="mt-0.5 shrink-0 text-bad" />
        <span>
          <span className="text-bad">{message}</span> {remedy}
        </span>
      </span>
    )
  }
  if (!scene) return null
  return (
    <span className="flex items-start gap-1.5" data-testid="probe-answer">
      {/* No green check: what was found may still be refused, further on, for another reason. */}
      <Images size={13} aria-hidden className="mt-0.5 shrink-0" />
      <span>
        <span className="text-txt">
          {formatCount(scene.frameCount)} frames of {scene.width} × {scene.height}
        </span>{' '}
        · {kindWords[scene.kind]} · {scene.hasDepth ? 'with depth' : 'no depth'} · {scene.hasPoses ? 'with poses' : 'no poses'} ·{' '}
        {scene.firstFrame} … {scene.lastFrame}
      </span>
    </span>
  )
}

const kindWords: Readonly<Record<SceneSummary['kind'], string>> = {
  frames: 'folder of frames',
  multiscan: 'MultiScan scene',
  scannet: 'ScanNet scene',
  video: 'video',
  demo: 'demo scene',
}
