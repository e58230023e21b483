// What the person looks at: route, frame, levels, selection; ids and indices only, mirrored in the URL.
import { createStore, type StoreApi } from 'zustand/vanilla'
import { noPicks, type Picks } from './picks.ts'
import { type BrowseView, type CompareView, hashFromRoute, type Route, routeFromHash } from './route.ts'

/** Where a picture lies: CSS pixels per picture pixel, and the picture pixel in the middle. */
export type StoredViewport = { readonly scale: number; readonly centreX: number; readonly centreY: number }

export type ViewState = {
  readonly route: Route
  /** Mask under the pointer. */
  readonly hovered: number | undefined
  /** Masks hidden by hand. */
  readonly hidden: ReadonlySet<number>
  readonly isIsolated: boolean
  /** What else is selected beside the one that leads. */
  readonly picks: Picks
  readonly isPlaying: boolean
  /** First and last frame that playing stays in, counted in the scene. */
  readonly loop: readonly [first: number, last: number] | undefined
  /** Undefined: the picture is fitted to its panel. */
  readonly viewport: StoredViewport | undefined
  /** The other answer in the panel that compares: a run and, after an @, its stage. Empty: none is chosen. */
  readonly beside: string
}
export type ViewStore = StoreApi<ViewState>
/** The part of a window that mirrors the view. */
export type AddressBar = {
  readonly location: { readonly hash: string }
  readonly history: {
    readonly state: unknown
    replaceState(state: unknown, unused: string, hash: string): void
    pushState(state: unknown, unused: string, hash: string): void
  }
  addEventListener(event: 'hashchange', hear: () => void): void
}

const fresh = {
  hovered: undefined,
  hidden: new Set<number>(),
  isIsolated: false,
  isPlaying: false,
  picks: noPicks,
  viewport: undefined,
  beside: '',
  loop: undefined,
} as const

/** Frame steps replace the address (twenty steps are not twenty ways back); going to a page adds to the history. */
export function makeViewStore(page: AddressBar): ViewStore {
  const store = createStore<ViewState>(() => ({ route: routeFromHash(page.location.hash), ...fresh }))
  page.addEventListener('hashchange', () => {
    const route = routeFromHash(page.location.hash)
    if (hashFromRoute(route) !== hashFromRoute(store.getState().route)) store.setState({ route, ...fresh })
  })
  let writing = 0
  store.subscribe((state, before) => {
    if (state.route === before.route) return
    const isSamePlace = placeOf(state.route) === placeOf(before.route)
    clearTimeout(writing)
    const write = () => {
      const hash = hashFromRoute(store.getState().route)
      if (hash === page.location.hash) return
      if (isSamePlace) page.history.replaceState(page.history.state, '', hash)
      else page.history.pushState(undefined, '', hash)
    }
    // Browsers throttle address changes; a scrub writes its last frame only.
    if (isSamePlace) writing = Number(setTimeout(write, 120))
    else write()
  })
  return store
}

function placeOf(route: Route): string {
  if (route.page === 'compare') return `compare ${[route.a, route.b, ...(route.view.more ?? [])].join(' ')}`
  return 'runId' in route ? `${route.page} ${route.runId}` : route.page
}

export function goTo(store: ViewStore, route: Route): void {
  store.setState({ route, ...fresh })
}

/** Changes what is looked at in the frames of a run; does nothing on other pages. */
export function look(store: ViewStore, change: Partial<BrowseView>): void {
  store.setState(({ route }) => (route.page === 'browse' ? { route: { ...route, view: { ...route.view, ...change } } } : {}))
}

/** Changes what is looked at in two answers; does nothing on other pages. */
export function lookAtBoth(store: ViewStore, change: Partial<CompareView>): void {
  store.setState(({ route }) => (route.page === 'compare' ? { route: { ...route, view: { ...route.view, ...change } } } : {}))
}

/** Puts the scene of the form into the address, so that a reload keeps it. */
export function keepScene(store: ViewStore, scene: string): void {
  store.setState(({ route }) => (route.page === 'new' && route.scene !== scene ? { route: { ...route, scene } } : {}))
}
