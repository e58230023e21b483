// Hooks for acts: a page offers them, the keyboard calls them.
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { type KeyId, rowOfPress } from '../ui/key-table.ts'
import { actFor, type Acts, offerActs } from './action-store.ts'
import { useServices } from './services.tsx'

/**
 * Offers acts while mounted. The newest closures are called, so acts need no memo; the set of ids decides what is on offer. `isAbove`: of a mode
 * that takes keys over from the page beneath.
 */
export function useActs(acts: Acts, isAbove = false): void {
  const { actions } = useServices()
  const newest = useRef(acts)
  newest.current = acts
  const offered = Object.entries(acts)
    .filter(([, act]) => act !== undefined)
    .map(([id]) => id)
    .sort()
    .join(' ')
  useEffect(() => {
    const calls: Acts = {}
    for (const id of offered.split(' ').filter((one) => one !== '')) calls[id as KeyId] = () => newest.current[id as KeyId]?.()
    return offerActs(actions, calls, isAbove)
  }, [actions, offered, isAbove])
}

export function useAct(id: KeyId): (() => void) | undefined {
  return useStore(useServices().actions, (state) => actFor(state, id))
}

/** Keys of the registry act everywhere but in fields; there only escape and those with ctrl or cmd do. */
export function useKeyboard(isBlocked: boolean): void {
  const { actions } = useServices()
  useEffect(() => {
    if (isBlocked) return
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const row = rowOfPress(event)
      if (!row || belongsToField(event)) return
      const act = actFor(actions.getState(), row.id)
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [actions, isBlocked])
}

function belongsToField(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role="dialog"]')) return true
  // A menu keeps its letters and arrows; what is held with ctrl or cmd acts, also while the menu is closing.
  if (target.closest('[role="menu"], [role="listbox"]')) return !(event.ctrlKey || event.metaKey)
  const isTextField =
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)) ||
    target.isContentEditable
  // What was typed is undone where it was typed.
  if (isTextField) return !(event.ctrlKey || event.metaKey) || (/^[zy]$/i.test(event.key) && !isSlider(target))
  // A focused button or link keeps the keys it answers to by itself, and a slider its arrows.
  const isPressed = event.key === ' ' || event.key === 'Enter'
  if (isPressed && target.closest('button, a, summary, [role="button"], [role="checkbox"]')) return true
  return (
    event.key.startsWith('Arrow') &&
    !event.ctrlKey &&
    !event.metaKey &&
    target.closest('[role="slider"], [role="radiogroup"], [role="group"], [role="tablist"]') !== null
  )
}

const isSlider = (target: HTMLElement) => target instanceof HTMLInputElement && target.type === 'range'
