// The answers in a row: which run or reference, which stage and levels of it, which two are laid over each other, one more or one less.
import { Plus, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { wordOfStage } from '../../frame/stage-words.ts'
import { defaultCompareView, hashFromRoute, type OwnPart, type Route, sideNames, type SideName, type StageName } from '../../state/route.ts'
import { useServices } from '../../state/services.tsx'
import { goTo, lookAtBoth } from '../../state/view-store.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { SideBadge } from './side-badge.tsx'
import type { ShownAnswer } from './use-answer.ts'
import { type Compare, freeSide } from './use-compare.ts'

const select = 'h-6 max-w-[130px] rounded-md border border-line2 bg-panel px-1 text-sm text-txt'

export function AnswersBar({ compare, children }: { readonly compare: Compare; readonly children: ReactNode }) {
  const { answers } = compare
  const free = freeSide(compare)
  return (
    <section
      aria-label="Answers"
      data-testid="answers-bar"
      className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-panel px-2.5 py-1 text-sm text-mut"
    >
      {answers.map((answer) => (
        <AnswerItem key={answer.side} compare={compare} answer={answer} />
      ))}
      {free && (
        <LinkButton
          size="s"
          kind="bare"
          data-testid="add-answer"
          href={hashFromRoute(withOneMore(compare))}
          title="A run, another stage of the same run, or annotated masks"
        >
          <Plus size={13} aria-hidden /> Answer
        </LinkButton>
      )}
      {answers.length > 2 && <PairChoice compare={compare} />}
      <span className="ml-auto">{children}</span>
    </section>
  )
}

function AnswerItem({ compare, answer }: { readonly compare: Compare; readonly answer: ShownAnswer }) {
  const { view } = useServices()
  const { side, letter, reference } = answer
  const own = compare.view.own?.[side]
  const change = (next: OwnPart) => lookAtBoth(view, { own: { ...compare.view.own, [side]: { ...own, ...next } } })
  const levels = answer.ground?.levels ?? []
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <SideBadge side={side} />
      <span className="max-w-[22ch] truncate text-txt @max-[960px]:max-w-[15ch]" title={reference ?? answer.name}>
        {answer.name}
      </span>
      {reference === undefined && (
        <>
          <select
            aria-label={`Stage of ${letter}`}
            data-testid={`stage-of-${side}`}
            value={own?.stage ?? ''}
            onChange={(event) => change({ stage: stageOf(event.target.value) })}
            className={select}
          >
            <option value="">{compare.stage ? `${wordOfStage(compare.stage)} (as all)` : 'Stage as all'}</option>
            {answer.coverage.stages.map((stage) => (
              <option key={stage} value={stage}>
                {wordOfStage(stage)}
              </option>
            ))}
          </select>
          <select
            aria-label={`Levels of ${letter}`}
            data-testid={`levels-of-${side}`}
            value={own?.levels?.join(' ') ?? ''}
            onChange={(event) => change({ levels: event.target.value === '' ? undefined : event.target.value.split(' ').map(Number) })}
            className={select}
          >
            <option value="">Levels as all</option>
            {levels.map((level) => (
              <option key={level} value={String(level)}>
                Level {level}
              </option>
            ))}
            {levels.length > 1 && <option value={levels.join(' ')}>All levels</option>}
          </select>
        </>
      )}
      {compare.answers.length > 2 && (
        <Button
          size="icon"
          kind="bare"
          aria-label={`Leave out ${letter}`}
          title={`Leave out ${letter}`}
          onClick={() => goTo(view, without(compare, side))}
        >
          <X size={12} aria-hidden />
        </Button>
      )}
    </span>
  )
}

function stageOf(text: string): StageName | undefined {
  return text === 'ssam' || text === 'filter' || text === 'tracker' ? text : undefined
}

/** Every layout but side by side, and all that is matched, is about two. */
function PairChoice({ compare }: { readonly compare: Compare }) {
  const { view } = useServices()
  const { answers, a, b } = compare
  const sides = [a.side, b.side] as const
  const choose = (at: 0 | 1, side: SideName) => {
    const other = sides[1 - at]
    const next = side === other ? sides[at]! : other!
    lookAtBoth(view, { pair: at === 0 ? [side, next] : [next, side] })
  }
  const item = (at: 0 | 1, label: string) => (
    <select
      aria-label={label}
      data-testid={at === 0 ? 'pair-first' : 'pair-second'}
      value={sides[at]}
      onChange={(event) => choose(at, sideNames.find((name) => name === event.target.value) ?? sides[at])}
      className={select}
    >
      {answers.map(({ side, letter }) => (
        <option key={side} value={side}>
          {letter}
        </option>
      ))}
    </select>
  )
  return (
    <span className="inline-flex items-center gap-1.5">
      Matched: {item(0, 'First of the pair')} against {item(1, 'Second of the pair')}
    </span>
  )
}

function withOneMore({ answers, view }: Compare): Route {
  const [a, b, ...more] = answers.map(({ source }) => source)
  return { page: 'compare', a: a ?? '', b: b ?? '', view: { ...view, more: [...more, ''] } }
}

/** Those behind it move up, with what is their own. */
function without({ answers, view }: Compare, side: SideName): Route {
  const left = answers.filter((answer) => answer.side !== side)
  const [a, b, ...more] = left.map(({ source }) => source)
  const own = Object.fromEntries(left.flatMap((answer, at) => (view.own?.[answer.side] ? [[sideNames[at], view.own[answer.side]]] : [])))
  const { more: _, own: __, pair: ___, ...rest } = { ...defaultCompareView, ...view }
  return {
    page: 'compare',
    a: a ?? '',
    b: b ?? '',
    view: { ...rest, ...(more.length > 0 ? { more } : {}), ...(Object.keys(own).length > 0 ? { own } : {}) },
  }
}
