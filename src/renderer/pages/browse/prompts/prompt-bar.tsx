// What is said and chosen while an object is added: what to do, which mask of how many, its numbers, level, keep.
import { Check, Undo2, X } from 'lucide-react'
import { sentenceOfFault } from '#core/base/fault'
import type { FaultNote } from '#core/base/fault'
import { formatCount } from '#core/base/format'
import { Button } from '../../../ui/button.tsx'
import { Kbd } from '../../../ui/kbd.tsx'
import { chosenMask, type PromptDraft } from './prompt-draft.ts'
import { PromptModels, type PromptModelsProps } from './prompt-models.tsx'

type PromptBarProps = {
  readonly draft: PromptDraft
  readonly isAsking: boolean
  readonly fault: FaultNote | undefined
  readonly levels: readonly number[]
  readonly level: number
  /** How many are kept already, and the newest of them in words. */
  readonly said: string | undefined
  readonly onLevel: (level: number) => void
  readonly onUndo: () => void
  readonly onNext: () => void
  readonly onKeep: () => void
  readonly onLeave: () => void
  /** Present where asking once more is what helps. */
  readonly onAgain: (() => void) | undefined
} & PromptModelsProps

export function PromptBar(props: PromptBarProps) {
  const { draft, levels, level, fault } = props
  const mask = chosenMask(draft)
  const count = draft.answer?.is.masks.length ?? 0
  const note = draft.answer?.is.note
  return (
    <section aria-label="Add an object" data-testid="prompt-bar" className="grid gap-1 border-b border-line bg-panel px-2.5 py-1.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <p role="status" data-testid="prompt-words" className="min-w-0 grow basis-[220px] tabular-nums">
          {wordsOf(props)}
        </p>
        <PromptModels {...props} />
        <label className="inline-flex items-center gap-1.5 text-mut">
          Level
          <select
            data-testid="prompt-level"
            aria-label="Level of the new object"
            className="h-6 rounded-md border border-line2 bg-panel px-1 text-txt"
            value={level}
            onChange={(event) => props.onLevel(Number(event.target.value))}
          >
            {levels.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <Button size="s" data-testid="prompt-next" disabled={count < 2} title="Another of the masks offered (v)" onClick={props.onNext}>
          Other mask <Kbd>v</Kbd>
        </Button>
        <Button
          size="icon"
          aria-label="Take the last point back"
          title="Take the last point back (backspace)"
          disabled={draft.steps.length === 0}
          onClick={props.onUndo}
        >
          <Undo2 size={13} aria-hidden />
        </Button>
        <Button
          size="s"
          kind="primary"
          data-testid="prompt-keep"
          disabled={!mask || props.isAsking}
          title="Keep it for the tracker (enter)"
          onClick={props.onKeep}
        >
          <Check size={13} aria-hidden /> Keep
        </Button>
        <Button size="icon" kind="bare" aria-label="Leave" title="Leave (esc)" data-testid="prompt-leave" onClick={props.onLeave}>
          <X size={14} aria-hidden />
        </Button>
      </div>
      {fault && (
        <p role="alert" data-testid="prompt-fault" className="text-bad">
          {sentenceOfFault(fault).message} {sentenceOfFault(fault).remedy}{' '}
          {props.onAgain && (
            <Button size="s" data-testid="prompt-again" onClick={props.onAgain}>
              Start it again
            </Button>
          )}
        </p>
      )}
      {note !== undefined && (
        <p data-testid="prompt-note" className="text-warn">
          {note}
        </p>
      )}
      {draft.steps.length === 0 && (
        <p className="text-mut">
          Alt or right click where it is not, drag a box around it. By keys: arrows move the cross, <Kbd>space</Kbd> it is here,{' '}
          <Kbd>shift space</Kbd> it is not.
        </p>
      )}
    </section>
  )
}

function wordsOf({ draft, isAsking, said }: PromptBarProps): string {
  const mask = chosenMask(draft)
  if (isAsking) return 'Looking for what lies there…'
  if (draft.steps.length === 0) return said ?? 'Click the object that the tracker shall follow.'
  if (!draft.answer) return 'Click the object itself, or draw a box around it.'
  if (!mask) return `No mask of ${draft.answer.is.backend} fits these points; take one back, or add one inside.`
  const { masks, backend, isBuiltin } = draft.answer.is
  const score = `${isBuiltin ? 'worth' : 'predicted IoU'} ${mask.score.toFixed(2)}`
  return `${backend} · mask ${draft.choice + 1} of ${masks.length} · ${formatCount(mask.area)} px · ${score} · stability ${mask.stability.toFixed(2)}`
}
