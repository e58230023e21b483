// The slice of frames: start, end and step, and how many frames that is.
import { formatCount } from '#core/base/format'
import { type FrameSlice, frameIndicesOfSlice } from '#core/scene/frame-slice'
import { type FormValue, valueAt } from './form-value.ts'
import { NumberInput } from './number-input.tsx'

const parts = [
  { key: 'start', title: 'Start', hint: 'First frame, from 0' },
  { key: 'end', title: 'End', hint: 'First frame not taken; -1 = to the end' },
  { key: 'step', title: 'Step', hint: 'Every n-th frame' },
] as const

export function SliceField({
  id,
  value,
  problems,
  onChange,
}: {
  readonly id: string
  readonly value: FormValue
  readonly problems: ReadonlyMap<string, string>
  readonly onChange: (path: string, next: unknown) => void
}) {
  return (
    <div className="flex items-center gap-1.5">
      {parts.map(({ key, title, hint }, i) => (
        <span key={key} className="flex items-center gap-1.5">
          {i > 0 && <span className="text-dim">:</span>}
          <NumberInput
            id={i === 0 ? id : undefined}
            label={`${title}: ${hint}`}
            testId={`slice-${key}`}
            isInvalid={problems.has(`frames.${key}`)}
            value={valueAt(value, `frames.${key}`)}
            onChange={(next) => onChange(`frames.${key}`, next)}
            className="w-[76px]"
          />
        </span>
      ))}
    </div>
  )
}

export function SliceWords({ slice, frameCount }: { readonly slice: FrameSlice | undefined; readonly frameCount: number | undefined }) {
  if (!slice || frameCount === undefined) return <>start : end : step. The end is not included; -1 means to the end.</>
  const selected = frameIndicesOfSlice(slice, frameCount)
  if (selected.length === 0) return <span className="text-bad">This selects none of the {formatCount(frameCount)} frames.</span>
  return (
    <>
      <span className="text-txt" data-testid="selected-frames">
        {formatCount(selected.length)} of {formatCount(frameCount)} frames selected
      </span>{' '}
      · {selected[0]} … {selected.at(-1)} · the end is not included, -1 means to the end
    </>
  )
}
