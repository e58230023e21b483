// The page's end of the painting thread: one frame, one view, one PNG; the thread goes when it is done.
import { Fault } from '#core/base/fault'
import type { StageReached } from '#core/view/mask-style'
import type { View } from '#core/view/view'
import type { CompleteFrame } from '../frame-source.ts'
import type { MaskColumns } from '../mask-columns.ts'

export type PaintRequest = {
  readonly bitmap: ImageBitmap
  readonly columns: MaskColumns
  readonly view: View
  /** How far each mask came, where that is known and asked for. */
  readonly stages: readonly (readonly [id: number, stage: StageReached])[]
}
export type PaintAnswer = { readonly blob: Blob } | { readonly reason: string }

/** The frame is copied: the page goes on with its own. Throws UNEXPECTED with the reason when it cannot be drawn. */
export async function paintPicture(
  { picture, masks }: CompleteFrame,
  view: View,
  stageOf: ((id: number) => StageReached | undefined) | undefined,
): Promise<Blob> {
  const bitmap = await createImageBitmap(picture.bitmap)
  const stages = [...masks.columns.ids].flatMap((id) => {
    const stage = stageOf?.(id)
    return stage === undefined ? [] : [[id, stage] as const]
  })
  const thread = new Worker(new URL('./paint-worker.ts', import.meta.url), { type: 'module', name: 'painter' })
  try {
    return await new Promise<Blob>((resolve, reject) => {
      const refuse = (reason: string) => reject(new Fault('UNEXPECTED', { reason }))
      thread.addEventListener('error', (event) => refuse(event.message))
      thread.addEventListener('message', (event: MessageEvent<PaintAnswer>) =>
        'blob' in event.data ? resolve(event.data.blob) : refuse(event.data.reason),
      )
      thread.postMessage({ bitmap, columns: masks.columns, view, stages } satisfies PaintRequest, [bitmap])
    })
  } finally {
    thread.terminate()
  }
}
