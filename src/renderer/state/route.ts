// Where the person is, and what is looked at there: both are the URL's hash, so a reload or a sent link comes back to the same view.

export type StageName = 'ssam' | 'filter' | 'tracker'
export type BrowseView = {
  /** Index of the frame in the scene; undefined = the first one that is written. */
  readonly frameIndex: number | undefined
  /** undefined = the furthest stage that has something. */
  readonly stage: StageName | undefined
  /** Levels shown, ascending; empty = all. */
  readonly levels: readonly number[]
  /** Selected mask or track. */
  readonly selected: number | undefined
  readonly filter: string
  /** What else the address says of the view, text by name; the table of view fields knows what it means. */
  readonly also: Readonly<Record<string, string>>
}

export type CompareMode = 'side' | 'wipe' | 'blink' | 'onion' | 'difference'
export const sideNames = ['a', 'b', 'c', 'd'] as const
/** Answers in their order; in words A, B, C, D. */
export type SideName = (typeof sideNames)[number]
export type CompareView = {
  /** Index of the frame in the scene; undefined = the first one that both have. */
  readonly frameIndex: number | undefined
  /** undefined = the furthest stage that both have. */
  readonly stage: StageName | undefined
  /** Levels shown, ascending; empty = all that both have. */
  readonly levels: readonly number[]
  readonly mode: CompareMode
  /** The third and the fourth answer; an empty one is still to be chosen. */
  readonly more?: readonly string[]
  /** What an answer shows instead of the stage and levels of all. */
  readonly own?: Partial<Readonly<Record<SideName, OwnPart>>>
  /** The two that are laid over each other and matched; without it A and B. */
  readonly pair?: readonly [SideName, SideName]
  /** Only frames that all answers have; else those that the pair shares. */
  readonly onlyShared?: boolean
}
export type OwnPart = { readonly stage?: StageName | undefined; readonly levels?: readonly number[] | undefined }

export type Route =
  | { readonly page: 'start' }
  /** `from`: the run whose settings are taken; `stage`: from there on everything is computed anew; `set`: settings changed at once, `path=value;…`; `focus`: the setting to go to. */
  | {
      readonly page: 'new'
      readonly scene: string
      readonly from?: string | undefined
      readonly stage?: string | undefined
      readonly set?: string | undefined
      readonly focus?: string | undefined
    }
  | { readonly page: 'queue' }
  | { readonly page: 'registry' }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'browse'; readonly runId: string; readonly view: BrowseView }
  /** Answers are ids of runs, or references (`sourceOfReference`); an empty one is still to be chosen. */
  | { readonly page: 'compare'; readonly a: string; readonly b: string; readonly view: CompareView }
  | { readonly page: 'machine' }
  /** `model`: name in the store, or of a known model, that is looked at. */
  | { readonly page: 'models'; readonly model?: string | undefined }

export const defaultView: BrowseView = { frameIndex: undefined, stage: undefined, levels: [], selected: undefined, filter: '', also: {} }
export const defaultCompareView: CompareView = { frameIndex: undefined, stage: undefined, levels: [], mode: 'side' }

/** What is not understood falls back to the start page, and single fields to their defaults: a link never breaks a page. */
export function routeFromHash(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2)
  const params = new URLSearchParams(query)
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded)
  if (parts[0] === 'new') {
    const [from, stage] = [params.get('from') ?? undefined, params.get('stage') ?? undefined]
    const [set, focus] = [params.get('set'), params.get('focus')]
    return {
      page: 'new',
      scene: params.get('scene') ?? '',
      ...(from ? { from } : {}),
      ...(stage ? { stage } : {}),
      ...(set ? { set } : {}),
      ...(focus ? { focus } : {}),
    }
  }
  if (parts[0] === 'queue') return { page: 'queue' }
  if (parts[0] === 'models') return { page: 'models', ...(parts[1] ? { model: parts[1] } : {}) }
  if (parts[0] === 'machine') return { page: 'machine' }
  if (parts[0] === 'compare') return { page: 'compare', a: params.get('a') ?? '', b: params.get('b') ?? '', view: compareViewFrom(params) }
  if (parts[0] === 'runs' && !parts[1]) return { page: 'registry' }
  if (parts[0] === 'runs' && parts[1]) {
    if (parts[2] === 'frames') return { page: 'browse', runId: parts[1], view: viewFromParams(params) }
    return { page: 'run', runId: parts[1] }
  }
  return { page: 'start' }
}

export function hashFromRoute(route: Route): string {
  switch (route.page) {
    case 'start':
      return '#/'
    case 'models':
      return route.model ? `#/models/${encodeURIComponent(route.model)}` : '#/models'
    case 'machine':
      return '#/machine'
    case 'new': {
      const params = new URLSearchParams()
      for (const key of ['scene', 'from', 'stage', 'set', 'focus'] as const) if (route[key]) params.set(key, route[key])
      return params.size > 0 ? `#/new?${params}` : '#/new'
    }
    case 'queue':
      return '#/queue'
    case 'registry':
      return '#/runs'
    case 'compare': {
      const params = paramsFromCompare(route.view)
      // The runs come first: an address is read from its beginning.
      return `#/compare?${new URLSearchParams([['a', route.a], ['b', route.b], ...params])}`
    }
    case 'run':
      return `#/runs/${encodeURIComponent(route.runId)}`
    case 'browse': {
      const params = paramsFromView(route.view).toString()
      return `#/runs/${encodeURIComponent(route.runId)}/frames${params ? `?${params}` : ''}`
    }
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const ownNames: ReadonlySet<string> = new Set(['frame', 'stage', 'level', 'mask', 'filter'])

function viewFromParams(params: URLSearchParams): BrowseView {
  return {
    ...shownFromParams(params),
    selected: wholeFrom(params.get('mask'), 1),
    filter: params.get('filter') ?? '',
    also: Object.fromEntries([...params].filter(([name]) => !ownNames.has(name))),
  }
}

const referenceMark = 'masks:'

/** A folder of annotated masks as an answer. */
export function sourceOfReference(path: string): string {
  return `${referenceMark}${path}`
}

/** undefined for a run. */
export function referencePathOf(source: string): string | undefined {
  return source.startsWith(referenceMark) ? source.slice(referenceMark.length) : undefined
}

const compareModes: readonly CompareMode[] = ['side', 'wipe', 'blink', 'onion', 'difference']

function compareViewFrom(params: URLSearchParams): CompareView {
  const more = [params.get('c'), params.get('d')].filter((source) => source !== null)
  const sides = sideNames.slice(0, 2 + more.length)
  const own = Object.fromEntries(
    sides.flatMap((side) => {
      const stage = stageFrom(params.get(`${side}-stage`))
      const levels = levelsFrom(params.get(`${side}-level`))
      const part: OwnPart = { ...(stage ? { stage } : {}), ...(levels.length > 0 ? { levels } : {}) }
      return stage || levels.length > 0 ? [[side, part]] : []
    }),
  )
  const pair = (params.get('pair') ?? '').split(',').flatMap((name) => sides.find((side) => side === name) ?? [])
  const [first, second] = pair
  return {
    ...shownFromParams(params),
    mode: compareModes.find((mode) => mode === params.get('mode')) ?? 'side',
    ...(more.length > 0 ? { more } : {}),
    ...(Object.keys(own).length > 0 ? { own } : {}),
    ...(first && second && first !== second ? { pair: [first, second] } : {}),
    ...(params.get('frames') === 'shared' ? { onlyShared: true } : {}),
  }
}

function shownFromParams(params: URLSearchParams): Pick<BrowseView, 'frameIndex' | 'stage' | 'levels'> {
  return {
    frameIndex: wholeFrom(params.get('frame'), 0),
    stage: stageFrom(params.get('stage')),
    levels: levelsFrom(params.get('level')),
  }
}

function stageFrom(text: string | null): StageName | undefined {
  return text === 'ssam' || text === 'filter' || text === 'tracker' ? text : undefined
}

function levelsFrom(text: string | null): number[] {
  const levels = (text ?? '')
    .split(',')
    .map(Number)
    .filter((level) => Number.isInteger(level) && level >= 1 && level <= 6)
  return [...new Set(levels)].sort((a, b) => a - b)
}

function wholeFrom(text: string | null, least: number): number | undefined {
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isInteger(value) && value >= least ? value : undefined
}

function paramsFromShown(view: Pick<BrowseView, 'frameIndex' | 'stage' | 'levels'>): URLSearchParams {
  const params = new URLSearchParams()
  if (view.frameIndex !== undefined) params.set('frame', String(view.frameIndex))
  if (view.stage) params.set('stage', view.stage)
  if (view.levels.length > 0) params.set('level', view.levels.join(','))
  return params
}

function paramsFromCompare(view: CompareView): URLSearchParams {
  const params = paramsFromShown(view)
  if (view.mode !== 'side') params.set('mode', view.mode)
  for (const [i, source] of (view.more ?? []).slice(0, 2).entries()) params.set(sideNames[i + 2]!, source)
  for (const side of sideNames) {
    const { stage, levels = [] } = view.own?.[side] ?? {}
    if (stage) params.set(`${side}-stage`, stage)
    if (levels.length > 0) params.set(`${side}-level`, levels.join(','))
  }
  if (view.pair) params.set('pair', view.pair.join(','))
  if (view.onlyShared) params.set('frames', 'shared')
  return params
}

function paramsFromView(view: BrowseView): URLSearchParams {
  const params = paramsFromShown(view)
  if (view.selected !== undefined) params.set('mask', String(view.selected))
  if (view.filter) params.set('filter', view.filter)
  for (const [name, text] of Object.entries(view.also)) if (!ownNames.has(name)) params.set(name, text)
  return params
}
