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
}

export type Route =
  | { readonly page: 'start' }
  /** `from`: the run whose settings are taken; `stage`: from there on everything is computed anew. */
  | { readonly page: 'new'; readonly scene: string; readonly from?: string | undefined; readonly stage?: string | undefined }
  | { readonly page: 'queue' }
  | { readonly page: 'registry' }
  | { readonly page: 'run'; readonly runId: string }
  | { readonly page: 'browse'; readonly runId: string; readonly view: BrowseView }
  | { readonly page: 'machine' }

export const defaultView: BrowseView = { frameIndex: undefined, stage: undefined, levels: [], selected: undefined, filter: '' }

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
    return { page: 'new', scene: params.get('scene') ?? '', ...(from ? { from } : {}), ...(stage ? { stage } : {}) }
  }
  if (parts[0] === 'queue') return { page: 'queue' }
  if (parts[0] === 'machine') return { page: 'machine' }
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
    case 'machine':
      return '#/machine'
    case 'new': {
      const params = new URLSearchParams()
      for (const key of ['scene', 'from', 'stage'] as const) if (route[key]) params.set(key, route[key])
      return params.size > 0 ? `#/new?${params}` : '#/new'
    }
    case 'queue':
      return '#/queue'
    case 'registry':
      return '#/runs'
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

function viewFromParams(params: URLSearchParams): BrowseView {
  const stage = params.get('stage')
  const levels = (params.get('level') ?? '')
    .split(',')
    .map(Number)
    .filter((level) => Number.isInteger(level) && level >= 1 && level <= 6)
  return {
    frameIndex: wholeFrom(params.get('frame'), 0),
    stage: stage === 'ssam' || stage === 'filter' || stage === 'tracker' ? stage : undefined,
    levels: [...new Set(levels)].sort((a, b) => a - b),
    selected: wholeFrom(params.get('mask'), 1),
    filter: params.get('filter') ?? '',
  }
}

function wholeFrom(text: string | null, least: number): number | undefined {
  const value = text === null || text === '' ? Number.NaN : Number(text)
  return Number.isInteger(value) && value >= least ? value : undefined
}

function paramsFromView(view: BrowseView): URLSearchParams {
  const params = new URLSearchParams()
  if (view.frameIndex !== undefined) params.set('frame', String(view.frameIndex))
  if (view.stage) params.set('stage', view.stage)
  if (view.levels.length > 0) params.set('level', view.levels.join(','))
  if (view.selected !== undefined) params.set('mask', String(view.selected))
  if (view.filter) params.set('filter', view.filter)
  return params
}
