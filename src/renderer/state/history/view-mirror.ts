// Keeps address, undo and stores at one: a view that arrives by address is put into the stores, each change of a view is a step that can be undone.
import type { FaultNote } from '#core/base/fault'
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { BrowseView } from '../route.ts'
import type { Settings, SettingsStore } from '../settings-store.ts'
import { look, type ViewState, type ViewStore } from '../view-store.ts'
import { begun, type History, recorded, redone, undone } from './history.ts'
import { type ViewChange, type ViewField, viewFields, type WholeView } from './view-fields.ts'

/** Text of each field by its id. */
type Snapshot = Readonly<Record<string, string>>
/** For the person: what undo gave back (`done`, soon gone), what could not be followed (`told`), or what was refused. */
export type Said = { readonly kind: 'done' | 'told'; readonly words: string } | { readonly kind: 'fault'; readonly fault: FaultNote }
export type MirrorState = {
  readonly runId: string | undefined
  readonly history: History<Snapshot> | undefined
  readonly said: Said | undefined
}
export type ViewMirror = {
  readonly store: StoreApi<MirrorState>
  undo(): void
  redo(): void
  tell(said: Said | undefined): void
}

const inHistory = viewFields.filter((field) => field.inHistory)
const inAddress = viewFields.filter((field) => field.inAddress)

export function makeViewMirror(view: ViewStore, settings: SettingsStore, now: () => number): ViewMirror {
  const store = createStore<MirrorState>(() => ({ runId: undefined, history: undefined, said: undefined }))
  let isPutting = false
  let written: BrowseView['also'] | undefined

  const whole = (): (WholeView & { readonly runId: string }) | undefined => {
    const state = view.getState()
    return state.route.page === 'browse'
      ? { state, browse: state.route.view, settings: settings.getState(), runId: state.route.runId }
      : undefined
  }

  /** Field after field, as one change of each store. */
  const put = (texts: readonly (readonly [ViewField, string])[]): string | undefined => {
    const before = whole()
    if (!before) return undefined
    let changed: Required<Pick<ViewChange, 'state' | 'browse' | 'settings'>> = { state: {}, browse: {}, settings: {} }
    let said: string | undefined
    for (const [field, text] of texts) {
      const change = field.change(text, {
        state: before.state,
        browse: { ...before.browse, ...changed.browse },
        settings: { ...before.settings, ...changed.settings },
      })
      changed = {
        state: { ...changed.state, ...change.state },
        browse: { ...changed.browse, ...change.browse },
        settings: { ...changed.settings, ...change.settings },
      }
      said = change.said ?? said
    }
    isPutting = true
    if (Object.keys(changed.settings).length > 0) settings.setState(changed.settings)
    if (Object.keys(changed.state).length > 0) view.setState(changed.state)
    if (Object.keys(changed.browse).length > 0) look(view, changed.browse)
    isPutting = false
    return said
  }

  const tellAddress = (now: WholeView) => {
    const also = Object.fromEntries(inAddress.map((field) => [field.id, field.read(now)] as const).filter(([, text]) => text !== ''))
    const isSame = sameTexts(also, now.browse.also)
    written = isSame ? now.browse.also : also
    if (isSame) return
    isPutting = true
    look(view, { also })
    isPutting = false
  }

  const arrive = (from: WholeView & { readonly runId: string }) => {
    const { also } = from.browse
    const here = store.getState()
    const isNewRun = here.runId !== from.runId
    const before = isNewRun ? begun(snapshotOf(from)) : here.history
    const said = put(inAddress.flatMap((field) => (also[field.id] === undefined ? [] : [[field, also[field.id] ?? ''] as const])))
    const after = whole()
    if (!after || !before) return
    tellAddress(after)
    const next = snapshotOf(after)
    const history = sameTexts(next, before.present) ? before : recorded(before, next, undefined, now())
    store.setState({ runId: from.runId, history, said: said === undefined ? undefined : { kind: 'told', words: said } })
  }

  const follow = () => {
    if (isPutting) return
    const current = whole()
    if (!current) {
      written = undefined
      if (store.getState().history) store.setState({ runId: undefined, history: undefined, said: undefined })
      return
    }
    const { runId, history, said } = store.getState()
    if (runId !== current.runId || current.browse.also !== written || !history) return arrive(current)
    tellAddress(current)
    const next = snapshotOf(current)
    const changed = inHistory.filter((field) => next[field.id] !== history.present[field.id])
    if (changed.length === 0) return
    const key = changed.every((field) => field.goesOn?.(history.present[field.id] ?? '', next[field.id] ?? ''))
      ? changed.map((field) => field.id).join(' ')
      : undefined
    store.setState({ history: recorded(history, next, key, now()), said: said?.kind === 'done' ? undefined : said })
  }

  const go = (step: (history: History<Snapshot>) => History<Snapshot>, word: string) => {
    const { history } = store.getState()
    const next = history && step(history)
    if (!history || !next || next === history) return
    const changed = inHistory.filter((field) => next.present[field.id] !== history.present[field.id])
    put(changed.map((field) => [field, next.present[field.id] ?? ''] as const))
    const words = `${word}: ${changed.map((field) => field.title).join(', ')}`
    store.setState({ history: next, said: { kind: 'done', words } })
    const after = whole()
    if (after) tellAddress(after)
  }

  view.subscribe((after, before) => {
    if (isOtherView(after, before)) follow()
  })
  settings.subscribe((after: Settings, before: Settings) => {
    if (after !== before) follow()
  })
  follow()
  return {
    store,
    undo: () => go(undone, 'Undone'),
    redo: () => go(redone, 'Done again'),
    tell: (said) => store.setState({ said }),
  }
}

/** The pointer moves over masks far more often than a view changes. */
const isOtherView = (after: ViewState, before: ViewState): boolean =>
  after.route !== before.route ||
  after.hidden !== before.hidden ||
  after.isIsolated !== before.isIsolated ||
  after.picks !== before.picks ||
  after.viewport !== before.viewport ||
  after.loop !== before.loop ||
  after.beside !== before.beside

const snapshotOf = (whole: WholeView): Snapshot => Object.fromEntries(inHistory.map((field) => [field.id, field.read(whole)]))

function sameTexts(a: Snapshot, b: Snapshot): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}
