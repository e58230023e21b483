// What the keys do on the compare page.
import type { RefObject } from 'react'
import type { PairCanvasActs } from '../../frame/pair-canvas.tsx'
import type { CompareMode } from '../../state/route.ts'
import { useServices } from '../../state/services.tsx'
import { useActs } from '../../state/use-acts.ts'
import { goTo, lookAtBoth } from '../../state/view-store.ts'
import { goToPlace } from './place-list.tsx'
import type { Blink } from './use-blink.ts'
import { type Compare, placeNumber } from './use-compare.ts'

export function useCompareActs(compare: Compare, canvas: RefObject<PairCanvasActs | null>, blink: Blink): void {
  const { view, settings } = useServices()
  const { frames, position, places, picked } = compare
  const goToPosition = (wanted: number) => {
    const frameIndex = frames[Math.min(frames.length - 1, Math.max(0, wanted))]
    if (frameIndex !== undefined) lookAtBoth(view, { frameIndex })
  }
  const step = (by: number) => () => position !== undefined && goToPosition(position + by)
  const toMode = (mode: CompareMode) => () => lookAtBoth(view, { mode: compare.view.mode === mode ? 'side' : mode })
  const jump = (by: 1 | -1) => () => {
    const now = placeNumber(places, picked)
    const place = places[now < 0 ? (by === 1 ? 0 : places.length - 1) : (now + by + places.length) % places.length]
    if (place) goToPlace(compare, place, (change) => lookAtBoth(view, change))
  }
  const opacity = (by: number) => () => settings.setState((before) => ({ opacity: Math.min(1, Math.max(0.05, before.opacity + by)) }))
  const levels = compare.ground?.levels ?? []
  useActs({
    play: () => view.setState(({ isPlaying }) => ({ isPlaying: !isPlaying })),
    next: step(1),
    previous: step(-1),
    'next-10': step(10),
    'previous-10': step(-10),
    first: () => goToPosition(0),
    last: () => goToPosition(frames.length - 1),
    'go-to-frame': () => document.querySelector<HTMLInputElement>('[data-testid="frame-number"]')?.select(),
    ...Object.fromEntries(levels.map((level) => [`level-${level}`, () => lookAtBoth(view, { levels: [level] })])),
    'level-all': () => lookAtBoth(view, { levels: [] }),
    draw: () => settings.setState(({ draw }) => ({ draw: draw === 'both' ? 'outline' : draw === 'outline' ? 'fill' : 'both' })),
    'opacity-up': opacity(0.1),
    'opacity-down': opacity(-0.1),
    fit: () => canvas.current?.fit(),
    'zoom-in': () => canvas.current?.zoom(1.5),
    'zoom-out': () => canvas.current?.zoom(1 / 1.5),
    'fold-right': () => settings.setState(({ rightOpen }) => ({ rightOpen: !rightOpen })),
    compare: () => lookAtBoth(view, { mode: 'side' }),
    wipe: toMode('wipe'),
    blink: () => (compare.view.mode === 'blink' ? blink.swap() : lookAtBoth(view, { mode: 'blink' })),
    onion: toMode('onion'),
    ...(compare.problem === undefined ? { difference: toMode('difference') } : {}),
    ...(places.length > 0 ? { 'next-difference': jump(1), 'previous-difference': jump(-1) } : {}),
    swap: () => swapSides(compare, view),
    ...(picked ? { clear: () => compare.setPicked(undefined) } : {}),
  })
}

/** The first and the second of the pair change places; of two answers also in the address. */
export function swapSides({ answers, a, b, view: shown }: Compare, view: Parameters<typeof goTo>[0]): void {
  if (answers.length > 2) {
    lookAtBoth(view, { pair: [b.side, a.side] })
    return
  }
  const own = { ...(shown.own?.b ? { a: shown.own.b } : {}), ...(shown.own?.a ? { b: shown.own.a } : {}) }
  goTo(view, { page: 'compare', a: b.source, b: a.source, view: { ...shown, ...(shown.own ? { own } : {}) } })
}
