// Address, undo and stores stay at one.
import { expect, it } from 'vitest'
import { placed } from '../layout/dock-moves.ts'
import { makeSettingsStore } from '../settings-store.ts'
import { type AddressBar, look, makeViewStore } from '../view-store.ts'
import { makeViewMirror } from './view-mirror.ts'

function makePage(hash: string) {
  const bar: AddressBar = {
    location: { hash },
    history: { state: undefined, replaceState: () => undefined, pushState: () => undefined },
    addEventListener: () => undefined,
  }
  const kept = new Map<string, string>()
  const settings = makeSettingsStore({ getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text) })
  const view = makeViewStore(bar)
  let time = 0
  const mirror = makeViewMirror(view, settings, () => time)
  const also = () => {
    const { route } = view.getState()
    return route.page === 'browse' ? route.view.also : {}
  }
  return { view, settings, mirror, also, wait: (ms: number) => (time += ms) }
}

it('the address of a view, opened elsewhere, is the same view', () => {
  const first = makePage('#/runs/r/frames?frame=3')
  first.settings.setState({ opacity: 0.3, colourBy: 'level', draw: 'outline' })
  first.view.setState({ hidden: new Set([4, 5, 6]), isIsolated: true, loop: [3, 40], viewport: { scale: 2.5, centreX: 40, centreY: 30.5 } })
  const second = makePage(`#/runs/r/frames?${new URLSearchParams(first.also())}`)
  expect(second.settings.getState()).toMatchObject({ opacity: 0.3, colourBy: 'level', draw: 'outline' })
  expect(second.view.getState()).toMatchObject({ isIsolated: true, loop: [3, 40], viewport: { scale: 2.5, centreX: 40, centreY: 30.5 } })
  expect([...second.view.getState().hidden]).toEqual([4, 5, 6])
  expect(second.also()).toEqual(first.also())
})

it('a loop alone is a change of the view: told in the address, and undone', () => {
  const page = makePage('#/runs/r/frames')
  page.view.setState({ loop: [2, 5] })
  expect(page.also()).toMatchObject({ loop: '2-5' })
  page.mirror.undo()
  expect(page.view.getState().loop).toBeUndefined()
  expect(page.also()).not.toHaveProperty('loop')
})

it('what an address brought can be undone, and a strange value is the one of a new machine', () => {
  const page = makePage('#/runs/r/frames?opacity=lots&colour=level&zoom=-1@x')
  expect(page.settings.getState()).toMatchObject({ opacity: 0.5, colourBy: 'level' })
  expect(page.view.getState().viewport).toBeUndefined()
  page.mirror.undo()
  expect(page.settings.getState().colourBy).toBe('id')
})

it('undo gives back selection, levels, opacity and panels one by one; a wheel is one step; stepping frames is none', () => {
  const page = makePage('#/runs/r/frames')
  look(page.view, { selected: 7 })
  look(page.view, { levels: [2] })
  for (let i = 1; i <= 9; i += 1) {
    page.wait(20)
    page.view.setState({ viewport: { scale: i, centreX: 1, centreY: 1 } })
  }
  look(page.view, { frameIndex: 5 })
  page.settings.setState(({ layout }) => ({ layout: placed(layout, 'log', { near: 'picture' }) }))
  page.settings.setState(({ layout }) => ({ layout: placed(layout, 'resources', { near: 'picture' }) }))
  const seen = () => {
    const { route, viewport } = page.view.getState()
    if (route.page !== 'browse') throw new Error('it left the page')
    return {
      scale: viewport?.scale,
      levels: route.view.levels,
      selected: route.view.selected,
      centre: page.settings.getState().layout.centre,
    }
  }
  page.mirror.undo()
  expect(seen().centre).toMatchObject({ panels: ['picture', 'log'] })
  page.mirror.undo()
  expect(seen().centre).toMatchObject({ panels: ['picture'] })
  page.mirror.undo()
  expect(seen()).toMatchObject({ scale: undefined, levels: [2], selected: 7 })
  page.mirror.undo()
  page.mirror.undo()
  expect(seen()).toMatchObject({ levels: [], selected: undefined })
  for (let i = 0; i < 5; i += 1) page.mirror.redo()
  expect(seen()).toMatchObject({ scale: 9, levels: [2], selected: 7, centre: { panels: ['picture', 'log', 'resources'] } })
  const { route } = page.view.getState()
  expect(route.page === 'browse' && route.view.frameIndex).toBe(5)
})

it('a layout that this machine does not have is told; one that it has is chosen', () => {
  const page = makePage('#/runs/r/frames?layout=Yours')
  expect(page.mirror.store.getState().said).toMatchObject({ kind: 'told', words: expect.stringContaining('“Yours”') })
  expect(page.settings.getState().layoutName).toBe('Usual')
  const other = makePage('#/runs/r/frames?layout=Numbers')
  expect(other.settings.getState().layoutName).toBe('Numbers')
  expect(other.also().layout).toBe('Numbers')
  other.settings.setState(({ layout }) => ({ layout: placed(layout, 'log', { near: 'picture' }) }))
  expect(other.also().layout).toBeUndefined()
})

it('another run begins with nothing to undo, and so does coming back', () => {
  const page = makePage('#/runs/r/frames')
  look(page.view, { selected: 7 })
  page.view.setState(({ route }) => (route.page === 'browse' ? { route: { ...route, runId: 'other' } } : {}))
  expect(page.mirror.store.getState().history?.past).toEqual([])
  page.view.setState({ route: { page: 'start' } })
  expect(page.mirror.store.getState().history).toBeUndefined()
})
