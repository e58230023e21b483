// The history of views: undo gives back exactly what was, and a drag is one step.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { begun, type History, historyLimit, pauseMs, recorded, redone, undone } from './history.ts'

type Act =
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' }
  | { readonly kind: 'do'; readonly key: string | undefined; readonly wait: number }
const anAct: fc.Arbitrary<Act> = fc.oneof(
  fc.constant<Act>({ kind: 'undo' }),
  fc.constant<Act>({ kind: 'redo' }),
  fc.record({
    kind: fc.constant('do' as const),
    key: fc.option(fc.constantFrom('zoom', 'opacity'), { nil: undefined }),
    wait: fc.integer({ min: 0, max: pauseMs * 2 }),
  }),
)

function play(acts: readonly Act[]): History<number> {
  let [history, at, next] = [begun(0), 0, 0]
  for (const act of acts) {
    if (act.kind === 'undo') history = undone(history)
    else if (act.kind === 'redo') history = redone(history)
    else {
      at += act.wait
      next += 1
      history = recorded(history, next, act.key, at)
    }
  }
  return history
}

it('undoing everything and doing it again comes back to the same present, whatever happened before', () => {
  fc.assert(
    fc.property(fc.array(anAct, { maxLength: 60 }), (acts) => {
      const end = play(acts)
      let back = end
      while (back.past.length > 0) back = undone(back)
      while (back.future.length > 0) back = redone(back)
      const newest = end.future.at(-1) ?? end.present
      expect(back.present).toBe(newest)
      expect([...back.past, back.present]).toEqual([...end.past, end.present, ...end.future])
    }),
  )
})

it('states stand in the order in which they came, and no more are kept than the limit says', () => {
  fc.assert(
    fc.property(fc.array(anAct, { maxLength: 400 }), (acts) => {
      const { past, present, future } = play(acts)
      const all = [...past, present, ...future]
      expect(all).toEqual([...all].sort((a, b) => a - b))
      expect(past.length).toBeLessThanOrEqual(historyLimit)
    }),
  )
})

it('a wheel that turns without a pause is one step; another act, or a pause, begins a new one', () => {
  let history = begun('fit')
  for (let i = 0; i < 20; i += 1) history = recorded(history, `zoom ${i}`, 'zoom', i * 16)
  expect(undone(history).present).toBe('fit')
  history = recorded(history, 'level 2', undefined, 330)
  history = recorded(history, 'zoom again', 'zoom', 340)
  history = recorded(history, 'zoom later', 'zoom', 340 + pauseMs)
  expect(undone(history).present).toBe('zoom again')
  expect(undone(undone(history)).present).toBe('level 2')
})

it('what is done after an undo does not grow the step before it, and ends what could be done again', () => {
  let history = recorded(begun('a'), 'b', 'zoom', 0)
  history = recorded(undone(history), 'c', 'zoom', 10)
  expect(history.future).toEqual([])
  expect(undone(history).present).toBe('a')
})
