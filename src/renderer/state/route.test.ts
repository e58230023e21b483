// The address mirrors what is looked at, and a strange address never breaks a page.
import { expect, it } from 'vitest'
import { defaultCompareView, defaultView, hashFromRoute, type Route, routeFromHash } from './route.ts'

it('every route comes back from its own address', () => {
  const routes: Route[] = [
    { page: 'start' },
    { page: 'machine' },
    { page: 'models' },
    { page: 'models', model: 'tiny sam/2' },
    { page: 'queue' },
    { page: 'registry' },
    { page: 'new', scene: '' },
    { page: 'new', scene: '/scenes/a', from: '20261121_0101_bed/room & more', stage: 'tracker' },
    { page: 'new', scene: '/a folder/with ?&# signs' },
    { page: 'run', runId: '20261121_0101_bed/room L2' },
    { page: 'browse', runId: 'r', view: defaultView },
    {
      page: 'browse',
      runId: 'r',
      view: {
        frameIndex: 37,
        stage: 'filter',
        levels: [2, 4],
        selected: 400_087,
        filter: 'area>5 & level:4',
        also: { zoom: '2.5@480,270', layout: 'Mine & yours' },
      },
    },
    { page: 'browse', runId: 'r', view: { ...defaultView, frameIndex: 0 } },
    { page: 'compare', a: '20261121_0101_bed/room & more', b: '', view: defaultCompareView },
    { page: 'compare', a: 'a', b: 'b', view: { frameIndex: 12, stage: 'filter', levels: [2, 4], mode: 'difference' } },
    {
      page: 'compare',
      a: 'a',
      b: 'masks:/truth/car & more',
      view: {
        ...defaultCompareView,
        mode: 'onion',
        more: ['a', 'c,d'],
        own: { a: { stage: 'ssam' }, c: { stage: 'tracker', levels: [2, 4] } },
        pair: ['a', 'c'],
        onlyShared: true,
      },
    },
  ]
  for (const route of routes) expect(routeFromHash(hashFromRoute(route))).toEqual(route)
})

it('a comparison with a strange mode or run is one side by side with nothing chosen', () => {
  expect(routeFromHash('#/compare')).toEqual({ page: 'compare', a: '', b: '', view: defaultCompareView })
  expect(routeFromHash('#/compare?a=r&mode=onions&frame=x&pair=a,a&d-stage=ssam&b-stage=all')).toEqual({
    page: 'compare',
    a: 'r',
    b: '',
    view: defaultCompareView,
  })
})

it('what is not understood falls back field by field', () => {
  expect(routeFromHash('#/nowhere')).toEqual({ page: 'start' })
  expect(routeFromHash('')).toEqual({ page: 'start' })
  expect(routeFromHash('#/runs/%E0%A4%A')).toEqual({ page: 'run', runId: '%E0%A4%A' })
  const route = routeFromHash('#/runs/r/frames?frame=-3&stage=nope&level=4,9,x,4,2&mask=1.5')
  expect(route).toEqual({ page: 'browse', runId: 'r', view: { ...defaultView, levels: [2, 4] } })
})
