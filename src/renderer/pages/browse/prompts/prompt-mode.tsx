// The mode in which a person adds an object by clicks: the overlay, the bar, and the keys of both.
import { type Ref, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import type { Sight } from '../../../frame/frame-canvas.tsx'
import type { CompleteFrame } from '../../../frame/frame-source.ts'
import type { Point } from '../../../frame/viewport.ts'
import { useKeepPrompt, usePromptModels } from '../../../state/queries.ts'
import { useServices, useSettings } from '../../../state/services.tsx'
import { useActs } from '../../../state/use-acts.ts'
import type { Browse } from '../use-browse.ts'
import { PromptBar } from './prompt-bar.tsx'
import { builtinModel } from './prompt-models.tsx'
import { chosenMask, withNextChoice, withoutStep, withStep, emptyDraft } from './prompt-draft.ts'
import { PromptOverlay, type PromptOverlayActs } from './prompt-overlay.tsx'
import { usePromptDraft } from './use-prompt-draft.ts'

export function PromptMode({
  browse,
  frame,
  sight,
  overlay,
  barPlace,
  onLeave,
}: {
  readonly browse: Browse
  readonly frame: CompleteFrame
  readonly sight: Sight | undefined
  readonly overlay: Ref<PromptOverlayActs>
  /** Above the picture: the bar must not hide what is to be clicked. */
  readonly barPlace: Element
  readonly onLeave: () => void
}) {
  const { view, settings } = useServices()
  const { frameIndex, width, height } = frame.picture
  const levels: readonly number[] = browse.run.levels
  const models = usePromptModels(browse.runId)
  const wanted = useSettings((all) => all.promptModel)
  // One that is not in the store of this host any more is no choice.
  const model = wanted === builtinModel || models.data?.names.includes(wanted) ? wanted : undefined
  const { draft, change, fault, isAsking, askAgain } = usePromptDraft(browse.runId, frameIndex, model)
  const [chosenLevel, setLevel] = useState<number | undefined>(browse.shownLevels[0])
  const [cursor, setCursor] = useState<Point>()
  const [said, setSaid] = useState<string>()
  const keeping = useKeepPrompt(browse.runId)
  const level = chosenLevel !== undefined && levels.includes(chosenLevel) ? chosenLevel : levels[0]
  useEffect(() => view.setState({ isPlaying: false }), [view])

  const mask = chosenMask(draft)
  const keep = () => {
    const backend = draft.answer?.is.backend
    if (!mask || isAsking || level === undefined || backend === undefined || keeping.isPending) return
    keeping.mutate(
      { frameIndex, level, counts: mask.counts, backend },
      {
        onSuccess: () => {
          setSaid(`Kept for frame ${frameIndex}, level ${level}. Click the next object, or track what is kept (right side).`)
          change(() => emptyDraft(frameIndex))
        },
      },
    )
  }
  const undo = () => change(withoutStep)
  const next = () => change(withNextChoice)
  const move = (dx: number, dy: number) => () =>
    setCursor((before) => {
      const at = before ?? { x: Math.floor(width / 2) + 0.5, y: Math.floor(height / 2) + 0.5 }
      return { x: Math.min(width - 0.5, Math.max(0.5, at.x + dx)), y: Math.min(height - 0.5, Math.max(0.5, at.y + dy)) }
    })
  // A step one sees at any size of frame; with shift a single pixel.
  const step = Math.max(1, Math.round(Math.max(width, height) / 64))
  const place = (positive: boolean) => () => {
    if (cursor) change((before) => withStep(before, { kind: 'point', ...cursor, positive }))
    else move(0, 0)()
  }
  useActs(
    {
      clear: onLeave,
      prompt: onLeave,
      next: move(step, 0),
      previous: move(-step, 0),
      'next-10': move(1, 0),
      'previous-10': move(-1, 0),
      'cursor-up': move(0, -step),
      'cursor-down': move(0, step),
      'cursor-up-fine': move(0, -1),
      'cursor-down-fine': move(0, 1),
      play: place(true),
      'prompt-outside': place(false),
      'prompt-next': next,
      'prompt-keep': keep,
      back: undo,
      undo,
      ...Object.fromEntries(levels.map((one) => [`level-${one}`, () => setLevel(one)])),
    },
    true,
  )
  return (
    <>
      <PromptOverlay
        ref={overlay}
        first={sight}
        draft={draft}
        cursor={cursor}
        onStep={(one) => {
          setCursor(undefined)
          change((before) => withStep(before, one))
        }}
      />
      {createPortal(
        <PromptBar
          draft={draft}
          isAsking={isAsking}
          fault={keeping.error ?? fault}
          onAgain={fault?.code === 'PROMPT_RESTS' || fault?.code === 'WORKER_LOST' ? askAgain : undefined}
          models={models.data}
          modelsFault={models.error ?? undefined}
          model={model}
          onModel={(next) => {
            settings.setState({ promptModel: next })
            // What the other one offered is not what this one says.
            change((before) => ({ ...before, answer: undefined, choice: 0 }))
          }}
          levels={levels}
          level={level ?? 1}
          said={said}
          onLevel={setLevel}
          onUndo={undo}
          onNext={next}
          onKeep={keep}
          onLeave={onLeave}
        />,
        barPlace,
      )}
    </>
  )
}
