// The page's end of the painting thread: frames and views in, pictures out, one after the other; the thread goes when it is closed.
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
  readonly wants: 'png' | 'bitmap'
}
export type PaintAnswer = { readonly blob: Blob } | { readonly painted: ImageBitmap } | { readonly reason: string }

type StageOf = ((id: number) => StageReached | undefined) | undefined
/** One picture at a time. Each throws UNEXPECTED with the reason when the frame cannot be drawn. */
type Painter = {
  png(frame: CompleteFrame, view: View, stageOf: StageOf): Promise<Blob>
  /** Whoever asks closes it. */
  bitmap(frame: CompleteFrame, view: View, stageOf: StageOf): Promise<ImageBitmap>
  close(): void
}

export function makePainter(): Painter {
  const thread = new Worker(new URL('./paint-worker.ts', import.meta.url), { type: 'module', name: 'painter' })
  const unexpected = (reason: string) => new Fault('UNEXPECTED', { reason })
  const ask = async (frame: CompleteFrame, view: View, stageOf: StageOf, wants: PaintRequest['wants']): Promise<PaintAnswer> => {
    const { columns } = frame.masks
    // The frame is copied: the page goes on with its own.
    const bitmap = await createImageBitmap(frame.picture.bitmap)
    const stages = [...columns.ids].flatMap((id) => {
      const stage = stageOf?.(id)
      return stage === undefined ? [] : [[id, stage] as const]
    })
    return new Promise((resolve, reject) => {
      thread.addEventListener('error', (event) => reject(unexpected(event.message)), { once: true })
      thread.addEventListener('message', (event: MessageEvent<PaintAnswer>) => resolve(event.data), { once: true })
      thread.postMessage({ bitmap, columns, view, stages, wants } satisfies PaintRequest, [bitmap])
    })
  }
  const refused = (answer: PaintAnswer) => unexpected('reason' in answer ? answer.reason : 'the painter gave another kind of picture')
  return {
    png: async (frame, view, stageOf) => {
      const answer = await ask(frame, view, stageOf, 'png')
      if ('blob' in answer) return answer.blob
      throw refused(answer)
    },
    bitmap: async (frame, view, stageOf) => {
      const answer = await ask(frame, view, stageOf, 'bitmap')
      if ('painted' in answer) return answer.painted
      throw refused(answer)
    },
    close: () => thread.terminate(),
  }
}
