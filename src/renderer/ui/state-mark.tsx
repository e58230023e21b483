// The mark of a state: a colour and, as a second channel, a shape of its own.
import {
  Ban,
  Check,
  CheckCheck,
  CircleDashed,
  CircleSlash,
  FileQuestion,
  Globe,
  LoaderCircle,
  type LucideIcon,
  Pause,
  TriangleAlert,
  Unplug,
  X,
} from 'lucide-react'
import { cn } from './class-names.ts'

export type MarkedState =
  | 'queued'
  | 'waiting'
  | 'running'
  | 'cancelling'
  | 'pausing'
  | 'paused'
  | 'reused'
  | 'incomplete'
  | 'foreign'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'interrupted'
  | 'warning'
  | 'ok'
  | 'absent'
  | 'broken'

const marks: Readonly<Record<MarkedState, { readonly icon: LucideIcon; readonly colour: string; readonly word: string }>> = {
  queued: { icon: CircleDashed, colour: 'text-dim', word: 'queued' },
  waiting: { icon: CircleDashed, colour: 'text-dim', word: 'waiting' },
  running: { icon: LoaderCircle, colour: 'text-run', word: 'running' },
  cancelling: { icon: LoaderCircle, colour: 'text-warn', word: 'cancelling' },
  pausing: { icon: LoaderCircle, colour: 'text-warn', word: 'pausing' },
  paused: { icon: Pause, colour: 'text-warn', word: 'paused' },
  reused: { icon: CheckCheck, colour: 'text-ok', word: 'reused' },
  incomplete: { icon: FileQuestion, colour: 'text-mut', word: 'incomplete' },
  foreign: { icon: Globe, colour: 'text-mut', word: 'of another program' },
  succeeded: { icon: Check, colour: 'text-ok', word: 'done' },
  failed: { icon: X, colour: 'text-bad', word: 'failed' },
  cancelled: { icon: Ban, colour: 'text-mut', word: 'cancelled' },
  interrupted: { icon: Unplug, colour: 'text-warn', word: 'interrupted' },
  warning: { icon: TriangleAlert, colour: 'text-warn', word: 'warning' },
  ok: { icon: Check, colour: 'text-ok', word: 'ok' },
  absent: { icon: CircleSlash, colour: 'text-warn', word: 'absent' },
  broken: { icon: X, colour: 'text-bad', word: 'broken' },
}

export const wordOfState = (state: MarkedState): string => marks[state].word
export const colourOfState = (state: MarkedState): string => marks[state].colour

export function StateMark({ state, className }: { readonly state: MarkedState; readonly className?: string }) {
  const { icon: Icon, colour, word } = marks[state]
  // It turns as the second hand of a clock does: a mark that glides draws the page sixty times a second beside the work it speaks of.
  const turns = state === 'running' || state === 'cancelling' || state === 'pausing'
  return (
    <span className={cn('inline-flex shrink-0', colour, className)} role="img" aria-label={word} title={word}>
      <Icon size={14} strokeWidth={2.4} aria-hidden className={turns ? 'motion-safe:animate-[spin_8s_steps(8)_infinite]' : ''} />
    </span>
  )
}
